"""Open a text file that people have: compressed or not, in any common encoding, of any size.

A file of a few kilobytes may unpack to terabytes, and a line may never end, so what is read is
counted: the bytes in all, how many times the packed size they are, and the longest line.
"""

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO

from data.checks import MAX_IMAGES, PIXELS, DataError
from data.formats import contents

HEAD = 64 * 1024  # bytes, enough to tell an encoding
LONGEST_LINE = 256 * 1024  # bytes; twice what 4,097 columns of 25 characters need
MOST_BYTES = MAX_IMAGES * 4 * (PIXELS + 1)  # three digits and a comma per column
# Tables of digits pack 7 to 40 times; beyond the first bytes, more than this is no such table.
MOST_TIMES, FREE_BYTES = 200, 20_000_000
TABLES = (".csv", ".tsv", ".txt", ".data")  # in a zip archive
# What the zip archives hold that spreadsheets save.
WORKBOOKS = ("xl/workbook.xml", "content.xml", "Index/Document.iwa")
BLOCK = 256 * 1024
_TEXT_CONTROLS = frozenset("\t\n\r\f\v")


@contextmanager
def open_bytes(path: Path) -> Iterator[BinaryIO]:
    """Open a file, unpacked if it is `.gz`, or a `.zip` of one table. Raises DataError."""
    with contents.unpacking(path):
        if contents.kind_of(contents.head(path)) == "zip":
            with _archive(path) as archive, _member(path, archive) as unpacked:
                yield _bounded(path, unpacked)
        else:
            with contents.open_unpacked(path) as file:
                yield _bounded(path, file)


@contextmanager
def open_text(path: Path, encoding: str) -> Iterator[io.TextIOWrapper]:
    """Open a file as text with line ends of any system. Raises DataError, UnicodeDecodeError."""
    with open_bytes(path) as stream, io.TextIOWrapper(stream, encoding) as text:
        yield text


def encodings(path: Path) -> list[str]:
    """Return the encodings to try, the likeliest first. Raises DataError if it is no text."""
    with open_bytes(path) as stream:
        head = stream.read(HEAD)
    if not head:
        raise DataError(f"{path}: empty; expected one image per line.")
    found = _likely(head)
    text = head[: len(head) // 4 * 4].decode(found[0], errors="replace")
    if any(character < " " and character not in _TEXT_CONTROLS for character in text):
        raise DataError(f"{path}: not a text file; expected numbers separated by commas.")
    return found


def _likely(head: bytes) -> list[str]:
    if head.startswith(b"\xef\xbb\xbf"):
        return ["utf-8-sig", "latin-1"]
    if head.startswith((b"\xff\xfe\0\0", b"\0\0\xfe\xff")):
        return ["utf-32"]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ["utf-16"]
    for zeros, encoding in ((head[1::2], "utf-16-le"), (head[::2], "utf-16-be")):
        if zeros.count(0) > 0.9 * len(zeros) > 0:  # digits and commas without a mark in front
            return [encoding]
    return ["utf-8", "latin-1"]


def _archive(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except (RuntimeError, ValueError) as error:  # of a version that is not known, or forged
        raise DataError(f"{path}: damaged: {str(error)[:100]}.") from error


def _member(path: Path, archive: zipfile.ZipFile) -> IO[bytes]:
    """Open the only table in an archive."""
    files = [info for info in archive.infolist() if not info.is_dir()]
    tables = [
        info
        for info in files
        if info.filename.lower().endswith(TABLES) and "__MACOSX" not in info.filename
    ]
    if any(info.filename in WORKBOOKS for info in files):
        raise DataError(
            f"{path}: a spreadsheet, such as Excel's, under another name; save it as CSV."
        )
    if len(tables) != 1:
        raise DataError(
            f"{path}: a zip archive of {len(files):,} files, {len(tables):,} of them tables; "
            "expected one .csv file. Unpack it first."
        )
    # Other kinds of compression may need gigabytes to unpack a few bytes.
    if tables[0].compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise DataError(f"{path}: compressed in a way that is not read here. Unpack it first.")
    try:
        return archive.open(tables[0])
    except (RuntimeError, ValueError) as error:  # encrypted, or a forged place in the file
        raise DataError(f"{path}: cannot be unpacked: {str(error)[:100]}.") from error


def _bounded(path: Path, stream: IO[bytes]) -> io.BufferedReader:
    return io.BufferedReader(_Bounded(path, stream), BLOCK)


class _Bounded(io.RawIOBase):
    """The bytes of a stream, counted while they are read."""

    def __init__(self, path: Path, stream: IO[bytes]):
        self._path, self._stream = path, stream
        self._packed = path.stat().st_size
        self._bytes = self._lines = self._since = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # what Python gives
        block = self._stream.read(len(buffer))
        count = len(block)
        buffer[:count] = block
        self._bytes += count
        if self._bytes > MOST_BYTES:
            raise DataError(
                f"{self._path}: more than {MOST_BYTES:,} bytes; at most {MAX_IMAGES:,} images are "
                "allowed."
            )
        if self._bytes > max(FREE_BYTES, MOST_TIMES * self._packed):
            raise DataError(
                f"{self._path}: unpacks to more than {MOST_TIMES} times its {self._packed:,} bytes,"
                " which no table of images does."
            )
        last = max(block.rfind(b"\n"), block.rfind(b"\r"))
        self._since = count - last - 1 + (self._since if last < 0 else 0)
        self._lines += block.count(b"\n") or block.count(b"\r")
        if self._since > LONGEST_LINE:
            raise DataError(
                f"{self._path}: line {self._lines + 1:,}: longer than {LONGEST_LINE:,} bytes; "
                "expected one image per line."
            )
        return count
