"""The data sets in a user's folders: read, stored in the cache, and listed with what is wrong."""

import hashlib
import re
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

from data import cache
from data.checks import DataError
from data.dataset import Dataset, Info
from data.finding import places
from data.preparing import reading
from data.preparing.prepare import Prepared, check_tables, prepare
from data.preparing.sight import doubts

PREPARATION = 2  # of files; another number reads them again instead of taking what is stored
TRIAL_BYTES, TRIAL_SECONDS = 4_000_000, 1.0  # of folders that are read to see whether they can be
MOST_TRIED = 500
_tried: dict[str, tuple[list[cache.Stamp], str]] = {}  # what was wrong, by key in the cache


def load(place: places.Place) -> Dataset:
    """Return a folder's data set from the cache if its files are unchanged, else read them."""
    found = place.found
    if found is None:
        raise DataError(place.problem)
    key, stamps = _key(place), stamps_of(lambda: reading.stamped(found))
    stored = cache.lookup(key, stamps)
    if stored:
        return stored
    try:
        reading.check(found)
        prepared = prepare(found, *reading.read(found))
    except DataError as error:
        _remember(key, stamps, str(error))
        raise
    where = "Pictures" if found.format == "pictures" else f"{found.format} files"
    source = f"{where} in {found.folder.resolve()}."
    return store(place.name, key, place.title, prepared, source, stamps)


def _remember(key: str, stamps: list[cache.Stamp], problem: str) -> None:
    """Keep in mind what is wrong with files, "" for nothing, so that they are listed rightly."""
    if len(_tried) >= MOST_TRIED:
        _tried.clear()
    _tried[key] = stamps, problem


def _key(place: places.Place) -> str:
    """Where the cache keeps a folder's data set: another set there has another key."""
    found = place.found
    what = [str(place.folder.resolve()), *map(str, found.files if found else ())]
    readable = re.sub("[^a-zA-Z0-9]+", "-", place.name)[:40]
    digest = hashlib.sha256("\n".join(what).encode(errors="replace")).hexdigest()[:12]
    return f"files-{PREPARATION}-{readable}-{digest}"


def stamps_of(read: Callable[[], list[cache.Stamp]]) -> list[cache.Stamp]:
    """The stamps that `read` returns. Raises DataError, naming the file, if one can't be read."""
    try:
        return read()
    except OSError as error:
        raise DataError(f"{error.filename}: cannot be read: {error.strerror}.") from error


def store(
    name: str, key: str, kind: str, prepared: Prepared, source: str, stamps: list[cache.Stamp]
) -> Dataset:
    """Store prepared arrays in the cache under `key`, with a title such as "MNIST, 5,000 digits".

    `kind` begins the title; `stamps` are those of the files that the arrays were read from.
    """
    arrays = prepared.arrays
    count = len(arrays.train_labels) + len(arrays.test_labels)
    return cache.store(
        key,
        arrays,
        name=name,
        title=f"{kind}, {count:,} {'digits' if kind.startswith('MNIST') else 'images'}",
        class_names=prepared.class_names,
        source=source,
        stamps=stamps,
        notes=prepared.notes,
        doubts=doubts(arrays.train_images, arrays.train_labels, prepared.class_names),
    )


def listed() -> Iterator[tuple[str, Info]]:
    """Each folder's data set, as far as the beginnings of its files tell.

    Small ones are read, the smallest first, as long as it takes no time that anyone would notice:
    only then is it sure that they can be opened.
    """
    found = {name: (place, _sized(place)) for name, place in places.named().items()}
    until = time.monotonic() + TRIAL_SECONDS
    for place, size in sorted(found.values(), key=lambda entry: entry[1]):
        if 0 < size < TRIAL_BYTES and time.monotonic() < until:
            with suppress(DataError):
                _try(place)
    for name, (place, size) in found.items():
        yield name, _describe(name, place, size)


def _sized(place: places.Place) -> int:
    """The bytes of a folder's files, 0 if there are none."""
    try:
        return (
            sum(int(stamp[1]) for stamp in reading.stamped(place.found, recent=True))
            if place.found
            else 0
        )
    except OSError:
        return 0


def _try(place: places.Place) -> None:
    """Read a folder's files unless they have been read. Raises DataError."""
    found = place.found
    if found is None:
        return
    key, stamps = _key(place), stamps_of(lambda: reading.stamped(found, recent=True))
    stored = cache.describe(key)
    if key not in _tried or _tried[key][0] != stamps:
        if stored and stored["stamps"] == stamps:
            return
        try:
            reading.check(found)
            check_tables(found, *reading.read(found))
        except DataError as error:
            _remember(key, stamps, str(error))
            raise
        _remember(key, stamps, "")


def _describe(name: str, place: places.Place, size: int) -> Info:
    found = place.found
    if found is None:
        return Info(name, place.title, False, place.problem, "")
    try:
        key, stamps = _key(place), reading.stamped(found, recent=True)
        tried, problem = _tried.get(key, ([], ""))
        if tried == stamps and problem:
            raise DataError(problem)
        stored = cache.describe(key)
        if stored and stored["stamps"] != stamps:
            stored = None
        if not stored and tried != stamps:
            reading.check(found)
    except DataError as error:
        return Info(name, place.title, False, str(error), "")
    except OSError as error:
        return Info(name, place.title, False, f"{place.folder}: {error.strerror}.", "")
    return Info(
        name,
        stored["title"] if stored else f"{place.title}, from files",
        True,
        f"Files in {found.folder}.",
        f"{size / 1e6:.1f} MB",
        notes=tuple(stored.get("notes", ())) if stored else (),
        fingerprint=stored["fingerprint"] if stored else "",
    )
