"""Look through a folder for files that may belong to a data set, as their names and starts say.

How deep the lab looks, and at how many files, is bounded: a folder may be anything's.
"""

import os
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from data.checks import DataError
from data.formats import contents, libsvm, pictures
from data.formats.roles import PARTS, role_of

DEPTH = 5  # folders below the one that was named
MOST_FOLDERS = 400  # that are looked into
MOST_FILES = 2_000  # of one folder; of pictures, only the first are looked at
OWN_FILES = ("mnist_5k.npz", "uci_1797.npz", "uci_6415.npz")  # the embedded digits
_SUFFIXES = {
    ".csv": "CSV",
    ".tsv": "CSV",
    ".tra": "CSV",
    ".tes": "CSV",
    ".npz": "npz",
    ".npy": "npz",
    ".parquet": "Parquet",
}
_TEXTS = (".txt", ".data", ".dat", ".train", ".test", ".t", ".libsvm", "")


@dataclass(frozen=True)
class Piece:
    """One file, by its name."""

    path: Path
    format: str
    part: str
    content: str
    prefix: str
    home: Path
    depth: int


def scan(folder: Path, deepest: int) -> tuple[list[Piece], str]:
    """The files that may belong to a data set, and what there is in all, in words."""
    pieces: list[Piece] = []
    kinds: Counter[str] = Counter()
    waiting, looked = [(folder, 0)], 0
    while waiting and looked < MOST_FOLDERS:
        here, depth = waiting.pop(0)
        looked += 1
        files, below = _entries(here, first=not depth)
        kinds.update(_kind(path) for path in files)
        if any(pictures.is_picture(path.name) for path in files):
            pieces += _picture_piece(here, depth)
        for path in files:
            form = _format(path)
            if form and path.name not in OWN_FILES:
                pieces.append(_piece(path, form, depth))
        if depth < deepest:
            waiting += [(path, depth + 1) for path in below]
    listed = [_counted(kind, n) for kind, n in kinds.most_common(4)]
    return list(dict.fromkeys(pieces)), ", ".join(listed) or "nothing"


def _entries(folder: Path, first: bool) -> tuple[list[Path], list[Path]]:
    """The first files and the folders in a folder, by name."""
    files: list[Path] = []
    below: list[Path] = []
    try:
        with os.scandir(folder) as entries:
            for number, entry in enumerate(entries):
                if number >= MOST_FILES:
                    break
                if entry.name.startswith((".", "__")):
                    continue
                (below if entry.is_dir() else files).append(Path(entry.path))
    except OSError:
        if first:
            raise
    return sorted(files), sorted(below)


def _format(path: Path) -> str:
    """The format that a file's name promises; of other texts, the first line decides."""
    name = path.name.lower().removesuffix(".gz").removesuffix(".bz2")
    suffix = Path(name).suffix
    if suffix in _SUFFIXES:
        return _SUFFIXES[suffix]
    if "ubyte" in name or _says_idx(name):
        return "IDX"
    if suffix in _TEXTS:
        try:
            line = contents.head(path).lstrip(b"\r\n").split(b"\n")[0]
        except DataError:  # whoever reads it says why it cannot be unpacked
            return "LIBSVM" if name != path.name.lower() else ""
        if libsvm.is_pairs(line):
            return "LIBSVM"
        if len(re.findall(rb"[0-9.]+[,;\s]+", line)) > 60:
            return "CSV"
    return ""


def _says_idx(name: str) -> bool:
    return any(f"idx{n}" in name for n in (1, 2, 3)) or name.endswith(".idx")


def _piece(path: Path, form: str, depth: int) -> Piece:
    """What a file's name says; a folder that only says train or test counts to the name."""
    role, home = role_of(_stem(path.name)), path.parent
    part = role.part
    above = role_of(home.name)
    if depth and above.part:
        part, home, depth = part or above.part, home.parent, depth - 1
    prefix = role.prefix if role.part else ("" if above.part and part else role.prefix)
    return Piece(path, form, part, role.content, "" if prefix == "mnist" else prefix, home, depth)


def _stem(name: str) -> str:
    """A name without the endings that name a format; ".t" and ".tes" name the test part."""
    stem = name.removesuffix(".gz").removesuffix(".bz2")
    if stem.endswith(".t"):
        return f"{stem[:-2]}-test"
    suffix = Path(stem).suffix
    plain = suffix.lower() in _SUFFIXES and suffix[1:] not in PARTS
    return stem.removesuffix(suffix) if plain or suffix in (".data", ".dat", ".txt") else stem


def _picture_piece(here: Path, depth: int) -> list[Piece]:
    """The root of the class folder `here`, if it is one."""
    if not depth:
        return []
    root, depth = here.parent, depth - 1
    if role_of(here.name).part:  # pictures in train/ itself have no classes
        return []
    role = role_of(root.name)
    if depth and role.part:
        return [Piece(root, "pictures", role.part, "", "", root.parent, depth - 1)]
    return [Piece(root, "pictures", "", "", "", root, depth)]


def _kind(path: Path) -> str:
    suffix = path.suffix.lower()
    if pictures.is_picture(path.name):
        return "picture"
    return f"{suffix[:10]} file" if suffix else "file without an ending"


def _counted(kind: str, number: int) -> str:
    count = f"{MOST_FILES:,} or more" if number >= MOST_FILES else f"{number:,}"
    return f"{count} {kind}{'s' * (number != 1)}"
