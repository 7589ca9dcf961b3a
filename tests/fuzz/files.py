"""Fuzzers of files of digits: IDX, compressed or not, CSV, `.npz`, `.npy` and the cache's own."""

import gzip
import json
import shutil
import struct
import tempfile
import weakref
from functools import cache as once
from pathlib import Path
from random import Random

import numpy as np

import data
from ann.cli.commands import read_images
from ann.cli.inputs import Mistake
from data import cache, csv_files, embedded, folders, idx
from data.dataset import Arrays
from tests.fuzz import mutate
from tests.fuzz.fuzzer import Fuzzer

SIZES = (0, 1, 3, 4, 27, 28, 29, 784, 10**6, 10**6 + 1, 2**31, 2**32 - 1)


@once
def folder() -> Path:
    """An empty folder of this process, also in place of the data's own and of their cache."""
    made = tempfile.TemporaryDirectory(prefix="ann-lab-fuzz-")
    weakref.finalize(folder, made.cleanup)
    return Path(made.name)


@once
def arrays() -> Arrays:
    """Eight images for training and four for testing."""
    rng = np.random.default_rng(0)
    images, labels = rng.integers(0, 256, (12, 784), np.uint8), np.arange(12, dtype=np.uint8) % 10
    return Arrays(images[:8], labels[:8], images[8:], labels[8:])


def forged_idx(rng: Random) -> tuple[int, bytes]:
    """The number of dimensions that are expected, and a file."""
    dimensions = rng.choice((1, 3))
    sizes = [4, 28, 28][:dimensions]
    content = arrays().test_images.tobytes() if dimensions == 3 else bytes([1, 2, 3, 4])
    if rng.random() < 0.4:
        sizes[rng.randrange(dimensions)] = rng.choice(SIZES)
    start = bytes([0, 0, rng.choice((8, 8, 8, 9, 13)), dimensions])
    whole = start + struct.pack(f">{dimensions}I", *sizes) + content
    kind = rng.random()
    if kind < 0.4:
        return dimensions, mutate.gzipped(rng, whole)
    return dimensions, whole if kind < 0.5 else mutate.damaged(rng, whole)


def read_idx(given: tuple[int, bytes]) -> None:
    """One file; its shape is what was expected."""
    dimensions, content = given
    path = folder() / "digits"
    path.write_bytes(content)
    try:
        values = idx._read_file(path, dimensions)
    except data.DataError as error:
        assert str(error).startswith(str(path)), error
        raise
    assert values.ndim == dimensions and values.dtype == np.uint8
    assert dimensions == 1 or values.shape[1:] == (28, 28)


def forged_csv(rng: Random) -> bytes:
    """A table of digits with wrong values, lines, bytes or column names."""
    images, labels = arrays().test_images, arrays().test_labels
    rows = [[str(v) for v in (label, *image)] for label, image in zip(labels, images, strict=True)]
    for _ in range(rng.randrange(3)):
        row = rng.choice(rows)
        kind = rng.random()
        if kind < 0.7 and row:
            row[rng.randrange(len(row))] = mutate.text(rng)
        elif kind < 0.85:
            row.append("1")
        else:
            row[:] = row[: rng.randrange(len(row) + 1)]
    lines = [",".join(row) for row in rows]
    if rng.random() < 0.3:
        name = rng.choice(("label", "class", mutate.text(rng)))
        lines.insert(0, ",".join([name, *map(str, range(784))]))
    text = rng.choice(("\n", "\r\n", "\r", "\n\n")).join(lines)
    raw = text.encode(rng.choice(("utf-8", "utf-8", "utf-8-sig", "utf-16")), errors="replace")
    return mutate.damaged(rng, raw) if rng.random() < 0.4 else raw


def read_csv(content: bytes) -> None:
    """One file; labels and pixels are in range."""
    path = folder() / "digits.csv"
    path.write_bytes(content)
    images, labels = csv_files._read_file(path)
    assert images.shape == (len(labels), 784) and labels.max() < 10
    assert images.dtype == labels.dtype == np.uint8


def forged_npz(rng: Random) -> bytes:
    """The embedded file in small, damaged."""
    parts = {f"{name}.npy": mutate.as_npy(array) for name, array in arrays()._asdict().items()}
    whole = mutate.zipped(rng, parts)
    kind = rng.random()
    if kind < 0.4:
        name = rng.choice(list(parts))
        parts[name] = mutate.part(rng, parts[name])
        return mutate.zipped(rng, parts)
    return mutate.zip_damaged(rng, whole) if kind < 0.7 else mutate.damaged(rng, whole)


def read_npz(content: bytes) -> None:
    """The embedded digits."""
    path = folder() / "embedded.npz"
    path.write_bytes(content)
    assert embedded.read(path).train_images.shape[1] == 784


def read_npy(content: bytes) -> None:
    """Images for `python -m ann predict`."""
    path = folder() / "image.npy"
    path.write_bytes(content)
    assert read_images(str(path), 784).shape[1] == 784


def forged_set(rng: Random) -> tuple[str, bytes]:
    """The name of a file of a data set or of its cache, and its damaged content."""
    source, stored = whole_set()
    path = rng.choice(sorted([*source.iterdir(), *stored.rglob("*.*")]))
    content = path.read_bytes()
    if path.suffix == ".json":
        written = mutate.as_text(rng, mutate.forged(rng, json.loads(content)))
        return str(path), written.encode(errors="replace")
    if path.suffix == ".npy":
        return str(path), rng.choice((mutate.part, mutate.damaged))(rng, content)
    return str(path), mutate.damaged(rng, content)


@once
def whole_set() -> tuple[Path, Path]:
    """A folder with the four files of a data set, and a cache with its copy."""
    source, stored = folder() / "digits-here", folder() / "cache"
    source.mkdir()
    for prefix, images, labels in (("train", *arrays()[:2]), ("t10k", *arrays()[2:])):
        head = struct.pack(">4I", 0x803, len(images), 28, 28)
        (source / f"{prefix}-images-idx3-ubyte.gz").write_bytes(
            gzip.compress(head + images.tobytes(), 1)
        )
        head = struct.pack(">2I", 0x801, len(labels))
        (source / f"{prefix}-labels-idx1-ubyte").write_bytes(head + labels.tobytes())
    with own_folders():
        data.load(source)
    return source, stored


class own_folders:  # noqa: N801, used like a function
    """Within it, the package keeps its cache in this process's folder."""

    def __enter__(self) -> None:
        self._before = cache.FOLDER, folders.HERE
        cache.FOLDER, folders.HERE = folder() / "cache", folder()

    def __exit__(self, *error: object) -> None:
        cache.FOLDER, folders.HERE = self._before


def read_set(given: tuple[str, bytes]) -> None:
    """A data set one of whose files, or cached files, is damaged.

    A damaged cache is made again, so then the digits are the right ones.
    """
    source, stored = whole_set()
    path = Path(given[0])
    keep = folder() / "kept"
    shutil.copytree(stored, keep)
    before = path.read_bytes()
    try:
        path.write_bytes(given[1])
        with own_folders():
            data.available()
            found = data.load(source)
        assert found.images.shape[1] == 784
        if stored in path.parents:
            assert sorted(found.labels.tolist()) == sorted(arrays().train_labels.tolist())
    finally:
        path.write_bytes(before)
        shutil.rmtree(stored)
        keep.rename(stored)


FUZZERS = (
    Fuzzer("idx", forged_idx, read_idx, (data.DataError,), inputs=300),
    Fuzzer("csv", forged_csv, read_csv, (data.DataError,), inputs=100),
    Fuzzer("embedded", forged_npz, read_npz, (data.DataError,), inputs=60),
    Fuzzer(
        "images",
        lambda rng: mutate.part(rng, mutate.as_npy(arrays().test_images)),
        read_npy,
        (Mistake,),
    ),
    Fuzzer("data-sets", forged_set, read_set, (data.DataError,), inputs=60),
)
