"""Read NumPy's files: an `.npz` of images and labels, as Keras' mnist.npz, or one array per file.

Headers come first: an array of objects would have to be unpickled, which can run any program, and
one that claims to be huge is refused before it is unpacked.
"""

import io
import math
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, NamedTuple, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

from data.checks import MAX_IMAGES, PIXELS, DataError, check_count, check_side
from data.formats import contents
from data.formats.roles import role_of
from data.table import Table

MOST_BYTES = MAX_IMAGES * PIXELS
MOST_ARRAYS = 100  # in one file
MOST_DESCRIPTION = 20_000  # bytes, of an array
Values: TypeAlias = npt.NDArray[np.generic]
T = TypeVar("T")
_IMAGES = ("images", "data", "features", "arr-0")  # the names of arrays that say only what they are
_LABELS = ("labels", "class", "classes", "arr-1")


class Header(NamedTuple):
    """What an array announces."""

    shape: tuple[int, ...]
    dtype: np.dtype[np.generic]


class Places(NamedTuple):
    """Where the images and the labels of a part are: the names of arrays."""

    images: str
    labels: str


def read_whole(path: Path) -> tuple[Table, Table | None]:
    """The training and the test table of one `.npz` that holds all; no test arrays give None."""
    places = find(path)
    tables = {part: _table(path, place) for part, place in places.items()}
    return tables["train"], tables.get("test")


def read_part(images_file: Path, labels_file: Path | None = None) -> Table:
    """The table of one part: of one file, or of one with images and one with their labels."""
    if labels_file is None:
        return _table(images_file, next(iter(find(images_file, "test").values())))
    images, labels = _only(images_file, "images"), _only(labels_file, "labels")
    return _joined(images_file, images, labels_file, labels)


def read_images(path: Path) -> Table:
    """The table of any images: the test part, or else those for training, or one array alone."""
    if contents.kind_of(contents.head(path)) != "npy":
        with suppress(DataError):  # no images with labels; perhaps images alone
            found = find(path, "test")
            return _table(path, found.get("test") or found["train"])
    images = _only(path, "images")
    if images.ndim in (1, 2) and images.size in (PIXELS, images.shape[0] ** 2):
        images = images.reshape(1, -1)  # a single image
    return Table(as_pixels(_flat(path, images)), None)


def check(path: Path) -> None:
    """Raise DataError if what a file announces cannot be read."""
    if contents.kind_of(contents.check_kind(path, "npz")) == "npy":
        with path.open("rb") as file:
            _guarded(path, lambda: _header(path, path.stem, file))
    elif len(headers(path)) > 1:
        find(path, "test")


def find(path: Path, enough: str = "train") -> dict[str, Places]:
    """Where the arrays of training and test are in an `.npz`, by their names.

    Raises DataError if there are none for training, nor for the part that is `enough`.
    """
    names = list(headers(path))
    roles: dict[tuple[str, str], str] = {}
    for name in names:
        role = role_of(name)
        what = role.content or _content(role.prefix)
        if what and role.part != "more":
            roles.setdefault((role.part or "train", what), name)
    found = {
        part: Places(roles[part, "images"], roles[part, "labels"])
        for part in ("train", "test")
        if (part, "images") in roles and (part, "labels") in roles
    }
    if not found.keys() & {"train", enough}:
        listed = ", ".join(name[:20] for name in names[:6]) or "none"
        raise DataError(
            f"{path}: found the arrays {listed}; expected x_train, y_train, x_test and y_test, "
            "or images and labels."
        )
    return found


def headers(path: Path) -> dict[str, Header]:
    """What the arrays of an `.npz` announce, by name. Raises DataError."""
    contents.check_kind(path, "npz")

    def read() -> dict[str, Header]:
        with zipfile.ZipFile(path) as archive:
            members = [m for m in archive.infolist() if m.filename.endswith(".npy")]
            if len(members) > MOST_ARRAYS:
                raise DataError(f"{path}: {len(members)} arrays; at most {MOST_ARRAYS} are read.")
            found = {}
            for member in members:
                with archive.open(member) as file:
                    name = member.filename.removesuffix(".npy")
                    found[name] = _header(path, name, file)
            return found

    return _guarded(path, read)


def _content(word: str) -> str:
    return "images" if word in _IMAGES else "labels" if word in _LABELS else ""


def _header(path: Path, name: str, file: IO[bytes]) -> Header:
    # A description may claim gigabytes for itself.
    start = io.BytesIO(file.read(MOST_DESCRIPTION))
    version = np.lib.format.read_magic(start)
    reader = {
        (1, 0): np.lib.format.read_array_header_1_0,
        (2, 0): np.lib.format.read_array_header_2_0,
    }.get(version)
    if reader is None:
        raise ValueError(f"version {version} of NumPy's format")
    shape, _, dtype = reader(start)
    if dtype.kind == "O":
        raise DataError(
            f"{path}: the array {name[:20]} holds Python objects, which only pickle can read, "
            "and that can run any program; save it as numbers."
        )
    if dtype.kind not in "buif" + "US" or math.prod(shape) * dtype.itemsize > MOST_BYTES:
        raise DataError(
            f"{path}: the array {name[:20]} is {dtype} of shape {shape}; "
            f"at most {MOST_BYTES // 1_000_000} MB of numbers are read."
        )
    return Header(shape, dtype)


def _table(path: Path, places: Places) -> Table:
    def read() -> list[Values]:
        with np.load(path, allow_pickle=False) as file:
            return [file[name] for name in places]

    images, labels = _guarded(path, read)
    return _joined(path, images, path, labels)


def _only(path: Path, what: str) -> Values:
    """The one array of an `.npy` or `.npz` file."""
    kind = contents.kind_of(contents.head(path))
    if kind == "npy":

        def read() -> Values:
            with path.open("rb") as file:
                _header(path, path.stem, file)
            array: Values = np.load(path, allow_pickle=False)
            return array

        return _guarded(path, read)
    names = list(headers(path))
    chosen = [name for name in names if (role_of(name).content or _content(name)) == what]
    name = next(iter(chosen or names), None)
    if name is None or (len(names) > 1 and not chosen):
        raise DataError(f"{path}: holds {len(names)} arrays; expected one, of {what}.")
    key: str = name

    def read_member() -> Values:
        with np.load(path, allow_pickle=False) as file:
            array: Values = file[key]
            return array

    return _guarded(path, read_member)


def _joined(images_file: Path, images: Values, labels_file: Path, labels: Values) -> Table:
    """The table of images (N, H, W), (N, D), or with one channel, and labels (N,) or one-hot."""
    images = _flat(images_file, images)
    if labels.ndim == 2 and labels.shape[1] > 1 and labels.dtype.kind in "buif":
        labels = labels.argmax(axis=1)  # one-hot
    labels = labels.ravel()
    if len(images) != len(labels):
        raise DataError(f"{labels_file}: {len(labels):,} labels for {len(images):,} images.")
    if labels.dtype.kind == "f" and np.array_equal(labels, np.rint(labels)):
        labels = labels.astype(np.int64)
    if labels.dtype.kind == "b":
        labels = labels.astype(np.int64)
    if labels.dtype.kind not in "uiUS":
        raise DataError(f"{labels_file}: labels are {labels.dtype}; expected whole numbers.")
    names = labels.astype(np.str_) if labels.dtype.kind in "US" else labels.astype(np.int64)
    return Table(as_pixels(images), names)


def _flat(path: Path, images: Values) -> Values:
    """Images (N, H, W), (N, D), or with one channel, as (N, D)."""
    if images.ndim == 4 and 1 in (images.shape[1], images.shape[3]):
        images = images[:, 0] if images.shape[1] == 1 else images[..., 0]
    if images.dtype.kind not in "buif" or images.ndim not in (2, 3):
        raise DataError(
            f"{path}: images are {images.dtype} of shape {images.shape}; "
            "expected numbers of shape (N, 28, 28)."
        )
    check_count(path, len(images))
    if images.ndim == 3:
        check_side(path, *images.shape[1:])
    return images.reshape(len(images), -1)


def as_pixels(values: Values) -> npt.NDArray[np.uint8] | npt.NDArray[np.floating]:
    """Numbers as uint8 where all are whole and from 0 to 255, else as float32."""
    if values.dtype == np.uint8:
        return values.astype(np.uint8, copy=False)
    if values.dtype.kind in "bui":
        whole = values.dtype.kind == "b" or (values.min() >= 0 and values.max() <= 255)
        return values.astype(np.uint8) if whole else values.astype(np.float32)
    floats = values.astype(np.float32)
    if np.isfinite(floats).all() and floats.min() >= 0 and floats.max() <= 255:
        bytes_ = floats.astype(np.uint8)
        if np.array_equal(bytes_, floats):
            return bytes_
    return floats


def _guarded(path: Path, read: Callable[[], T]) -> T:
    """What `read` returns; whatever a damaged file makes it raise becomes a DataError."""
    try:
        return read()
    except DataError:
        raise
    except MemoryError:
        raise
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror or error}.") from error
    except Exception as error:  # NumPy and zipfile can raise nearly anything for damaged files
        raise DataError(f"{path}: damaged: {' '.join(str(error).split())[:150]}.") from error
