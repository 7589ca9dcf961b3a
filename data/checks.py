"""What a data set must satisfy, however it is read.

Each message names the file, the value found and what is allowed.
"""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from data.dataset import Arrays

SIDE = 28  # pixels along one side of an image
PIXELS = SIDE * SIDE  # D, features of one image
CLASSES = 10  # C of the sets that can be downloaded
MAX_CLASSES = 100  # of any set; labels are 0 to C - 1
SIDES = (8, 64)  # the smallest and the largest images that are made 28 x 28
MAX_IMAGES = 1_000_000  # in one file, so that no header can claim all of the memory


class DataError(ValueError):
    """A data set is missing, damaged or not what it claims to be.

    The message is written for a learner: it names the file and what is wrong with it.
    """


def check_count(file: Path | str, count: int) -> None:
    """Raise DataError unless a file holds a usable number of images or labels."""
    if not 1 <= count <= MAX_IMAGES:
        raise DataError(f"{file}: holds {count:,} entries; allowed are 1 to {MAX_IMAGES:,}.")


def check_side(file: Path | str, height: int, width: int) -> None:
    """Raise DataError unless images are squares of a size that can be made 28 x 28."""
    if height != width or not SIDES[0] <= height <= SIDES[1]:
        raise DataError(
            f"{file}: images of {height:,} x {width:,} pixels; expected {SIDE} x {SIDE}, "
            f"or other squares of {SIDES[0]} to {SIDES[1]} pixels a side."
        )


def check_labels(file: Path | str, labels: npt.NDArray[np.integer], classes: int = CLASSES) -> None:
    """Raise DataError, naming the first wrong one, unless all labels (N,) are 0 to C - 1."""
    wrong = np.flatnonzero((labels < 0) | (labels >= classes))
    if len(wrong):
        raise DataError(
            f"{file}: entry {wrong[0] + 1:,} has the label {labels[wrong[0]]}; "
            f"labels must be 0 to {classes - 1}."
        )


def check_arrays(file: Path | str, arrays: Arrays, classes: int = CLASSES) -> None:
    """Raise DataError unless `arrays` have the types and shapes of a data set.

    That is, for training and test: images (N, 784) uint8 and as many labels (N,) uint8.
    """
    for part in ("train", "test"):
        images = getattr(arrays, f"{part}_images")
        labels = getattr(arrays, f"{part}_labels")
        if images.dtype != np.uint8 or images.ndim != 2 or images.shape[1] != PIXELS:
            raise DataError(
                f"{file}: {part} images are {images.dtype} of shape {images.shape}; "
                f"expected uint8 of shape (N, {PIXELS})."
            )
        if labels.dtype != np.uint8 or labels.ndim != 1:
            raise DataError(
                f"{file}: {part} labels are {labels.dtype} of shape {labels.shape}; "
                "expected uint8 of shape (N,)."
            )
        if len(images) != len(labels):
            raise DataError(f"{file}: {len(labels):,} {part} labels for {len(images):,} images.")
        check_count(f"{file} ({part})", len(labels))
        check_labels(f"{file} ({part})", labels, classes)
