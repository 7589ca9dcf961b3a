"""Read IDX, the format of MNIST's four files, compressed with gzip or not.

An IDX file is a header of big-endian numbers (two zero bytes, the type of the values, the number of
dimensions, then one 4-byte size per dimension), followed by the values. A header can claim
anything, so every claim is checked against the size of the file before memory is allocated.
"""

import gzip
import math
import os
import zlib
from pathlib import Path
from typing import BinaryIO

import numpy as np

from data.checks import PIXELS, SIDE, DataError, check_count, check_labels
from data.dataset import Arrays, Bytes

FILES = {
    "train_images": "train-images-idx3-ubyte",
    "train_labels": "train-labels-idx1-ubyte",
    "test_images": "t10k-images-idx3-ubyte",
    "test_labels": "t10k-labels-idx1-ubyte",
}
UNSIGNED_BYTE = 0x08
GZIP_START = b"\x1f\x8b"
GZIP_AT_BEST = 1100  # times smaller; deflate packs at most 1032 bytes into one


def find(folder: Path) -> dict[str, Path]:
    """Return {part: path} of the IDX files in a folder, {} if it has none.

    Raises DataError if only some of them are there.
    """
    found = {}
    for part, name in FILES.items():
        dotted = name.replace("-idx", ".idx")  # as some mirrors spell it
        names = (name, f"{name}.gz", dotted, f"{dotted}.gz")
        paths = [folder / name for name in names if (folder / name).exists()]
        if paths:
            found[part] = paths[0]
    missing = [name for part, name in FILES.items() if part not in found]
    if found and missing:
        raise DataError(
            f"{folder}: {' and '.join(missing)} (or .gz) missing; a set needs all four IDX files."
        )
    return found


def read(files: dict[str, Path]) -> Arrays:
    """Return the Arrays in the four IDX files {part: path}. Raises DataError."""
    arrays: dict[str, Bytes] = {}
    for part in ("train", "test"):
        images_file, labels_file = files[f"{part}_images"], files[f"{part}_labels"]
        images = _read_file(images_file, dimensions=3).reshape(-1, PIXELS)
        labels = _read_file(labels_file, dimensions=1)
        if len(images) != len(labels):
            raise DataError(
                f"{labels_file}: {len(labels):,} labels, "
                f"but {images_file.name} holds {len(images):,} images."
            )
        check_labels(labels_file, labels)
        arrays |= {f"{part}_images": images, f"{part}_labels": labels}
    return Arrays(**arrays)


def _read_file(path: Path, dimensions: int) -> Bytes:
    """Return the values of one file: (N, 28, 28) for 3 dimensions, (N,) for 1."""
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            packed = file.read(2) == GZIP_START
            file.seek(0)
            stream = gzip.GzipFile(fileobj=file) if packed else file
            shape = _read_header(path, stream, dimensions)
            expected = math.prod(shape)
            if expected > size * (GZIP_AT_BEST if packed else 1):
                raise DataError(
                    f"{path}: truncated: its header announces {expected:,} bytes of values, "
                    f"more than a file of {size:,} bytes can hold."
                )
            # One byte more than announced finds surplus data, and lets gzip verify its checksum.
            values = stream.read(expected + 1)
    except EOFError:
        raise DataError(f"{path}: truncated: the compressed data ends too early.") from None
    except (gzip.BadGzipFile, zlib.error) as error:
        raise DataError(f"{path}: damaged: {error}.") from error
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror or error}.") from error
    if len(values) < expected:
        raise DataError(
            f"{path}: truncated: {len(values):,} of the {expected:,} bytes of values "
            "that its header announces."
        )
    if len(values) > expected:
        raise DataError(f"{path}: more data than the {expected:,} bytes its header announces.")
    return np.frombuffer(values, np.uint8).reshape(shape)


def _read_header(path: Path, stream: BinaryIO | gzip.GzipFile, dimensions: int) -> tuple[int, ...]:
    """Check the header and return the shape it announces."""
    start = stream.read(4)
    if len(start) < 4:
        raise DataError(f"{path}: {'truncated' if start else 'empty'}: no IDX header.")
    if start[:2] != b"\0\0":
        raise DataError(f"{path}: not an IDX file: it starts with {start.hex(' ')}, not 00 00.")
    if start[2] != UNSIGNED_BYTE:
        raise DataError(
            f"{path}: values of IDX type 0x{start[2]:02x}; expected unsigned bytes, 0x08."
        )
    if start[3] != dimensions:
        kinds = {1: "labels (1 dimension)", 3: "images (3 dimensions)"}
        found = kinds.get(start[3], f"{start[3]} dimensions")
        raise DataError(f"{path}: an IDX file of {found}; expected {kinds[dimensions]}.")
    sizes = stream.read(4 * dimensions)
    if len(sizes) < 4 * dimensions:
        raise DataError(f"{path}: truncated: its header is incomplete.")
    shape = tuple(np.frombuffer(sizes, ">u4").tolist())
    check_count(path, shape[0])
    if dimensions == 3 and shape[1:] != (SIDE, SIDE):
        raise DataError(
            f"{path}: images of {shape[1]} x {shape[2]} pixels; expected {SIDE} x {SIDE}."
        )
    return shape
