"""From tables as files have them to the arrays of a data set: one step after another.

Each step changes what it must, and notes in a sentence what it took for what. The notes are stored
with the data set and shown wherever it is chosen.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from data.checks import PIXELS, SIDE, DataError, check_arrays, check_count
from data.dataset import Arrays, Bytes, stratified_order
from data.finding.folders import Found
from data.preparing import classes, sizes
from data.table import Pixels, Table

TEST_FRACTION = 0.15  # of the images that are set aside where no file has test images
TEST_SEED = 1


class Prepared(NamedTuple):
    """The arrays of a data set, the names of its classes, and what was done to get them."""

    arrays: Arrays
    class_names: tuple[str, ...]
    notes: tuple[str, ...]


def prepare(found: Found, train: Table, test: Table | None) -> Prepared:
    """Check and prepare what was read from the files that were found. Raises DataError.

    A test table without labels is left out, and without test images some of the training images
    become the test set.
    """
    file, known = str(found.train[0]), found.known
    notes = [*train.notes, *(test.notes if test else ())]
    test = _with_labels(test, notes)
    labels = check_tables(found, train, test)
    images = same_size(file, [train.pixels, *([test.pixels] if test else [])], notes)
    if known and known.transposed:
        images = [_transposed(one) for one in images]
        notes.append(f"{known.title} stores its images on their side; they were turned upright.")
    arrays = _with_test(images, labels, notes)
    check_arrays(file, arrays, len(labels.names))
    return Prepared(arrays, labels.names, (*dict.fromkeys(notes), *labels.notes))


def check_tables(found: Found, train: Table, test: Table | None) -> classes.Classes:
    """The classes of the labels. Raises DataError for wrong labels or images of a wrong size."""
    file = str(found.train[0])
    if train.labels is None:
        raise DataError(f"{file}: the training images have no labels, so nothing can be learned.")
    for table in (train, test) if test else (train,):
        check_count(file, len(table.pixels))
        side = sizes.side_of(file, table.pixels.shape[1])
        sizes.check_enlarged(file, side, len(table.pixels))
    if test and test.pixels.shape[1] != train.pixels.shape[1]:
        raise DataError(
            f"{file}: training images of {train.pixels.shape[1]:,} pixels, "
            f"but test images of {test.pixels.shape[1]:,}."
        )
    files = [str(part[-1]) for part in (found.train, found.test) if part]
    return classes.of(
        files, train.labels, test.labels if test else None, found.known, train.class_names
    )


def _with_labels(test: Table | None, notes: list[str]) -> Table | None:
    if test is not None and test.labels is None:
        notes.append(
            f"The test file has {len(test.pixels):,} images without labels: it is left for "
            "`python -m ann predict`."
        )
        return None
    return test


def same_size(file: str, parts: list[Pixels], notes: list[str]) -> list[Bytes]:
    """Scale the images of every part to 28 x 28 pixels, uint8 from 0 to 255."""
    side = sizes.side_of(file, parts[0].shape[1])
    low, high = _range(file, parts, side, notes)
    if side == SIDE:
        return [_to_bytes(part, low, high) for part in parts]
    how = "enlarged and prepared like MNIST's digits" if side < SIDE else "shrunk"
    notes.append(f"The images are {side} × {side} pixels: {how}, to {SIDE} × {SIDE}.")
    return [sizes.to_side((part.astype(float) - low) / (high - low), side) for part in parts]


def _range(file: str, parts: list[Pixels], side: int, notes: list[str]) -> tuple[float, float]:
    """The values that stand for the darkest and the brightest pixel."""
    low = float(min(part.min() for part in parts))
    high = float(max(part.max() for part in parts))
    if not np.isfinite([low, high]).all():
        raise DataError(f"{file}: a pixel is not a number.")
    if low == high:
        raise DataError(f"{file}: all pixels are {low:g}, so the images show nothing.")
    for least, most in ((0, 1), (-1, 1), (0, 16 if side < SIDE else 15), (0, 16), (0, 255)):
        if least <= low and high <= most:
            if most != 255:
                notes.append(f"Pixels from {least} to {most} were scaled to 0 to 255.")
            return float(least), float(most)
    raise DataError(f"{file}: pixels from {low:g} to {high:g}; allowed are 0 to 255.")


def _to_bytes(pixels: Pixels, low: float, high: float) -> Bytes:
    """Pixels from `low` to `high` as uint8 from 0 to 255."""
    if pixels.dtype == np.uint8 and (low, high) == (0, 255):
        return pixels  # type: ignore[return-value]  # mypy does not narrow by dtype
    made = np.empty(pixels.shape, np.uint8)
    for start in range(0, len(pixels), 10_000):  # a copy of all as floats would be 8 times as large
        part: npt.NDArray[np.float64] = pixels[start : start + 10_000].astype(float)
        made[start : start + 10_000] = np.rint((part - low) * (255 / (high - low)))
    return made


def _transposed(images: Bytes) -> Bytes:
    turned = images.reshape(-1, SIDE, SIDE).transpose(0, 2, 1)
    return np.ascontiguousarray(turned).reshape(-1, PIXELS)


def _with_test(images: list[Bytes], labels: classes.Classes, notes: list[str]) -> Arrays:
    """The four arrays; without test images, a fixed stratified part of the others."""
    if labels.test is not None:
        return Arrays(images[0], labels.train, images[1], labels.test)
    order = stratified_order(labels.train, TEST_SEED)
    count = min(max(round(TEST_FRACTION * len(order)), 1), len(order) - 1)
    test, train = np.sort(order[-count:]), np.sort(order[:-count])
    notes.append(
        f"There is no labeled test file: {count:,} of the {len(order):,} images, the same ones "
        "each time and of each class in proportion, are the test set."
    )
    return Arrays(images[0][train], labels.train[train], images[0][test], labels.train[test])
