"""Read images to classify: pictures and folders of them, tables, IDX, NumPy and Parquet files.

A data set needs labels and two parts; here any images do. They are prepared as those of a data set
are, and a picture of another size like a drawing.
"""

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from data.checks import MAX_IMAGES, SIDE, DataError
from data.dataset import Bytes
from data.finding.places import existing
from data.formats import contents, idx, libsvm, npz, parquet, pictures
from data.formats.csv import read_table
from data.formats.roles import role_of
from data.preparing import prepare
from data.table import Labels, Table
from data.writing import drawing, handwriting
from data.writing.one_digit import doubt

PICTURES = ("PNG", "JPEG", "BMP")
INVERTED = "Dark strokes on a light ground were inverted: the network learned light ones on dark."
CENTERED = "Pictures were cropped, scaled and centered like MNIST's digits."


@dataclass(frozen=True, eq=False)
class Images:
    """N images ready for a network, with a name and perhaps a label for each."""

    pixels: Bytes  # (N, 784), light strokes on dark, from 0 to 255
    labels: Labels | None  # (N,), as the files have them, if they do
    names: tuple[str, ...]  # (N,), the file of each, and which one in it, from 0
    notes: tuple[str, ...]  # what was done to them, each a sentence


def read_images(file_or_folder: str | Path) -> Images:
    """Return the images in a file of any format, or the pictures in a folder. Raises DataError."""
    name, path = str(file_or_folder), existing(file_or_folder)
    if path is None:
        raise DataError(f"{name[:200]}: no such file or folder.")
    if path.is_dir():
        return _folder(path)
    kind = contents.kind_of(contents.head(path))
    if kind in PICTURES:
        return _pictures([path])
    table = _table(path, kind)
    notes = list(table.notes)
    (pixels,) = prepare.same_size(name, [table.pixels], notes)
    names = tuple(f"{name} [{number}]" for number in range(len(pixels)))
    return Images(pixels, table.labels, names, tuple(notes))


def _table(path: Path, kind: str) -> Table:
    """The table in a file that holds no single picture."""
    start = contents.head(path)
    match kind:
        case "IDX":
            labels = _labels_beside(path)
            return idx.read(path, labels) if labels else idx.read_images(path)
        case "npy":
            return npz.read_images(path)
        case "zip" if _holds_arrays(path):
            return npz.read_images(path)
        case "Parquet":
            return parquet.read([path])
        case "text" if libsvm.is_pairs(start):
            return libsvm.read(path)
    return read_table(path)


def _holds_arrays(path: Path) -> bool:
    """Whether a zip file is NumPy's."""
    try:
        with zipfile.ZipFile(path) as archive:
            return any(name.endswith(".npy") for name in archive.namelist())
    except (OSError, ValueError, zipfile.BadZipFile, NotImplementedError):
        return False  # whoever reads it says what is wrong


def _labels_beside(images: Path) -> Path | None:
    """The file of labels whose name differs from that of the images in nothing else."""
    if role_of(images.name).content != "images":
        return None
    name = images.name.replace("images", "labels").replace("idx3", "idx1")
    plain = name.removesuffix(".gz")
    paths = (images.with_name(one) for one in (name, plain, f"{plain}.gz"))
    return next((path for path in paths if path != images and path.is_file()), None)


def _folder(folder: Path) -> Images:
    """The pictures in a folder, or those in a folder for each class, which give the labels."""
    try:
        found = [path for path in folder.iterdir() if pictures.is_picture(path.name)]
        labeled = not found
        if labeled:
            found = list(pictures.listed(folder))
    except OSError as error:
        raise DataError(f"{folder}: cannot be read: {error.strerror or error}.") from error
    if not found:
        raise DataError(f"{folder}: found no PNG, JPEG or BMP pictures in this folder.")
    if len(found) > MAX_IMAGES:
        raise DataError(f"{folder}: more than {MAX_IMAGES:,} pictures.")
    found.sort(key=lambda path: (path.parent.name, pictures.numbers(path.stem), path.name))
    images = _pictures(found)
    if not labeled:
        return images
    labels = np.array([path.parent.name for path in found], np.str_)
    whole = all(one.isascii() and one.isdigit() and len(one) < 9 for one in set(labels.tolist()))
    return Images(
        images.pixels, labels.astype(np.int64) if whole else labels, images.names, images.notes
    )


def _pictures(paths: Sequence[Path]) -> Images:
    notes: dict[str, None] = {}
    doubtful: list[Path] = []
    pixels = np.stack([_prepared(path, notes, doubtful) for path in paths])
    if doubtful:
        what = (
            "The picture does"
            if len(paths) == 1
            else f"{len(doubtful)} of {len(paths)} pictures do"
        )
        notes[f"{what} not look like one digit; a network answers with a digit nevertheless."] = (
            None
        )
    return Images(pixels, None, tuple(map(str, paths)), tuple(notes))


def _prepared(path: Path, notes: dict[str, None], doubtful: list[Path]) -> Bytes:
    """The pixels (784,) of a picture: as they are if it is 28 x 28, else like a drawing's."""
    picture = pictures.read_photo(path)
    if picture.size == (SIDE, SIDE):
        gray = np.array(picture.convert("L"))
        border = np.concatenate([gray[0], gray[-1], gray[:, 0], gray[:, -1]])
        if np.median(border) >= pictures.LIGHT:
            gray = 255 - gray
            notes[INVERTED] = None
        return gray.ravel()
    found = handwriting.ink(picture)
    stages = drawing.steps(found.image) if found else []
    if found is None or not stages:
        raise DataError(f"{path}: the picture is empty: no handwriting was found in it.")
    if found.dark:
        notes[INVERTED] = None
    notes[CENTERED] = None
    if doubt(found.image, stages):
        doubtful.append(path)
    return np.rint(stages[-1][1] * 255).astype(np.uint8).ravel()
