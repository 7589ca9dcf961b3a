"""Find the folders whose files make a data set.

A folder is one if it holds the four IDX files or the two CSV files. Looked through are the one
that the environment variable ANN_DATA names, `data/` itself, and each folder in `data/`.
"""

import os
from contextlib import suppress
from pathlib import Path

from data import csv_files, idx
from data.checks import DataError

HERE = Path(__file__).parent
EMBEDDED = ("mnist-5k", "mnist-uci")  # names that no folder can take


def named():
    """Return {name: folder} of the folders that hold files of a data set."""
    chosen = os.environ.get("ANN_DATA", "").strip()
    candidates = [existing(chosen)] if chosen and existing(chosen) else []
    with suppress(OSError):  # nothing to find in a folder that cannot be listed
        candidates += [HERE, *sorted(path for path in HERE.iterdir() if path.is_dir())]
    found = {}
    for folder in candidates:
        if _has_files(folder):
            found.setdefault(name_of(folder), folder)
    return found


def existing(text):
    """Return the Path of an existing folder, or None, whatever was typed."""
    with suppress(OSError, ValueError, RuntimeError):  # too long, a zero byte, no such ~user
        folder = Path(text).expanduser()
        if folder.is_dir():
            return folder
    return None


def _has_files(folder):
    try:
        return bool(find(folder)[1])
    except DataError:
        return True  # some of its files are missing: worth a message, not to be passed over


def find(folder):
    """Return the reader for a folder and its files {part: path}, {} if it has none."""
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


def name_of(folder):
    """Name a data set after its folder; "fashion" in it tells Fashion-MNIST from MNIST."""
    folder = folder.resolve()
    if folder == HERE.resolve():
        return "mnist"
    if "fashion" in folder.name.lower():
        return "fashion-mnist"
    return f"{folder.name}-files" if folder.name in EMBEDDED else folder.name
