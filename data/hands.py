"""Full MNIST together with the digits by other writers (see `uci`).

MNIST's writers are American; who draws for a network may write otherwise. The validation digits are
taken from both in their proportions, the test digits are MNIST's.
"""

import numpy as np

from data import cache, names
from data.checks import DataError
from data.dataset import Arrays, Dataset
from data.known import uci
from data.yours.own_files import stamps_of

NAME, BASE = "mnist-hands", "mnist"
TITLE = "Full MNIST and UCI"


def load(mnist: Dataset) -> Dataset:
    """The set that is made of full MNIST, from the cache if it is there.

    Raises DataError if what is called "mnist" on this machine does not hold ten digits.
    """
    key, stamps = _key(mnist.fingerprint), stamps_of(lambda: cache.stamp(uci.OTHERS))
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
        Arrays(
            np.concatenate([mnist.images, images]),
            np.concatenate([mnist.labels, labels]),
            mnist.test_images,
            mnist.test_labels,
        ),
        name=NAME,
        title=f"{TITLE}, {count:,} digits",
        class_names=names.DIGITS,
        source=f"{mnist.source} {uci.ADDED} The test digits are MNIST's.",
        stamps=stamps,
    )


def described(fingerprint: str) -> cache.Manifest | None:
    """What is stored of the set that is made of MNIST with this fingerprint, or None."""
    return cache.describe(_key(fingerprint)) if fingerprint else None


def _key(fingerprint: str) -> str:
    """Where the cache keeps it: another MNIST has another key."""
    return f"hands-{fingerprint}"
