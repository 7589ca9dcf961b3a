"""Find the folders whose files make up a data set.

A folder does if it holds the four IDX files or the two CSV files. The lab looks in the folder that
the environment variable ANN_DATA names, in `data/` itself, and in each folder in `data/`.
"""

import os
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from data import csv_files, idx
from data.checks import DataError
from data.dataset import Arrays

HERE = Path(__file__).parent
EMBEDDED = ("mnist-5k", "mnist-uci")  # names that no folder can take


class Format(Protocol):
    """A module that reads one format of files: `idx` or `csv_files`."""

    def read(self, files: dict[str, Path]) -> Arrays: ...


def named() -> dict[str, Path]:
    """Return {name: folder} of the folders that hold files of a data set."""
    chosen = os.environ.get("ANN_DATA", "").strip()
    folder = existing(chosen) if chosen else None
    candidates = [folder] if folder else []
    with suppress(OSError):  # a folder that cannot be listed offers nothing
        candidates += [HERE, *sorted(path for path in HERE.iterdir() if path.is_dir())]
    found: dict[str, Path] = {}
    for folder in candidates:
        if _has_files(folder):
            found.setdefault(name_of(folder), folder)
    return found


def existing(text: str | Path) -> Path | None:
    """Return the Path of an existing folder, or None, whatever the text is."""
    with suppress(OSError, ValueError, RuntimeError):  # too long, a zero byte, no such ~user
        folder = Path(text).expanduser()
        if folder.is_dir():
            return folder
    return None


def _has_files(folder: Path) -> bool:
    try:
        return bool(find(folder)[1])
    except DataError:
        return True  # some of its files are missing, which deserves a message


def find(folder: Path) -> tuple[Format, dict[str, Path]]:
    """Return the format of a folder's files and the files {part: path}, {} if it has none.

    Raises DataError if only some of the files are there, or the folder cannot be read.
    """
    try:
        try:
            files = idx.find(folder)
        except DataError:
            if csv_files.find(folder):
                return csv_files, csv_files.find(folder)
            raise
        return (idx, files) if files else (csv_files, csv_files.find(folder))
    except OSError as error:
        raise DataError(f"{folder}: cannot be read: {error.strerror}.") from error


def name_of(folder: Path) -> str:
    """Name a data set after its folder; "fashion" in the name makes it Fashion-MNIST."""
    folder = folder.resolve()
    if folder == HERE.resolve():
        return "mnist"
    if "fashion" in folder.name.lower():
        return "fashion-mnist"
    return f"{folder.name}-files" if folder.name in EMBEDDED else folder.name
