"""A data set as the rest of the lab sees it: images, labels, and where they come from.

N samples, D = 784 features (28 x 28 pixels, row by row), C classes: ten for digits.
"""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

Bytes: TypeAlias = npt.NDArray[np.uint8]


class Arrays(NamedTuple):
    """The four arrays of a data set, as they are read from files."""

    train_images: Bytes  # (N, 784), pixels from 0 to 255
    train_labels: Bytes  # (N,), from 0 to C - 1
    test_images: Bytes
    test_labels: Bytes


class Split(NamedTuple):
    """The training digits divided in two: one part to learn from, one part for validation."""

    train_images: Bytes
    train_labels: Bytes
    validation_images: Bytes
    validation_labels: Bytes


class Doubt(NamedTuple):
    """What seems to be wrong with the images of a data set, and the remedies that mend it."""

    text: str
    remedies: tuple[str, ...]  # names in `data.preparing.remedies.REMEDIES`


@dataclass(frozen=True, eq=False)
class Dataset:
    """Images and labels, with a name, their source, and a fingerprint.

    The arrays are read-only and mapped from `folder`, which holds train_images.npy,
    train_labels.npy, test_images.npy and test_labels.npy, so that any number of processes share
    one copy in memory.
    """

    name: str
    title: str
    images: Bytes = field(repr=False)  # (N, 784), training digits
    labels: Bytes = field(repr=False)  # (N,)
    test_images: Bytes = field(repr=False)
    test_labels: Bytes = field(repr=False)
    class_names: tuple[str, ...]
    fingerprint: str  # of the contents: equal for the same images in the same order
    source: str
    folder: Path
    notes: tuple[str, ...] = ()  # what was taken for what when the files were read
    doubts: tuple[Doubt, ...] = ()  # what seems to be wrong with the images

    @property
    def warnings(self) -> list[str]:
        """The doubts as sentences for a terminal, each with what mends it."""
        return [
            f"{doubt.text} To mend it, add ~{'~'.join(doubt.remedies)} to its name or path."
            for doubt in self.doubts
        ]

    def split(self, validation_fraction: float) -> Split:
        """Set the last round(validation_fraction * N) training digits aside for validation.

        The stored order makes both parts stratified (see `stratified_order`), so they are slices
        and nothing is copied. Raises ValueError for a fraction outside [0, 1), or one so large
        that no digit is left to train on.
        """
        count = len(self.labels)
        if not 0 <= validation_fraction < 1:
            raise ValueError(f"validation_fraction is {validation_fraction}; allowed is 0 to < 1.")
        cut = count - round(validation_fraction * count)
        if cut == 0:
            raise ValueError(
                f"validation_fraction is {validation_fraction}: none of {count:,} digits is left "
                "to train on."
            )
        return Split(self.images[:cut], self.labels[:cut], self.images[cut:], self.labels[cut:])


@dataclass(frozen=True)
class Info:
    """An entry in the list of data sets that can be chosen."""

    name: str  # what `load` takes
    title: str
    here: bool  # False: it must be downloaded first, or something is wrong with its files
    how: str  # where it is, how to get it, or what is wrong
    size: str  # as text
    can_fetch: bool = False  # whether `fetch` can download it
    notes: tuple[str, ...] = ()  # what was taken for what when its files were read
    fingerprint: str = ""  # of files that have been read and have not changed since


def stratified_order(labels: npt.NDArray[np.integer], seed: int = 0) -> npt.NDArray[np.intp]:
    """Return an order (N,) in which every stretch holds the classes in their proportions.

    Shuffle; then spread each class evenly over the interval from 0 to 1, its k-th member at a
    random place in the k-th of equal parts; then sort by place. At the start or end of the
    result, each class is off by at most about two images.

    >>> labels = np.array([0] * 8 + [1] * 4)
    >>> order = stratified_order(labels)
    >>> [int(labels[order[start : start + 6]].sum()) for start in (0, 6)]
    [2, 2]
    """
    # RandomState's stream is frozen: the order, and so the fingerprint, is the same with every
    # version of NumPy. default_rng does not promise that.
    random = np.random.RandomState(seed)
    order = random.permutation(len(labels))
    shuffled = labels[order]
    place = np.empty(len(labels))
    for label in np.unique(labels):
        members = np.flatnonzero(shuffled == label)
        count = len(members)
        place[members] = (np.arange(count) + random.random_sample(count)) / count
    return order[np.argsort(place, kind="stable")]


def in_stored_order(arrays: Arrays) -> Arrays:
    """Return the arrays with the training digits in their fixed, stratified order."""
    order = stratified_order(arrays.train_labels)
    return arrays._replace(
        train_images=arrays.train_images[order], train_labels=arrays.train_labels[order]
    )


def fingerprint(arrays: Arrays) -> str:
    """Return 16 hexadecimal digits that identify the contents, wherever they came from."""
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(f"{array.dtype.name}{array.shape}".encode())
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()[:16]
