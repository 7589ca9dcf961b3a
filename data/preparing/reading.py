"""Read the files of a data set that `folders` found, whatever their format."""

import hashlib
import os
import time
from dataclasses import replace
from pathlib import Path

from data import cache
from data.cache import Stamp
from data.checks import DataError
from data.finding.folders import Found
from data.formats import contents, idx, libsvm, npz, parquet, pictures
from data.formats.csv import read_labels, read_table
from data.table import Table

RECENT_SECONDS, MOST_RECENT = 60.0, 100
_recent: dict[Path, tuple[tuple[tuple[str, int], ...], float, Stamp]] = {}  # of picture folders
SMALL = 1_000_000  # bytes: a compressed file up to this size is unpacked to check it


def read(found: Found) -> tuple[Table, Table | None]:
    """The training and the test table; None where no file has test images. Raises DataError."""
    match found.format:
        case "IDX":
            return idx.read(*found.train), idx.read(*found.test) if found.test else None
        case "npz":
            if len(found.train) == 1 and not found.test:
                return npz.read_whole(found.train[0])
            return npz.read_part(*found.train), npz.read_part(*found.test) if found.test else None
        case "Parquet":
            return parquet.read(found.train), parquet.read(found.test) if found.test else None
        case "pictures":
            return pictures.read(found.train), pictures.read(found.test) if found.test else None
        case "LIBSVM":
            return libsvm.read(found.train[0]), libsvm.read(found.test[0]) if found.test else None
    return _read_csv(*found.train), _read_csv(*found.test) if found.test else None


def _read_csv(images_file: Path, labels_file: Path | None = None) -> Table:
    """The table in one file, or in one of images and one of their labels."""
    table = read_table(images_file)
    if labels_file is None:
        return table
    if table.labels is not None:
        raise DataError(f"{images_file}: has labels, and so has {labels_file.name}; expected one.")
    labels = read_labels(labels_file)
    if len(labels) != len(table.pixels):
        raise DataError(
            f"{labels_file}: {len(labels):,} labels, "
            f"but {images_file.name} holds {len(table.pixels):,} images."
        )
    return replace(table, labels=labels)


def check(found: Found) -> None:
    """Raise DataError if the files cannot be opened, as far as their beginnings tell."""
    match found.format:
        case "IDX":
            for part in filter(None, (found.train, found.test)):
                idx.check(*part)
        case "npz":
            for path in found.files:
                npz.check(path)
        case "Parquet":
            for path in found.files:
                parquet.check(path)
        case "pictures":
            for root in found.files:
                pictures.check(root)
        case _:
            for path in found.files:
                contents.check_kind(path, found.format)
    if found.format != "pictures":
        for path in found.files:
            _check_packed(path)


def stamped(found: Found, recent: bool = False) -> list[Stamp]:
    """The stamps of all files: if they are equal later, the files have not changed.

    Pictures may be tens of thousands, so those of a folder have one stamp together. Where `recent`
    is enough, as for a list, it may be a minute old unless a picture was added or removed.
    """
    if found.format != "pictures":
        return cache.stamp(found.files)
    return [_stamp_of_pictures(root, recent) for root in found.files]


def _stamp_of_pictures(root: Path, recent: bool) -> Stamp:
    folders = [str(folder) for folder in sorted(pictures.class_folders(root))]
    changed = tuple((folder, Path(folder).stat().st_mtime_ns) for folder in folders)
    known = _recent.get(root)
    if recent and known and known[0] == changed and time.monotonic() - known[1] < RECENT_SECONDS:
        return known[2]
    digest, size = hashlib.sha256(), 0
    for folder in folders:
        with os.scandir(folder) as entries:
            files = [(entry.name, entry.stat()) for entry in entries]
        for name, status in sorted(files, key=lambda file: file[0]):
            if pictures.is_picture(name):
                size += status.st_size
                line = f"{folder}/{name} {status.st_size} {status.st_mtime_ns}\n"
                digest.update(line.encode(errors="replace"))
    stamp: Stamp = [str(root.resolve()), size, digest.hexdigest()]
    if len(_recent) >= MOST_RECENT:
        _recent.clear()
    _recent[root] = changed, time.monotonic(), stamp
    return stamp


def _check_packed(path: Path) -> None:
    """Unpack a small compressed file, because only its end tells whether it is whole."""
    with contents.unpacking(path):
        if path.stat().st_size > SMALL:
            return
        with path.open("rb") as file:
            if not file.read(3).startswith((contents.GZIP, contents.BZIP2)):
                return
        with contents.open_unpacked(path) as stream:
            for _ in range(200):
                if not stream.read(1_000_000):
                    return
