"""Lay the files that a visitor brought into a folder: one level of zip archives is unpacked.

Whoever made a file may have made it to fill the disk, or to write where it should not: an archive's
list of contents is checked before anything is unpacked, and no more is unpacked than it says.
"""

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, NamedTuple

from data.checks import DataError
from data.formats import contents

MOST_ENTRIES = 20_000  # of all archives of a set
MOST_RATIO = 200  # bytes in an archive for each of its own
MOST_STEPS, LONGEST = 8, 100  # folders above a file, characters of a name
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
ENCRYPTED = 1  # of an entry's flags
SHOWN = 60  # characters of a name in a message
CHUNK = 1_000_000
# What reading a damaged archive raises, such as OSError for a place before its beginning.
UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)


class Room(NamedTuple):
    """How much a visitor may bring, and all visitors together."""

    bytes: int  # of the files of one set, as they come
    unpacked_bytes: int  # of what is in them
    images: int  # of one set
    seconds: int  # that reading them may take
    sets: int  # per visitor
    all_bytes: int  # the sets of all visitors, as they are stored
    days: float  # since a set was last used


def lay_out(files: Sequence[tuple[str, bytes]], folder: Path, room: Room) -> None:
    """Write files, given as (name, content), into an empty folder. Raises DataError.

    A zip archive is unpacked beside the others, with its folders, because those name the classes
    of pictures. What macOS and editors put in, in hidden files, is left out.
    """
    if not files:
        raise DataError("No files; expected a table, IDX files, an .npz, a Parquet or a zip file.")
    size = sum(len(content) for _, content in files)
    if size > room.bytes:
        raise DataError(f"The files have {_mb(size)}; allowed are at most {_mb(room.bytes)}.")
    left, entries = room.unpacked_bytes, 0
    for full_name, content in files:
        name = full_name.replace("\\", "/").rpartition("/")[2]
        shown = short(name)
        if name.lower().endswith(".zip") and contents.kind_of(content[:16]) != "zip":
            raise DataError(f"{shown}: not a zip archive.")
        if not name.lower().endswith(".zip"):
            _write(folder, (_step(name, shown),), [content], shown)
            left -= len(content)
            continue
        path = folder.parent / "archive.zip"
        path.write_bytes(content)
        try:
            with zipfile.ZipFile(path) as archive:
                wanted = _checked(archive, shown, MOST_ENTRIES - entries, left, len(content))
                entries += len(wanted)
                left -= sum(info.file_size for info, _ in wanted)
                for info, steps in wanted:
                    with archive.open(info) as source:
                        _write(folder, steps, _pieces(source), f"{shown}: {short(info.filename)}")
        except UNREADABLE as error:
            if isinstance(error, DataError):
                raise
            raise DataError(f"{shown}: damaged: {' '.join(str(error).split())[:100]}.") from error
        finally:
            path.unlink(missing_ok=True)
    if left < 0:
        raise DataError(f"The files hold more than {_mb(room.unpacked_bytes)}, the limit.")


def _checked(
    archive: zipfile.ZipFile, shown: str, most: int, left: int, size: int
) -> list[tuple[zipfile.ZipInfo, tuple[str, ...]]]:
    """The files in an archive that are to be unpacked, each with the steps of its path."""
    infos = [info for info in archive.infolist() if not info.filename.endswith(("/", "\\"))]
    if len(infos) > most:
        raise DataError(f"{shown}: {len(infos):,} files; allowed are at most {MOST_ENTRIES:,}.")
    total = sum(info.file_size for info in infos)
    if total > left:
        raise DataError(f"{shown}: {_mb(total)} when unpacked; allowed are at most {_mb(left)}.")
    if total > MOST_RATIO * size:
        raise DataError(
            f"{shown}: {_mb(total)} from a file of {_mb(size)}; "
            f"allowed is at most {MOST_RATIO} times its size."
        )
    wanted = []
    for info in infos:
        inside = f"{shown}: {short(info.filename)}"
        path = info.filename.replace("\\", "/")
        steps = path.split("/")
        if path.startswith("/") or ".." in steps or ":" in steps[0]:
            raise DataError(f"{inside}: leads out of the archive.")
        if info.flag_bits & ENCRYPTED:
            raise DataError(f"{inside}: encrypted; pack it without a password.")
        if info.external_attr >> 16 and stat.S_ISLNK(info.external_attr >> 16):
            raise DataError(f"{inside}: a link to another file; pack the file itself.")
        if any(step.startswith((".", "__MACOSX")) for step in steps):
            continue
        if path.lower().endswith(".zip"):
            raise DataError(f"{inside}: an archive in an archive; unpack the outer one.")
        if info.compress_type not in METHODS:
            raise DataError(f"{inside}: packed in a way that few programs know; use plain zip.")
        if len(steps) > MOST_STEPS:
            raise DataError(f"{inside}: {len(steps):,} folders deep; at most {MOST_STEPS}.")
        kept = [step for step in steps if step] or [""]
        wanted.append((info, tuple(_step(step, inside) for step in kept)))
    return wanted


def _step(name: str, shown: str) -> str:
    """A name of a file or folder that any system can take."""
    if not name or name.startswith(".") or len(name) > LONGEST or not name.isprintable():
        raise DataError(f"{shown}: not a usable name; allowed are 1 to {LONGEST} characters.")
    return name


def _write(folder: Path, steps: tuple[str, ...], pieces: Iterable[bytes], shown: str) -> None:
    path = folder.joinpath(*steps)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            for piece in pieces:
                file.write(piece)
    except (FileExistsError, NotADirectoryError, IsADirectoryError):
        raise DataError(f"{shown}: there are two files of this name.") from None
    except UnicodeError:
        raise DataError(f"{shown}: not a usable name.") from None
    except OSError as error:
        raise DataError(f"{shown}: cannot be stored: {error.strerror}.") from error


def _pieces(source: IO[bytes]) -> Iterator[bytes]:
    while piece := source.read(CHUNK):
        yield piece


def check_packed(folder: Path, most: int) -> None:
    """Raise DataError if files that are packed themselves hold too much: `.gz`, `.bz2`, `.npz`."""
    left = most
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        if zipfile.is_zipfile(path):
            try:
                with zipfile.ZipFile(path) as archive:
                    left -= sum(info.file_size for info in archive.infolist())
            except UNREADABLE:
                continue  # whoever reads it says what is wrong
        else:
            try:
                with contents.open_unpacked(path) as stream:
                    while left >= 0 and (piece := stream.read(CHUNK)):
                        left -= len(piece)
            except (*contents.UNPACKING, OSError):
                continue
        if left < 0:
            raise DataError(f"{path}: the files hold more than {_mb(most)}, the limit.")


def short(name: str) -> str:
    """A name in a message, on one line and not too long.

    >>> short("digits.csv"), len(short("a" * 1000))
    ('digits.csv', 60)
    """
    clean = "".join(sign if sign.isprintable() else "?" for sign in name[: 2 * SHOWN])
    return clean if len(clean) <= SHOWN else f"{clean[: SHOWN - 1]}…"


def _mb(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"
