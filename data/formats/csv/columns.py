"""Tell which column of a table holds the labels, which hold pixels, and which hold neither."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isqrt

import numpy as np
import numpy.typing as npt

from data.checks import MAX_CLASSES, PIXELS, SIDES
from data.formats.csv.labels import Values, commonest, may_be_labels

LABEL_NAMES = ("label", "labels", "class", "classes", "target", "y", "digit", "character", "letter")
OTHER_NAMES = re.compile(
    r"|index|row|row_?names?|id|(image|file)_?(id|name|path)?|path|split|usage|fold|unnamed.*"
)
PIXEL_NAME = re.compile(r"[a-z]*[ _.-]?(\d+)(?:[x_,. -](\d+))?")
MOST_STRANGE = 30  # columns with other names; where there are more, the names tell nothing
ONE_HOT = 10  # columns for one label, as in semeion.data


@dataclass(frozen=True)
class Columns:
    """What each column was taken for; columns count from 0."""

    width: int
    names: tuple[str, ...] | None
    labels: tuple[int, ...]  # one column, ten of zeros and a one, or none
    pixels: npt.NDArray[np.intp]  # row by row
    notes: tuple[str, ...] = ()

    def of(self, column: int) -> str:
        """Name a column, and what it was taken for."""
        name = self.names[column] if self.names else ""
        kind = "ignored"
        if column in self.labels:
            kind = "the label"
        elif column in self.pixels:
            kind = "a pixel"
        return f"column {column + 1:,} ({f'{short(name)}, ' if name else ''}{kind})"

    @property
    def expected(self) -> str:
        """Say what each line must hold."""
        ignored = self.width - len(self.labels) - len(self.pixels)
        parts = [
            f"{ignored} ignored" if ignored else "",
            "the label" if self.labels else "",
            f"{len(self.pixels):,} pixels",
        ]
        return f"{self.width:,}: {' and '.join(part for part in parts if part)}"


def short(text: str) -> str:
    """Quote a value of a file, at no more than 20 characters."""
    return repr(text if len(text) <= 20 else text[:20] + "…")


class Unusual(Exception):  # noqa: N818, the file's, not the program's
    """The columns cannot be the label and the pixels of square images; the message says why."""


def columns_of(
    width: int, names: tuple[str, ...] | None, values: Callable[[int], Values]
) -> Columns:
    """Return what each of `width` columns holds, from their names and their `values(column)`.

    Raises Unusual if that cannot be.
    """
    rest = list(range(width))
    notes: list[str] = []
    labels: tuple[int, ...] = ()
    if names and len(names) != width:
        raise Unusual(
            f"{width:,} {'column' if width == 1 else 'columns'}; expected {len(names):,}, as many "
            "as there are names of columns"
        )
    lower = [name.lower() for name in names] if names else []
    if names:
        other = [c for c in rest if OTHER_NAMES.fullmatch(lower[c])]
        named = next((lower.index(name) for name in LABEL_NAMES if name in lower), None)
        rest = [c for c in rest if c not in other and c != named]
        labels = () if named is None else (named,)
        strange = [c for c in rest if not PIXEL_NAME.fullmatch(lower[c])]
        if not _square(len(rest)) and _square(len(rest) - len(strange)):
            rest = [c for c in rest if c not in strange]
            if not labels and len(strange) == 1:
                labels = (strange.pop(),)
            other += strange
        notes += [_ignored(names, c) for c in other]
    if not labels:
        rest, labels, more = _by_values(rest, values)
        notes += more
    if not _square(len(rest)):
        raise Unusual(
            f"{width:,} {'column' if width == 1 else 'columns'}; expected {PIXELS + 1}: "
            f"the label and {PIXELS} pixels, or another square number of pixels"
        )
    if labels and labels[0] != 0:
        notes.insert(0, _where_labels_are(labels, width, names))
    pixels = np.array(rest)
    if names and (order := _order([lower[c] for c in rest])) is not None:
        pixels = pixels[order]
        notes.append("The pixels are in the order of their columns' names.")
    return Columns(width, names, labels, pixels, tuple(notes))


def loose_columns(width: int, names: tuple[str, ...] | None) -> set[int]:
    """Return the columns that may hold anything; in all others there must be pixels."""
    found = {0, min(1, width - 1), width - 1}
    lower = [name.lower() for name in names or ()]
    strange = [c for c, name in enumerate(lower) if not PIXEL_NAME.fullmatch(name)]
    if len(strange) <= MOST_STRANGE:
        found |= set(strange)
    for count in (ONE_HOT, ONE_HOT + 1):
        if _square(width - count):
            found |= {*range(count), *range(width - count, width)}
    return found


def _by_values(
    rest: list[int], values: Callable[[int], Values]
) -> tuple[list[int], tuple[int, ...], list[str]]:
    """Find the label by its values: return the columns of pixels, those of the label, and notes."""
    notes = []
    if not _square(len(rest)) and counts(values(rest[0])) and not _square(len(rest) - ONE_HOT):
        if _square(len(rest) - 2) or _square(len(rest) - ONE_HOT - 1):
            notes.append(_ignored(None, rest[0]))
            rest = rest[1:]
        elif _square(len(rest) - 1) and len(values(rest[0])) > MAX_CLASSES:
            return rest[1:], (), [_ignored(None, rest[0])]
    if _square(len(rest) - 1):
        last = is_last(values(rest[0]), values(rest[-1]))
        label = rest[-1] if last else rest[0]
        return [c for c in rest if c != label], (label,), notes
    if _square(len(rest) - ONE_HOT):
        for columns in (rest[-ONE_HOT:], rest[:ONE_HOT]):
            marks = [values(c) for c in columns]
            if all(m.dtype.kind != "U" for m in marks):
                ones = np.column_stack(marks)
                if np.isin(ones, (0, 1)).all() and (ones.sum(axis=1) == 1).all():
                    return [c for c in rest if c not in columns], tuple(columns), notes
    return rest, (), notes


def counts(values: Values) -> bool:
    """Tell whether a column gives each row a number or name of its own."""
    if len(values) < 2 or len(np.unique(values)) < len(values):
        return False
    return values.dtype.kind == "U" or np.array_equal(values, np.floor(values.astype(float)))


def is_last(first: Values, last: Values) -> bool:
    """Whether the labels are in the last column instead of the first.

    The first column does if it can; but if it hardly ever changes, as a corner of a picture does,
    and the last one does, then the last one.
    """
    if not may_be_labels(last):
        return False
    return not may_be_labels(first) or commonest(first) > 0.9 > commonest(last)


def _square(count: int) -> bool:
    side = isqrt(max(count, 0))
    return side * side == count and SIDES[0] <= side <= SIDES[1]


def _order(names: Sequence[str]) -> npt.NDArray[np.intp] | None:
    """The order of pixels that their names give, where the columns have another."""
    found = [PIXEL_NAME.fullmatch(name) for name in names]
    if not all(found):
        return None
    places = np.array([[int(m[1][:9]), int((m[2] or "0")[:9])] for m in found if m])
    side = isqrt(len(names))
    places -= places.min(axis=0)
    index = places[:, 0] if not places[:, 1].any() else places[:, 0] * side + places[:, 1]
    if not np.array_equal(np.sort(index), np.arange(len(names))):
        return None
    order = np.argsort(index)
    return None if np.array_equal(order, np.arange(len(order))) else order


def _ignored(names: tuple[str, ...] | None, column: int) -> str:
    name = f" ({short(names[column])})" if names and names[column] else ""
    return f"Column {column + 1:,}{name} holds no pixels and was ignored."


def _where_labels_are(labels: tuple[int, ...], width: int, names: tuple[str, ...] | None) -> str:
    if len(labels) > 1:
        return f"The labels are in columns {labels[0] + 1:,} to {labels[-1] + 1:,}, one per class."
    where = "the last column" if labels[0] == width - 1 else f"column {labels[0] + 1:,}"
    name = f" ({short(names[labels[0]])})" if names and names[labels[0]] else ""
    return f"The labels are in {where}{name}."
