"""Tables of many trainings: a column for each setting in which they differ; and files of tables."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ann.recipe import FIELDS, Recipe
from ann.recipes import wording

MOST_ROWS = 10
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would compute what begins like this


def height(rows: int) -> int:
    """The height in pixels of a table with a heading; after ten rows, it scrolls."""
    return 38 + 35 * min(rows, MOST_ROWS)


def setting_columns(
    names: Iterable[str], recipes: Sequence[Recipe]
) -> dict[str, list[int | float | str | None]]:
    """A column of values for each of these settings, under its label.

    Numbers stay numbers, so that the column sorts by size. A setting that has no effect in a
    recipe leaves its cell empty.

    >>> setting_columns(["momentum"], [Recipe(), Recipe(optimizer="momentum")])
    {'Momentum': [None, 0.9]}
    """
    return {FIELDS[name].label: [_cell(name, recipe) for recipe in recipes] for name in names}


def _cell(name: str, recipe: Recipe) -> int | float | str | None:
    if not recipe.applies(name):
        return None
    value: int | float | str = getattr(recipe, name)
    return value if FIELDS[name].is_number else wording.value(name, value)


def csv_text(rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows with the same columns as CSV. A text never becomes a formula; None is an empty cell.

    >>> print(csv_text([{"name": "=1+1", "gap": -0.5}]), end="")
    name,gap
    '=1+1,-0.5
    """
    file = io.StringIO()
    writer = csv.DictWriter(file, list(rows[0]) if rows else [], lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _harmless(value) for name, value in row.items()} for row in rows)
    return file.getvalue()


def csv_file(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """The same as a file whose letters Excel reads correctly, too."""
    return csv_text(rows).encode("utf-8-sig")


def _harmless(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
