"""Read the numbers of a table with pandas, a chunk at a time, and check each chunk."""

import csv
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import numpy as np
import numpy.typing as npt

from data.checks import MAX_IMAGES, PIXELS, DataError
from data.formats import contents
from data.formats.csv import faults
from data.formats.csv.columns import Columns, Unusual, columns_of, loose_columns
from data.formats.csv.labels import (
    LONGEST_LABEL,
    Values,
    first_wrong,
    is_number,
    labels_of,
    words_among,
)
from data.formats.csv.layout import SPACES, layout_of
from data.formats.csv.text import encodings, open_text
from data.table import Labels, Pixels, Table

if TYPE_CHECKING:
    import pandas as pd

CHUNK = 4_000_000  # values read at a time
MOST_BYTES = MAX_IMAGES * PIXELS  # of pixels, in memory
BYTES = 0.0, 255.0  # the range of pixels; less than all of it is fine
SIGNED = -1.0, 1.0  # the only range with negative values, that of USPS


class Bad(Exception):  # noqa: N818, the file is, not the program
    """Something is wrong at image `row` (from 0) or below it."""

    def __init__(self, row: int):
        self.row = row


def read_table(path: Path) -> Table:
    """Return the images, labels and notes of one file. Raises DataError.

    The notes tell what was taken for what, where that is not the usual.
    """
    contents.check_kind(path, "CSV")
    tried = encodings(path)
    for encoding in tried:
        with suppress(UnicodeDecodeError):
            return _Reader(path, encoding).read()
    raise DataError(f"{path}: not a text file, though it starts like one in {tried[0].upper()}.")


class _Reader:
    """One pass over one file, and what has been read of it so far."""

    def __init__(self, path: Path, encoding: str):
        self._path, self._encoding = path, encoding
        with open_text(path, encoding) as text:
            self._layout = layout_of(path, text)
        self._loose = loose_columns(self._layout.width, self._layout.names)
        self._rigid = [c for c in range(self._layout.width) if c not in self._loose]
        first, last = (self._rigid[0], self._rigid[-1]) if self._rigid else (0, -1)
        unbroken = last - first + 1 == len(self._rigid)
        self._rigid_place = slice(first, last + 1) if unbroken else self._rigid
        self._parts: dict[int, list[Values]] = {column: [] for column in self._loose}
        self._blocks: list[Pixels] = []  # of the rigid columns
        self._rows = 0
        self._low, self._high = np.inf, -np.inf

    def read(self) -> Table:
        self._columns()  # so that a hopeless file is not read to its end
        try:
            with open_text(self._path, self._encoding) as text:
                for _ in range(self._layout.skip):
                    text.readline()
                for frame in self._frames(text):
                    self._add(frame)
            return self._table()
        except Bad as bad:
            raise DataError(f"{self._path}: {self._explain(bad.row)}") from None

    def _frames(self, text: TextIO) -> "Iterator[pd.DataFrame]":
        import pandas as pd  # half a second, which only tables should cost

        layout = self._layout
        try:
            yield from pd.read_csv(
                text,
                header=None,
                sep=r"\s+" if layout.separator == SPACES else layout.separator,
                decimal=layout.decimal,
                quoting=csv.QUOTE_MINIMAL if layout.quoted else csv.QUOTE_NONE,
                comment=layout.comment,
                skipinitialspace=True,
                low_memory=False,
                chunksize=max(CHUNK // layout.width, 1),
            )
        except (pd.errors.ParserError, pd.errors.EmptyDataError):
            raise Bad(self._rows) from None

    def _add(self, frame: "pd.DataFrame") -> None:
        """Check the values of a chunk and keep them."""
        width = self._layout.width
        if frame.shape[1] != width + self._layout.trailing:
            raise Bad(self._rows)
        if self._layout.trailing and frame[width].notna().any():
            raise Bad(self._rows)
        if frame[width // 2].isna().any():  # spreadsheets end in lines of separators alone
            frame = frame.dropna(how="all", subset=range(width))
            if frame.empty:
                return
        for column, parts in self._parts.items():
            parts.append(_plain(frame[column]))
        if all(kind.kind in "iuf" for kind in frame.dtypes):
            values = frame.to_numpy()[:, self._rigid_place]  # a view, where that is a slice
        else:
            values = _without_booleans(frame[self._rigid]).to_numpy()
        if values.dtype.kind not in "iufb":
            raise Bad(self._rows)
        self._blocks.append(self._checked(values, self._rows))
        self._rows += len(values)
        if self._rows > MAX_IMAGES or sum(block.nbytes for block in self._blocks) > MOST_BYTES:
            raise DataError(
                f"{self._path}: more than {self._rows - len(values):,} images; at most "
                f"{MAX_IMAGES:,} of {PIXELS} bytes are allowed."
            )

    def _checked(self, values: npt.NDArray[np.generic], row: int) -> Pixels:
        """Return pixels as bytes if they are whole, else as fractions; Bad if out of range."""
        numbers = values.astype(np.uint8) if values.dtype.kind == "b" else values
        low, high = float(numbers.min()), float(numbers.max())
        if not (SIGNED[0] <= low and high <= BYTES[1]):  # nor if one is missing, so NaN
            raise Bad(row)
        self._low, self._high = min(low, self._low), max(high, self._high)
        if low >= 0 and (numbers.dtype.kind in "iu" or np.array_equal(numbers, np.floor(numbers))):
            return numbers.astype(np.uint8)
        return numbers.astype(np.float32)

    def _table(self) -> Table:
        if not self._rows:
            raise DataError(f"{self._path}: holds no images.")
        columns = self._columns()
        pixels = self._pixels(columns)
        if self._low < 0 and self._high > SIGNED[1]:
            raise Bad(0)
        labels: Labels | None = None
        if len(columns.labels) > 1:
            labels = np.column_stack([self._values(c) for c in columns.labels]).argmax(axis=1)
        elif columns.labels:
            values = self._values(columns.labels[0])
            if (wrong := first_wrong(values)) is not None:
                raise Bad(wrong)
            labels = labels_of(values)
        return Table(pixels, labels, self._layout.notes + columns.notes)

    def _pixels(self, columns: Columns) -> Pixels:
        """Put the rigid columns and those of the loose ones that hold pixels together."""
        loose = {c: self._values(c) for c in columns.pixels.tolist() if c in self._loose}
        if wrong := [row for values in loose.values() if (row := _first_word(values)) is not None]:
            raise Bad(min(wrong))
        more = {c: self._checked(values, 0) for c, values in loose.items()}
        kinds = {part.dtype for part in (*self._blocks, *more.values())}
        whole = np.empty((self._rows, len(columns.pixels)), np.result_type(*kinds))
        rigid = np.isin(columns.pixels, self._rigid)
        source = np.searchsorted(self._rigid, columns.pixels[rigid])
        start = 0
        while self._blocks:
            block = self._blocks.pop(0)
            whole[start : start + len(block), rigid] = block[:, source]
            start += len(block)
        for place, column in enumerate(columns.pixels.tolist()):
            if column in more:
                whole[:, place] = more[column]
        return whole

    def _values(self, column: int) -> Values:
        """Return what has been read of a column so far, or else how it starts."""
        parts = self._parts.get(column, [])
        if len(parts) > 1:
            words = any(part.dtype.kind == "U" for part in parts)
            parts[:] = [np.concatenate([p.astype(str) for p in parts] if words else parts)]
        if parts:
            return parts[0]
        rows = [row for row in self._layout.rows if len(row) == self._layout.width]
        return _as_numbers([row[column].replace(self._layout.decimal, ".") for row in rows])

    def _columns(self) -> Columns:
        layout = self._layout
        try:
            return columns_of(layout.width, layout.names, self._values)
        except Unusual as unusual:
            raise DataError(f"{self._path}: line {layout.first:,}: {unusual}.") from None

    def _explain(self, row: int) -> str:
        columns = self._columns()
        words = len(columns.labels) == 1 and words_among(self._values(columns.labels[0]))
        allowed = SIGNED if self._low < 0 and self._high <= SIGNED[1] else BYTES
        with open_text(self._path, self._encoding) as text:
            fault = faults.find(text, self._layout, columns, row, allowed, words)
        return fault or "cannot be divided into lines and columns: is a quotation mark not closed?"


def _plain(column: "pd.Series[Any]") -> Values:
    """Return a column as numbers, or as words ("" where a value is missing)."""
    if column.dtype.kind in "iufb":
        numbers: Values = column.to_numpy()
        return numbers
    missing = column.isna().to_numpy()
    texts = [
        "" if gone else str(value).strip() for gone, value in zip(missing, column, strict=True)
    ]
    return np.array([text[: LONGEST_LABEL + 1] for text in texts], np.str_)


def _first_word(values: Values) -> int | None:
    """Return the first place of a value that is no number, None if all are numbers."""
    if values.dtype.kind != "U":
        return None
    return next((i for i, text in enumerate(values.tolist()) if not is_number(text)), 0)


def _as_numbers(texts: list[str]) -> Values:
    """Return the values of a column, which are words if any of them is one."""
    try:
        return np.array(texts, np.float64)
    except ValueError:
        return np.array([text[: LONGEST_LABEL + 1] for text in texts], np.str_)


def _without_booleans(frame: "pd.DataFrame") -> "pd.DataFrame":
    return frame.astype({c: np.uint8 for c, kind in frame.dtypes.items() if kind.kind == "b"})
