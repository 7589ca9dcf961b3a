"""Small data sets as files, and a data folder and cache that no test shares with the user."""

import gzip
import struct
import tempfile

import numpy as np
import pytest

from data import cache
from data.dataset import Arrays
from data.finding import places
from data.preparing import reading
from data.preparing.prepare import prepare


@pytest.fixture(autouse=True)
def own_folders(tmp_path, monkeypatch):
    """Point the package at empty folders; returns the one that stands for data/."""
    folder = tmp_path / "data"
    folder.mkdir()
    spare = tmp_path / "tmp"
    spare.mkdir()
    monkeypatch.setattr(places, "HERE", folder)
    monkeypatch.setattr(cache, "FOLDER", folder / "cache")
    monkeypatch.setattr(tempfile, "tempdir", str(spare))
    monkeypatch.delenv("ANN_DATA", raising=False)
    return folder


@pytest.fixture
def arrays():
    """120 training and 30 test images of noise, every class equally often."""
    random = np.random.default_rng(1)
    labels = np.repeat(np.arange(10, dtype=np.uint8), 15)[random.permutation(150)]
    images = random.integers(0, 256, (150, 784), dtype=np.uint8)
    return Arrays(images[:120], labels[:120], images[120:], labels[120:])


@pytest.fixture
def in_file_order():
    """Return a function that reads a folder into Arrays in the order of its files."""

    def read(folder):
        found = places.at(folder).found
        return prepare(found, *reading.read(found)).arrays

    return read


@pytest.fixture
def write_idx():
    """Return a function that writes arrays as the four IDX files of a folder."""

    def write(folder, arrays, packed=True):
        folder.mkdir(parents=True, exist_ok=True)
        for prefix, images, labels in (("train", *arrays[:2]), ("t10k", *arrays[2:])):
            contents = {
                f"{prefix}-images-idx3-ubyte": struct.pack(">4I", 0x803, len(images), 28, 28)
                + images.tobytes(),
                f"{prefix}-labels-idx1-ubyte": struct.pack(">2I", 0x801, len(labels))
                + labels.tobytes(),
            }
            for name, content in contents.items():
                if packed:
                    (folder / f"{name}.gz").write_bytes(gzip.compress(content, 1))
                else:
                    (folder / name).write_bytes(content)
        return folder

    return write


@pytest.fixture
def write_csv():
    """Return a function that writes arrays as the two CSV files of a folder."""

    def write(folder, arrays, header=None):
        folder.mkdir(parents=True, exist_ok=True)
        for part, images, labels in (("train", *arrays[:2]), ("test", *arrays[2:])):
            rows = np.column_stack([labels, images])
            lines = [",".join(map(str, row)) for row in rows.tolist()]
            text = "\n".join(([header] if header else []) + lines) + "\n"
            (folder / f"mnist_{part}.csv").write_text(text)
        return folder

    return write
