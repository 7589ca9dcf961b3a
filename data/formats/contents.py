"""Tell what a file holds by its first bytes, whatever it is called.

What stands in a file's place is often something else: the web page of an error, a Git LFS pointer,
an archive that nobody unpacked. A message that names it says what to do.
"""

import bz2
import gzip
import lzma
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from data.checks import DataError

HEAD = 1024  # bytes that are looked at
GZIP, BZIP2 = b"\x1f\x8b", b"BZh"

_STARTS = {  # the first bytes of a file, and what they mean
    b"\x89PNG\r\n\x1a\n": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"BM": "BMP",
    b"\x93NUMPY": "npy",
    b"PAR1": "Parquet",
    b"PK\x03\x04": "zip",
    b"PK\x05\x06": "zip",
    b"\x89HDF\r\n\x1a\n": "HDF5",
    b"%PDF": "PDF",
    b"\xd0\xcf\x11\xe0": "Excel",
    b"MATLAB": "MATLAB",
    b"7z\xbc\xaf": "7z",
    b"Rar!": "RAR",
    b"\xfd7zXZ\x00": "xz",
    GZIP: "gzip",
    BZIP2: "bzip2",
    b"version https://git-lfs": "LFS",
    b"\x80\x02": "pickle",
    b"\x80\x03": "pickle",
    b"\x80\x04": "pickle",
    b"\x80\x05": "pickle",
}
_WORDS = {  # what to say of a file that is not what its name promises
    "web page": "a web page stands in its place; download the file itself again",
    "LFS": "a Git LFS pointer stands in its place; get the file itself with `git lfs pull`",
    "zip": "a zip archive under another name; unpack it",
    "7z": "a 7z archive under another name; unpack it",
    "RAR": "a RAR archive under another name; unpack it",
    "pickle": "a pickle, which can run any program; it is never opened",
    "HDF5": "an HDF5 file, which the lab does not read",
    "MATLAB": "a MATLAB file, which the lab does not read",
    "xz": "compressed with xz, which the lab does not read; unpack it",
    "PDF": "a PDF document",
    "Excel": "an old Excel workbook; save it as CSV",
    "empty": "empty",
    "PNG": "a PNG picture",
    "JPEG": "a JPEG picture",
    "Parquet": "a Parquet file under another name",
    "npy": "a NumPy file under another name",
}
_EXPECTED = {
    "CSV": ("zip",),  # of one table
    "npz": ("zip", "npy"),
    "npy": ("npy",),
    "Parquet": ("Parquet",),
    "IDX": ("IDX",),
}


def open_unpacked(path: Path) -> IO[bytes]:
    """Open a file for reading; one that is compressed with gzip or bzip2 is unpacked on the way.

    Raises OSError. What is read from it may raise any of `UNPACKING`.
    """
    with path.open("rb") as file:
        start = file.read(3)
    if start.startswith(GZIP):
        return cast(IO[bytes], gzip.open(path, "rb"))
    if start.startswith(BZIP2):
        return cast(IO[bytes], bz2.open(path, "rb"))
    return path.open("rb")


UNPACKING = (EOFError, gzip.BadGzipFile, zlib.error, lzma.LZMAError)


@contextmanager
def unpacking(path: Path) -> Iterator[None]:
    """Turn what goes wrong while a file is read and unpacked into a DataError that names it."""
    try:
        yield
    except EOFError:
        raise DataError(f"{path}: truncated: the compressed data ends too early.") from None
    except (*UNPACKING, zipfile.BadZipFile) as error:
        raise DataError(f"{path}: damaged: {str(error)[:100]}.") from error
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror or error}.") from error


def head(path: Path) -> bytes:
    """The first bytes of a file, unpacked. Raises DataError if it cannot be read or unpacked."""
    with unpacking(path), open_unpacked(path) as file:
        return file.read(HEAD)


def kind_of(start: bytes) -> str:
    """What a file that starts like this holds; "text" and "unknown" if nothing gives it away.

    >>> [kind_of(start) for start in (b"<!DOCTYPE html>", b"PK\\3\\4...", b"0,12", b"")]
    ['web page', 'zip', 'text', 'empty']
    """
    if not start:
        return "empty"
    for beginning, kind in _STARTS.items():
        if start.startswith(beginning):
            return kind
    if start[:2] == b"\0\0" and start[2:3] in b"\x08\x09\x0b\x0c\x0d\x0e":
        return "IDX"
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if re.match(rb"<(!doctype html|html|head|body|\?xml|title|!--)", text):
        return "web page"
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "text"  # UTF-16
    return "unknown" if b"\0" in start else "text"


def check_kind(path: Path, expected: str) -> bytes:
    """The first bytes of a file; raises DataError, which says what it is, if it is another kind.

    `expected` is "IDX", "CSV", "npz", "npy" or "Parquet". What nothing gives away is let pass: the
    reader of the format says more about it.
    """
    if path.is_dir():
        raise DataError(f"{path}: cannot be read: it is a folder.")
    start = head(path)
    kind = kind_of(start)
    if kind == "zip" and path.suffix == ".zip":
        return start  # not under another name
    if kind not in _EXPECTED.get(expected, ()) and kind in _WORDS:
        raise DataError(f"{path}: not {article(expected)} file: {_WORDS[kind]}.")
    return start


def article(word: str) -> str:
    """A word with "a" or "an" before it.

    >>> article("IDX"), article("CSV")
    ('an IDX', 'a CSV')
    """
    return f"{'an' if word[0] in 'AEFHILMNORSXaeio' or word.startswith('np') else 'a'} {word}"
