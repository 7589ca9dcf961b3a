"""Tell how a table is written: what separates its columns, and whether line 1 holds their names."""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, pairwise
from pathlib import Path
from typing import TextIO

from data.checks import PIXELS, DataError
from data.formats.csv.text import LONGEST_LINE

SPACES = " "  # as a separator: any number of spaces or tabs
SEPARATORS = (";", "\t", "|", ",")  # the comma last: next to the others, it marks decimals
COMMENTS = ("#", "%", "@", "//")  # NumPy's, MATLAB's, Weka's
LEAST_COUNT = 20  # numbers, each one more than the last, that are names and no pixels
MOST_COLUMNS = 5_000  # more than the pixels of the largest images that can be used
SAMPLE = 40  # lines with content that are looked at
MOST_LINES = 20_000  # at the top of a file, until its first images are found
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|True|False")


@dataclass(frozen=True)
class Layout:
    """How the lines of a file are divided into columns."""

    separator: str
    decimal: str  # "." or ","
    quoted: bool  # whether values stand in double quotes
    comment: str | None  # what starts a comment
    skip: int  # lines that are not read: the names of the columns and what is above them
    first: int  # the line of the first image
    names: tuple[str, ...] | None  # of the columns, if the file has them
    width: int  # columns of a line, without the empty last one
    trailing: bool  # whether every line ends with a separator
    rows: tuple[tuple[str, ...], ...]  # the values of the first images
    notes: tuple[str, ...] = ()

    def values(self, line: str) -> list[str]:
        """Return the values of a line, [] if it holds none."""
        if self.comment:
            line = line.partition(self.comment)[0]
        found = divide(line, self.separator, self.quoted)
        if self.trailing and found and not found[-1]:
            found.pop()
        return found if any(found) else []

    def lines(self, text: TextIO, row: int = 0) -> Iterator[tuple[int, list[str]]]:
        """Yield the number and the values of each line from image `row` on (from 0)."""
        blank = self.separator + " \t\r\n" + ('"' if self.quoted else "")
        for number, line in enumerate(text, start=1):
            if number <= self.skip:
                continue
            if row and not self.comment:  # a line of an image need not be divided to be counted
                row -= bool(line.strip(blank))
            elif values := self.values(line):
                if not row:
                    yield number, values
                row = max(row - 1, 0)

    def is_number(self, value: str) -> bool:
        """Tell whether a value is a number, as this file writes them."""
        return bool(NUMBER.fullmatch(value.replace(self.decimal, ".")))


def divide(line: str, separator: str, quoted: bool) -> list[str]:
    """Return the values of a line without the spaces around them.

    >>> divide('5; "0,25" ;1', ";", quoted=True)
    ['5', '0,25', '1']
    """
    if separator == SPACES:
        return line.replace('"', "").split() if quoted else line.split()
    if not quoted:
        values = line.rstrip("\r\n").split(separator)
        return [value.strip() for value in values] if " " in line or "\t" in line else values
    try:
        reader = csv.reader([line.rstrip("\r\n")], delimiter=separator, skipinitialspace=True)
        return [value.strip() for value in next(reader, [])]
    except csv.Error:
        return [line]


def layout_of(path: Path, text: TextIO) -> Layout:
    """Look at the first lines of a file. Raises DataError if they are no table."""
    declared, numbers, lines, remarks = _first_lines(path, text)
    if not lines:
        raise DataError(f"{path}: holds only blank lines; expected one image per line.")
    separator = declared or _separator(lines)
    if (count := lines[0].count(separator)) > MOST_COLUMNS:
        raise DataError(f"{path}: line {numbers[0]:,}: {count:,} columns; expected {PIXELS + 1}.")
    in_quotes = [('"' in line) for line in lines]
    rows = [divide(line, separator, quoted) for line, quoted in zip(lines, in_quotes, strict=True)]
    decimal = "," if separator != "," and _has_decimal_commas(rows) else "."
    names: list[str] | None = None
    notes: list[str] = []
    if is_header(rows[0], decimal):
        names, rows, in_quotes = rows[0], rows[1:], in_quotes[1:]
        skip = numbers[0]
        if came_from_an_image(names):
            notes.append(
                "Line 1 is an image whose values became column names by mistake; it was skipped."
            )
    else:
        skip = numbers[0] - 1
    images = [(n, row) for n, row in zip(numbers[-len(rows) :], rows, strict=False) if any(row)]
    if not rows or not images:
        raise DataError(f"{path}: column names, but no images below them.")
    first, rows = images[0][0], [row for _, row in images]
    width = Counter(len(row) for row in rows).most_common(1)[0][0]
    trailing = width > 1 and all(not row[-1] for row in rows if len(row) == width)
    if trailing:
        width -= 1
        rows = [row[:-1] if len(row) == width + 1 else row for row in rows]
    if names is None and remarks:
        marked = divide(remarks[-1].lstrip("#%@/ "), separator, '"' in remarks[-1])
        names = marked if len(marked) == width and not separator.isspace() else None
    if names is not None:
        names = _fitted(names, width)
    return Layout(
        separator,
        decimal,
        any(in_quotes),
        remarks[-1][0] if remarks and not remarks[-1].startswith("//") else None,
        skip,
        first,
        tuple(names) if names is not None else None,
        width,
        trailing,
        tuple(tuple(row) for row in rows),
        tuple(notes),
    )


def _first_lines(path: Path, text: TextIO) -> tuple[str | None, list[int], list[str], list[str]]:
    """Return the separator that Excel's first line may declare, then the first lines with content.

    That is their numbers, from 1, and their text, and the comments above them.
    """
    declared: str | None = None
    numbers: list[int] = []
    lines: list[str] = []
    remarks: list[str] = []
    for number in range(1, MOST_LINES):
        line = text.readline(LONGEST_LINE)
        if not line or len(lines) > SAMPLE:
            break
        if len(line) >= LONGEST_LINE:
            raise DataError(f"{path}: line {number:,}: longer than {LONGEST_LINE:,} characters.")
        start = line.lstrip()
        if not lines and (sign := re.fullmatch(r'"?sep=(.)"?', start.rstrip("\r\n"))):
            declared = sign[1]
        elif start.startswith(COMMENTS):
            remarks += [start] if not lines else []
        elif start.strip():
            numbers.append(number)
            lines.append(line)
    return declared, numbers, lines, remarks


def _separator(lines: list[str]) -> str:
    bare = [re.sub(r'"[^"]*"', "", line) for line in lines]

    def typical(sign: str) -> int:
        return sorted(line.count(sign) for line in bare)[len(bare) // 2]

    counts = {sign: typical(sign) for sign in SEPARATORS}
    most = max(counts.values())
    spaces = sorted(len(line.split()) for line in bare)[len(bare) // 2] - 1
    if spaces > 2 * most and all(count < spaces / 2 for count in counts.values()):
        return SPACES
    if not most:
        return ","
    return next(sign for sign in SEPARATORS if counts[sign] > most / 2)


def _has_decimal_commas(rows: list[list[str]]) -> bool:
    values = [value for row in islice(rows, SAMPLE) for value in row]
    with_comma = sum(bool(re.fullmatch(r"-?\d*,\d+", value)) for value in values)
    return with_comma > 0 and not any("." in value and NUMBER.fullmatch(value) for value in values)


def is_header(first: list[str], decimal: str = ".") -> bool:
    """Tell column names from an image, one of whose values may be wrong.

    Names are no numbers, or else they count: "label,0,1,2,...", "0,1,2,...", or what pandas makes
    of an image that it takes for names: "5,0,0.1,0.2,...".

    >>> is_header(["label", *map(str, range(64))])
    True
    >>> is_header(["five", "0", "0", "0"])
    False
    """
    numbers = [value for value in first if NUMBER.fullmatch(value.replace(decimal, "."))]
    if len(numbers) <= len(first) / 2:
        return True
    if all(re.fullmatch(r"\d{1,9}(\.0)?", value) for value in numbers):
        return len(numbers) >= LEAST_COUNT and all(
            float(b) - float(a) == 1 for a, b in pairwise(numbers)
        )
    return came_from_an_image(numbers)


def came_from_an_image(names: list[str]) -> bool:
    """Tell whether names are the values of an image, with pandas's numbers for repeated ones.

    >>> came_from_an_image(["5", "0", "0.1", "0.2", "18", "0.3", "18.1"])
    True
    """
    seen: Counter[str] = Counter()
    for name in names:
        value, _, number = name.partition(".")
        if not value.isdecimal() or number != (str(seen[value]) if seen[value] else ""):
            return False
        seen[value] += 1
    return any(count > 1 for count in seen.values())


def _fitted(names: list[str], width: int) -> list[str]:
    """Return one name per column: R leaves out that of the row numbers."""
    if len(names) == width + 1 and not names[-1]:
        return names[:-1]
    return ["", *names] if len(names) == width - 1 else names
