"""Training sets that the lab makes for one visitor, such as digits with drawings of their own.

Workers map digits from files, so a set is stored in the cache like one that is brought, under a key
that begins with a digest of its owner. It is listed nowhere. For each purpose an owner has one set:
a new one takes the place of the one before. What was not made anew for a day is deleted.
"""

import hashlib
import threading
import time
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from data import cache
from data.checks import DataError
from data.dataset import Arrays, Dataset, Split

PREFIX = "made-"  # begins their keys in the cache
DAY = 86_400  # seconds
_one_at_a_time = threading.Lock()


class Made(NamedTuple):
    """A data set of which the first `n_train` images train, and the others are for validation."""

    digits: Dataset
    n_train: int

    @property
    def split(self) -> Split:
        """The two parts, mapped from the files that the workers open."""
        images, labels, n = self.digits.images, self.digits.labels, self.n_train
        return Split(images[:n], labels[:n], images[n:], labels[n:])


def make(
    owner: str, purpose: str, split: Split, class_names: Sequence[str], all_bytes: int
) -> Made:
    """Store a set for a purpose of its owner, in place of the one before.

    Raises DataError if the sets made for all visitors would take more than `all_bytes`, or if
    nothing is left to train on.
    """
    if not len(split.train_labels):
        raise DataError("No digit is left to train on.")
    key = _key(owner, purpose)
    images = np.concatenate([split.train_images, split.validation_images])
    labels = np.concatenate([split.train_labels, split.validation_labels])
    with _one_at_a_time:
        cache.delete(key)
        _forget_old()
        _check_room(images.nbytes + labels.nbytes, all_bytes)
        # The cache wants test digits. Nothing is tested on these: one is enough.
        stored = cache.store(
            key,
            Arrays(images, labels, images[-1:], labels[-1:]),
            name=f"{PREFIX}{purpose}",
            title=f"{len(labels):,} digits",
            class_names=class_names,
            source="Made by the lab for one visitor.",
            stamps=[],
            ordered=True,
        )
    return Made(stored, len(split.train_labels))


def forget(owner: str, purpose: str) -> None:
    """Delete the set made for a purpose."""
    with _one_at_a_time:
        cache.delete(_key(owner, purpose))


def forget_all(digest: str) -> None:
    """Delete all sets of the owner whose SHA-256, as 64 hexadecimal digits, this is."""
    with _one_at_a_time:
        for key in cache.keys(f"{PREFIX}{digest[:32]}-"):
            cache.delete(key)


def _key(owner: str, purpose: str) -> str:
    whose, what = (hashlib.sha256(text.encode()).hexdigest() for text in (owner, purpose))
    return f"{PREFIX}{whose[:32]}-{what[:16]}"


def _check_room(size: int, all_bytes: int) -> None:
    stored = [found for key in cache.keys(PREFIX) if (found := cache.describe(key))]
    taken = size + sum({found["fingerprint"]: cache.size(found) for found in stored}.values())
    if taken > all_bytes:
        raise DataError(
            f"With this one, the training sets made for all visitors would take "
            f"{taken / 1e6:,.0f} MB; the limit is {all_bytes / 1e6:,.0f} MB. Try again later."
        )


def _forget_old() -> None:
    for key in cache.keys(PREFIX):
        try:
            made = max(path.stat().st_mtime for path in cache.manifests(key))
        except (OSError, ValueError):  # another process was faster
            continue
        if time.time() - made > DAY:
            cache.delete(key)
