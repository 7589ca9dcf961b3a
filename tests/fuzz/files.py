"""Fuzzers of files of digits: IDX, compressed or not, CSV, `.npz`, `.npy` and the cache's own."""

import gzip
import io
import json
import shutil
import struct
import tempfile
import weakref
from functools import cache as once
from pathlib import Path
from random import Random

import numpy as np
import pandas  # noqa: F401, or the first table would count the second that this takes
from PIL import Image

import data
from ann.cli.images import read_array
from ann.cli.inputs import Mistake
from data import cache
from data.dataset import Arrays
from data.finding import places
from data.formats import idx
from data.formats.csv import read_table
from data.known import embedded
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
        values = idx._read_file(path, labels=dimensions == 1)
    except data.DataError as error:
        assert str(error).startswith(str(path)), error
        raise
    assert values.ndim == dimensions or (dimensions, values.ndim) == (1, 2)
    assert dimensions == 1 or (values.dtype == np.uint8 and values.shape[1] == values.shape[2])


def forged_csv(rng: Random) -> tuple[bool, bytes]:
    """A table of digits in some dialect, and whether something in it may be wrong.

    Wrong are values, lines, bytes or column names; the dialect alone never is.
    """
    images, labels = arrays().test_images, arrays().test_labels
    rows = [[str(v) for v in (label, *image)] for label, image in zip(labels, images, strict=True)]
    names = ["label", *(f"pixel{number}" for number in range(784))]
    wrong = False
    for _ in range(rng.randrange(3)):
        wrong = True
        row = rng.choice(rows)
        kind = rng.random()
        if kind < 0.7 and row:
            row[rng.randrange(len(row))] = mutate.text(rng)
        elif kind < 0.85:
            row.append("1")
        else:
            row[:] = row[: rng.randrange(len(row) + 1)]
    separator = rng.choice((",", ",", ";", "\t", "|", " ", ", "))
    quote = rng.choice(("", "", "", '"'))
    float_ = rng.choice(("", "", ".0", ",0" if separator in ";\t|" else ".0"))
    table = [[quote + v + float_ + quote for v in row] for row in rows]
    if rng.random() < 0.5:
        table.insert(0, [quote + name + quote for name in names])
    if rng.random() < 0.2:
        index = rng.randrange(2)
        table = [
            ["" if line[1:2] == [f"{quote}pixel0{quote}"] else str(number + index), *line]
            for number, line in enumerate(table, -(len(table) > len(rows)))
        ]
        wrong |= separator == " "  # a name of nothing cannot be told from a space
    if rng.random() < 0.3:
        table = [[*line[1:], line[0]] if line else line for line in table]
        wrong |= len(table[0]) != 785 or len(table) == len(rows)  # noise does not show where
    if rng.random() < 0.1:
        table[0][0:1] = [mutate.text(rng)]
        wrong = True
    trail = separator if rng.random() < 0.1 and separator != " " else ""
    end = rng.choice(("\n", "\r\n", "\r", "\n\n"))
    text = end.join(separator.join(line) + trail for line in table)
    if rng.random() < 0.1:
        text = rng.choice(("# digits", "", "sep=,", "%")) + end + text
        wrong = True
    raw = text.encode(
        rng.choice(("utf-8", "utf-8", "utf-8-sig", "utf-16", "utf-16-le")), errors="replace"
    )
    kind = rng.random()
    if kind < 0.1:
        raw = gzip.compress(raw, 1, mtime=0)
    elif kind < 0.15:
        raw = mutate.zipped(rng, {"digits.csv": raw})
        wrong = True  # it may be compressed in a way that is not read
    if rng.random() < 0.3:
        return True, mutate.damaged(rng, raw)
    return wrong, raw


def read_csv(given: tuple[bool, bytes]) -> None:
    """One table; what is right comes out, what is wrong is named with its file."""
    wrong, content = given
    path = folder() / "digits.csv"
    path.write_bytes(content)
    try:
        table = read_table(path)
    except data.DataError as error:
        assert str(error).startswith(f"{path}: "), error
        assert wrong, error
        raise
    assert table.labels is None or len(table.labels) == len(table.pixels)
    assert np.isfinite(table.pixels).all()
    assert -1 <= table.pixels.min() <= table.pixels.max() <= 255
    if not wrong:
        assert np.array_equal(table.pixels, arrays().test_images)
        assert np.array_equal(table.labels, arrays().test_labels)


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
    assert read_array(str(path), 784).shape[1] == 784


def forged_picture(rng: Random) -> bytes:
    """A picture of any size and kind of color, or a file of another format, perhaps damaged."""
    if rng.random() < 0.3:
        make = rng.choice((forged_idx, forged_csv, lambda rng: (0, forged_npz(rng))))
        return make(rng)[1]
    shape = rng.choice((1, 2, 28, 100)), rng.choice((1, 28, 28, 300))
    pixels = np.random.default_rng(rng.randrange(9)).integers(0, 256, (*shape, 4), np.uint8)
    if rng.random() < 0.5:
        pixels[..., :3] = rng.choice((0, 255))
    image = Image.fromarray(pixels).convert(rng.choice(("L", "RGB", "RGBA", "1", "P", "LA")))
    kind = rng.choice(("PNG", "JPEG", "BMP"))
    if kind != "PNG":
        image = image.convert(rng.choice(("L", "RGB")))
    file = io.BytesIO()
    image.save(file, kind)
    return mutate.damaged(rng, file.getvalue()) if rng.random() < 0.6 else file.getvalue()


def read_picture(content: bytes) -> None:
    """Whatever it holds, images come out as a network takes them."""
    path = folder() / "picture"
    path.write_bytes(content)
    try:
        found = data.read_images(path)
    except data.DataError as error:
        assert str(path) in str(error) and "pickle=" not in str(error), error
        raise
    assert found.pixels.shape == (len(found.names), 784) and found.pixels.dtype == np.uint8


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
            gzip.compress(head + images.tobytes(), 1, mtime=0)
        )
        head = struct.pack(">2I", 0x801, len(labels))
        (source / f"{prefix}-labels-idx1-ubyte").write_bytes(head + labels.tobytes())
    with own_folders():
        data.load(source)
    return source, stored


class own_folders:  # noqa: N801, used like a function
    """Within it, the package keeps its cache in this process's folder."""

    def __enter__(self) -> None:
        self._before = cache.FOLDER, places.HERE
        cache.FOLDER, places.HERE = folder() / "cache", folder()

    def __exit__(self, *error: object) -> None:
        cache.FOLDER, places.HERE = self._before


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
    Fuzzer("csv", forged_csv, read_csv, (data.DataError,), inputs=100, seconds=5.0),
    Fuzzer("embedded", forged_npz, read_npz, (data.DataError,), inputs=60),
    Fuzzer(
        "images",
        lambda rng: mutate.part(rng, mutate.as_npy(arrays().test_images)),
        read_npy,
        (Mistake,),
    ),
    Fuzzer("to-classify", forged_picture, read_picture, (data.DataError,), seconds=5.0),
    Fuzzer("data-sets", forged_set, read_set, (data.DataError,), inputs=60),
)
