"""Find the line and the column that make a table unreadable, and say what is wrong there.

pandas is fast but tells little: it fills a short line with missing values and turns a column with
one word into words. So when something is wrong, this second, slow pass looks for it.
"""

from typing import TextIO

from data.checks import MAX_CLASSES
from data.formats.csv.columns import Columns, short
from data.formats.csv.labels import LONGEST_LABEL, is_label, is_number
from data.formats.csv.layout import Layout

Range = tuple[float, float]  # the least and the greatest pixel allowed


def find(
    text: TextIO, layout: Layout, columns: Columns, row: int, allowed: Range, words: bool
) -> str | None:
    """Return what is wrong from image `row` on (from 0), or None if nothing is found.

    `words`: whether labels are words, rather than numbers.
    """
    labels, pixels = columns.labels, columns.pixels.tolist()
    for number, values in layout.lines(text, row):
        if len(values) != columns.width:
            kind = "column" if len(values) == 1 else "columns"
            return f"line {number:,}: {len(values):,} {kind}; expected {columns.expected}."
        for column in labels:
            if wrong := _wrong_label(values[column], words):
                return f"line {number:,}: {columns.of(column)}: {wrong}."
        if _all_fine([values[column] for column in pixels], layout, allowed):
            continue
        for column in pixels:
            if wrong := _wrong_pixel(values[column], layout, allowed):
                return f"line {number:,}: {columns.of(column)}: {wrong}."
    return None


def _wrong_label(value: str, words: bool) -> str | None:
    if not value:
        return "there is no value"
    if len(value) > LONGEST_LABEL:
        return f"{len(value):,} characters; a label has at most {LONGEST_LABEL}"
    if words or is_label(value):
        return None
    if not is_number(value):
        return f"{short(value)} is not a whole number"
    return f"label {value[:20]}; labels must be whole numbers from 0 to {MAX_CLASSES - 1}"


def _all_fine(values: list[str], layout: Layout, allowed: Range) -> bool:
    """Tell quickly that nothing is wrong with most lines."""
    if layout.decimal != "." or "_" in "".join(values):  # Python reads 1_0 as 10
        return False
    try:
        return all(allowed[0] <= float(value) <= allowed[1] for value in values)
    except ValueError:
        return False


def _wrong_pixel(value: str, layout: Layout, allowed: Range) -> str | None:
    if not value:
        return "there is no value"
    if not layout.is_number(value):
        return f"{short(value)} is not a number"
    if value in ("True", "False"):
        return None
    low, high = allowed
    if not low <= float(value.replace(layout.decimal, ".")) <= high:
        return f"pixel {value[:20]}; pixels must be {low:g} to {high:g}"
    return None
