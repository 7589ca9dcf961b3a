"""Name the data sets that lie in folders on this machine.

The lab looks in the folder that the environment variable ANN_DATA names, in `data/` itself, and in
each folder in `data/`. A set has the name of its folder, unless it is a well-known one.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from data import names
from data.checks import DataError
from data.finding import folders

HERE = Path(__file__).parents[1]
EMBEDDED = ("mnist-5k", "mnist-uci")
OURS = (*EMBEDDED, "mnist-hands")  # names that no folder can take
_NO_NAMES = ("raw", "processed")  # of folders, as torchvision makes them


@dataclass(frozen=True)
class Place:
    """A folder and the data set in it, or what is wrong."""

    name: str
    title: str  # of the kind of images
    folder: Path
    found: folders.Found | None
    problem: str = ""


def named() -> dict[str, Place]:
    """Every folder where the lab looks, by the name of its data set."""
    places: dict[str, Place] = {}
    for path in _candidates():
        for place in _of_chosen(path) if path.is_file() else within(path):
            name = place.name
            if name in places and places[name].folder == place.folder:
                name = (
                    f"{name}-{place.found.prefix or place.found.folder.name}"
                    if place.found
                    else name
                )
            elif name in places:
                name = path.name
            number = 2
            while name in places:
                name, number = f"{place.name}-{number}", number + 1
            places[name] = Place(name, place.title, place.folder, place.found, place.problem)
    return places


def within(folder: Path, deep: bool = True) -> list[Place]:
    """The data sets in a folder; one Place with the problem if there is none."""
    itself = folder.resolve() == HERE.resolve()
    try:
        sets = folders.look(folder, deep and not itself)
    except DataError as error:
        return [] if itself and "found:" in str(error) else [_place(folder, None, str(error))]
    return [_place(folder, found) for found in sets]


def at(path: Path) -> Place:
    """The data set in a folder, or that a file belongs to. Raises DataError.

    Of several sets in a folder it is the first; the others have names of their own.
    """
    if path.is_file():
        return _of_file(path)
    place = next(iter(within(path)), None)
    if place is None or place.problem:
        raise DataError(place.problem if place else f"{path}: holds no data set.")
    return place


def _of_file(path: Path) -> Place:
    """The data set of a file and those that belong to it, named after it."""
    for place in within(path.parent, deep=False):
        if place.found and path in place.found.files:
            stem = path.name.partition(".")[0]
            known = place.found.known or names.recognize(stem)
            title = known.title if known else stem
            return replace(place, name=known.name if known else stem, title=title)
    raise DataError(f"{path}: no data set by its name; expected: {folders.EXPECTED}.")


def existing(text: str | Path) -> Path | None:
    """Return the Path of an existing folder or file, or None, whatever the text is."""
    with suppress(OSError, ValueError, RuntimeError):  # too long, a zero byte, no such ~user
        path = Path(text).expanduser()
        if path.exists():
            return path
    return None


def chosen() -> str:
    """What ANN_DATA says, "" if it is not set."""
    return os.environ.get("ANN_DATA", "").strip()


def in_data(name: str) -> Path | None:
    """The folder of this name in `data/`, or None."""
    return next((path for path in _below() if path.name == name), None)


def _candidates() -> Iterator[Path]:
    """The folders where the lab looks, each once."""
    seen = set()
    folder = existing(chosen()) if chosen() else None
    for path in [*([folder] if folder else []), HERE, *_below()]:
        if path.resolve() not in seen:
            seen.add(path.resolve())
            yield path


def _of_chosen(path: Path) -> list[Place]:
    try:
        return [_of_file(path)]
    except DataError:
        return []


def _below() -> list[Path]:
    """The folders in `data/` that may hold files of a user."""
    with suppress(OSError):  # a folder that cannot be listed offers nothing
        return sorted(
            path
            for path in HERE.iterdir()
            if path.is_dir()
            and path.name not in ("cache", "lessons")
            and not path.name.startswith((".", "__"))
            and not (path / "__init__.py").exists()
        )
    return []


def _place(folder: Path, found: folders.Found | None, problem: str = "") -> Place:
    known = found.known if found else None
    name = known.name if known else own_name(folder)
    known = known or names.recognize(name)
    return Place(name, known.title if known else name, folder, found, problem)


def own_name(folder: Path) -> str:
    """The name of a folder, or of the one above if it says nothing."""
    folder = folder.resolve()
    if folder == HERE.resolve():
        return names.MNIST.name
    if folder.name.lower() in _NO_NAMES and folder.parent != HERE.resolve():
        folder = folder.parent
    return f"{folder.name}-files" if folder.name in OURS else folder.name
