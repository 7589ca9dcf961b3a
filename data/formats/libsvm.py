"""Read LIBSVM's text files of digits, as USPS's: a label, then pairs of a pixel's number and value.

Pixels that are 0 may be left out.
"""

import math
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from data.checks import MAX_IMAGES, SIDES, DataError, check_count
from data.formats import contents
from data.formats.npz import as_pixels
from data.table import Table

MOST_PIXELS = SIDES[1] ** 2  # of an image
LONGEST_LINE = 128 * 1024  # bytes
MOST_VALUES = MAX_IMAGES * 64  # numbers in a file; each takes 4 bytes
_NUMBER = rb"[-+]?[0-9.]+(?:[eE][-+]?[0-9]+)?"
_PAIRS = re.compile(rb"\s*" + _NUMBER + rb"(?:\s+[0-9]+:" + _NUMBER + rb")+")


def is_pairs(line: bytes) -> bool:
    """Whether a line is LIBSVM's.

    >>> is_pairs(b"3 1:0.5 7:-1"), is_pairs(b"1,2,3")
    (True, False)
    """
    return bool(_PAIRS.match(line))


def read(path: Path) -> Table:
    """The table in one file, plain or packed. Raises DataError."""
    contents.check_kind(path, "LIBSVM")
    with contents.unpacking(path):
        return _read(path)


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """The lines that are not blank, with their numbers."""
    with contents.open_unpacked(path) as file:
        number = 0
        while line := file.readline(LONGEST_LINE):
            number += 1
            if len(line) == LONGEST_LINE:
                raise DataError(f"{path}: line {number}: longer than {LONGEST_LINE:,} bytes.")
            if line.strip():
                yield number, line


def _read(path: Path) -> Table:
    labels: list[float] = []
    found: list[tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]] = []
    count = 0
    for number, line in _lines(path):
        if not is_pairs(line):
            raise DataError(f"{path}: line {number}: not a label and pairs index:value.")
        label, *pairs = line.split()
        try:
            indices, numbers = zip(*(pair.split(b":") for pair in pairs), strict=True)
            at, row = np.array(indices, np.int64), np.array(numbers, np.float32)
            labels.append(float(label))
        except ValueError:
            raise DataError(f"{path}: line {number}: not a label and pairs index:value.") from None
        if at.min() < 1 or at.max() > MOST_PIXELS or not np.isfinite(row).all():
            raise DataError(f"{path}: line {number}: a pixel's number or value is out of range.")
        found.append((at, row))
        count += len(at)
        if count > MOST_VALUES:
            raise DataError(f"{path}: more than {MOST_VALUES:,} numbers.")
    check_count(path, len(found))
    highest = max(int(at.max()) for at, _ in found)
    side = math.isqrt(highest - 1) + 1  # zeros are left out, so the last pixels may be missing
    if len(found) * side**2 > 8 * MOST_VALUES:
        raise DataError(f"{path}: too many images of {side} x {side} pixels.")
    pixels = np.zeros((len(found), side**2), np.float32)
    for row, (at, values) in zip(pixels, found, strict=True):
        row[at - 1] = values
    classes = np.array(labels)
    if not ((classes == np.rint(classes)) & (classes >= 0) & (classes < 256)).all():
        raise DataError(f"{path}: a label is not a whole number from 0 to 255.")
    return Table(as_pixels(pixels), classes.astype(np.int64))
