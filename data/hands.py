"""Full MNIST together with the digits by other writers (see `uci`), each of those several times.

1,797 digits among 60,000 would hardly count. So each of them is stored COPIES times in a row, and
training meets it as often in an epoch, each time with other distortions if there is augmentation.
A copy among the validation digits of a digit that was learned would be cheating: `Dataset.split`
never cuts between copies. Those in the last ONCE of the order, from which validation digits are
taken, are stored once, so that validation counts each of them once, like any other digit.
"""

import numpy as np

from data import cache, names
from data.checks import DataError
from data.dataset import Arrays, Dataset, stratified_order
from data.known import uci
from data.yours.own_files import stamps_of

NAME, BASE = "mnist-hands", "mnist"
TITLE = "Full MNIST and UCI"
COPIES = 8
ONCE = 0.2  # more than the default validation fraction takes


def load(mnist: Dataset) -> Dataset:
    """The set that is made of full MNIST, from the cache if it is there.

    Raises DataError if what is called "mnist" on this machine does not hold ten digits.
    """
    key, stamps = _key(mnist.fingerprint), stamps_of(lambda: cache.stamp([uci.FILE]))
    stored = cache.lookup(key, stamps)
    if stored:
        return stored
    if mnist.class_names != names.DIGITS:
        raise DataError(
            f"{NAME}: is made of MNIST's ten digits, but {mnist.title} has other classes."
        )
    images, labels = uci.read_others()
    count = len(mnist.labels) + len(labels) + len(mnist.test_labels)
    return cache.store(
        key,
        mixed(mnist, images, labels),
        name=NAME,
        title=f"{TITLE}, {count:,} digits",
        class_names=names.DIGITS,
        source=f"{mnist.source} {uci.ADDED} Each is there {COPIES} times, but those in the last "
        f"{ONCE:.0%} of the order, from which validation digits are taken, once. The test digits "
        "are MNIST's.",
        stamps=stamps,
        ordered=True,
        copies=COPIES,
    )


def mixed(mnist: Dataset, images: np.ndarray, labels: np.ndarray) -> Arrays:
    """MNIST with other digits (K, 784) and their labels (K,) between them, in the stored order."""
    everything = np.concatenate([mnist.labels, labels])
    order = stratified_order(everything)
    number = len(order)
    repeated = (order >= len(mnist.labels)) & (np.arange(number) < round((1 - ONCE) * number))
    order = np.repeat(order, np.where(repeated, COPIES, 1))
    return Arrays(
        np.concatenate([mnist.images, images])[order],
        everything[order],
        mnist.test_images,
        mnist.test_labels,
    )


def described(fingerprint: str) -> cache.Manifest | None:
    """What is stored of the set that is made of MNIST with this fingerprint, or None."""
    return cache.describe(_key(fingerprint)) if fingerprint else None


def _key(fingerprint: str) -> str:
    """Where the cache keeps it: another MNIST, or other numbers of copies, have another key."""
    return f"hands-{COPIES}-{round(100 * ONCE)}-{fingerprint}"
