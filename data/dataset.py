"""The data set as the rest of the lab sees it: images, labels, and what they are.

N samples, D = 784 features (28 x 28 pixels, row by row), C = 10 classes.
"""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np


class Arrays(NamedTuple):
    """The four arrays of a data set, before anyone has given it a name."""

    train_images: np.ndarray  # (N, 784) uint8
    train_labels: np.ndarray  # (N,) uint8
    test_images: np.ndarray
    test_labels: np.ndarray


class Split(NamedTuple):
    """Training digits divided in two: some to learn from, some to watch the learning with."""

    train_images: np.ndarray
    train_labels: np.ndarray
    validation_images: np.ndarray
    validation_labels: np.ndarray


@dataclass(frozen=True, eq=False)
class Dataset:
    """Images and labels, with a name, where they came from, and a fingerprint.

    The arrays are read-only; the images are mapped from `folder`, which holds
    train_images.npy, train_labels.npy, test_images.npy and test_labels.npy, so that any
    number of processes share one copy in memory.
    """

    name: str
    title: str
    images: np.ndarray = field(repr=False)  # (N, 784) uint8, training digits, 0 to 255
    labels: np.ndarray = field(repr=False)  # (N,) uint8, 0 to C - 1
    test_images: np.ndarray = field(repr=False)
    test_labels: np.ndarray = field(repr=False)
    class_names: tuple[str, ...]
    fingerprint: str  # of the contents: the same images in the same order, the same fingerprint
    source: str
    folder: Path

    def split(self, validation_fraction):
        """Set the last round(validation_fraction * N) training digits aside for validation.

        The stored order makes them stratified (see `stratified_order`), so a slice is enough:
        nothing is copied. Raises ValueError for a fraction outside [0, 1), or one so large that
        no digit is left to train on.
        """
        count = len(self.labels)
        if not 0 <= validation_fraction < 1:
            raise ValueError(f"validation_fraction is {validation_fraction}; allowed is 0 to < 1.")
        cut = count - round(validation_fraction * count)
        if cut == 0:
            raise ValueError(
                f"validation_fraction {validation_fraction} of {count} digits leaves none to train."
            )
        return Split(self.images[:cut], self.labels[:cut], self.images[cut:], self.labels[cut:])


def stratified_order(labels, seed=0):
    """Return the order (N,) in which every stretch holds the classes in their proportions.

    Shuffle; then spread each class evenly over the line from 0 to 1, its k-th member somewhere
    in its k-th part; then walk along the line. Any beginning or end of the result is off by at
    most about two images a class.

    >>> labels = np.array([0] * 8 + [1] * 4)
    >>> order = stratified_order(labels)
    >>> [int(labels[order[start : start + 6]].sum()) for start in (0, 6)]
    [2, 2]
    """
    # RandomState's streams are frozen: the order, and with it the fingerprint, is the same
    # under every version of NumPy, which default_rng does not promise.
    random = np.random.RandomState(seed)
    order = random.permutation(len(labels))
    shuffled = labels[order]
    place = np.empty(len(labels))
    for label in np.unique(labels):
        members = np.flatnonzero(shuffled == label)
        count = len(members)
        place[members] = (np.arange(count) + random.random_sample(count)) / count
    return order[np.argsort(place, kind="stable")]


def in_stored_order(arrays):
    """Return the same arrays with the training digits in their fixed stratified order."""
    order = stratified_order(arrays.train_labels)
    return arrays._replace(
        train_images=arrays.train_images[order], train_labels=arrays.train_labels[order]
    )


def fingerprint(arrays):
    """Return 16 hexadecimal digits that stand for the contents, wherever they came from."""
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(f"{array.dtype.name}{array.shape}".encode())
        digest.update(np.ascontiguousarray(array))
    return digest.hexdigest()[:16]
