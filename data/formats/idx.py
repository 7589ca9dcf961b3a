"""Read IDX, the format of MNIST's four files, compressed with gzip or not.

An IDX file is a header of big-endian numbers (two zero bytes, the type of the values, the number of
dimensions, then one 4-byte size per dimension), followed by the values. A header can claim
anything, so every claim is checked against the size of the file before memory is allocated.
"""

import math
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from data.checks import MAX_IMAGES, PIXELS, DataError, check_count, check_side
from data.formats import contents
from data.table import Table

# What MNIST's files are called, for messages.
FILES = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)
UNSIGNED_BYTE = 0x08
LABEL_TYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4"}
PACKED_AT_BEST = 1100  # times smaller; deflate packs at most 1032 bytes into one


class Header(NamedTuple):
    """What an IDX file announces."""

    bytes: int  # of the header itself
    type: str  # of the values, as NumPy names it
    shape: tuple[int, ...]

    @property
    def size(self) -> int:
        """Bytes of values."""
        return math.prod(self.shape) * np.dtype(self.type).itemsize


def read(images_file: Path, labels_file: Path) -> Table:
    """Return the table in a file of images and the file of their labels. Raises DataError."""
    images = np.asarray(_read_file(images_file, labels=False), np.uint8)
    labels = _read_file(labels_file, labels=True)
    _check_counts(images_file, len(images), labels_file, len(labels))
    if labels.ndim == 2:  # QMNIST's, which also hold the writer and more
        labels = labels[:, 0].copy()
    return Table(images.reshape(len(images), -1), labels)


def read_images(path: Path) -> Table:
    """Return the table in a file of images alone. Raises DataError."""
    images = np.asarray(_read_file(path, labels=False), np.uint8)
    return Table(images.reshape(len(images), -1), None)


def check(images_file: Path, labels_file: Path) -> int:
    """Check the headers alone, and return the number of images. Raises DataError."""
    images, labels = header(images_file, labels=False), header(labels_file, labels=True)
    _check_counts(images_file, images.shape[0], labels_file, labels.shape[0])
    return images.shape[0]


def header(path: Path, labels: bool) -> Header:
    """The checked header of one file. Raises DataError if the file cannot hold what it says."""
    found = _parse(path, contents.check_kind(path, "IDX"), labels)
    with path.open("rb") as file:
        packed = file.read(2) in (contents.GZIP, contents.BZIP2[:2])
        size = file.seek(0, 2)
    if found.size > size * (PACKED_AT_BEST if packed else 1):
        raise DataError(
            f"{path}: truncated: its header announces {found.size:,} bytes of values, "
            f"more than a file of {size:,} bytes can hold."
        )
    return found


def _check_counts(images_file: Path, images: int, labels_file: Path, labels: int) -> None:
    if images != labels:
        raise DataError(
            f"{labels_file}: {labels:,} labels, but {images_file.name} holds {images:,} images."
        )


def _read_file(path: Path, labels: bool) -> npt.NDArray[np.uint8] | npt.NDArray[np.int64]:
    """Return the values of one file: labels (N,) or (N, 8), or images (N, H, W) uint8."""
    found = header(path, labels)
    with contents.unpacking(path), contents.open_unpacked(path) as stream:
        stream.read(found.bytes)
        # One byte more than announced finds surplus data, and lets gzip verify its checksum.
        values = stream.read(found.size + 1)
    if len(values) < found.size:
        raise DataError(
            f"{path}: truncated: {len(values):,} of the {found.size:,} bytes of values "
            "that its header announces."
        )
    if len(values) > found.size:
        raise DataError(f"{path}: more data than the {found.size:,} bytes its header announces.")
    array = np.frombuffer(values, found.type).reshape(found.shape)
    if not labels or array.dtype == np.uint8:
        return array.view(np.uint8)
    return array.astype(np.int64)


def _parse(path: Path, start: bytes, labels: bool) -> Header:
    """Check the header at the start of a file."""
    if len(start) < 4:
        raise DataError(f"{path}: {'truncated' if start else 'empty'}: no IDX header.")
    if start[:2] != b"\0\0":
        raise DataError(f"{path}: not an IDX file: it starts with {start[:4].hex(' ')}, not 00 00.")
    expected = "labels (1 dimension)" if labels else "images (3 dimensions)"
    dimensions = start[3]
    right = dimensions in (1, 2) if labels else dimensions == 3
    if labels and start[2] not in LABEL_TYPES:
        raise DataError(f"{path}: labels of IDX type 0x{start[2]:02x}; expected whole numbers.")
    if not labels and start[2] != UNSIGNED_BYTE:
        raise DataError(
            f"{path}: values of IDX type 0x{start[2]:02x}; expected unsigned bytes, 0x08."
        )
    if not right:
        kinds = {1: "labels (1 dimension)", 3: "images (3 dimensions)"}
        found = kinds.get(dimensions, f"{dimensions} dimensions")
        raise DataError(f"{path}: an IDX file of {found}; expected {expected}.")
    end = 4 + 4 * dimensions
    if len(start) < end:
        raise DataError(f"{path}: truncated: its header is incomplete.")
    shape = tuple(np.frombuffer(start[4:end], ">u4").tolist())
    check_count(path, shape[0])
    if labels and dimensions == 2 and not 1 <= shape[1] <= 16:
        raise DataError(f"{path}: {shape[1]:,} numbers per label; allowed are 1 to 16.")
    if not labels:
        check_side(path, shape[1], shape[2])
        if math.prod(shape) > MAX_IMAGES * PIXELS:
            raise DataError(f"{path}: {shape[0]:,} images of {shape[1]} x {shape[2]}: too large.")
    return Header(end, LABEL_TYPES.get(start[2], ">u1"), shape)
