"""Tables of many trainings: a column for each setting in which they differ."""

from collections.abc import Iterable, Sequence

from ann.recipe import FIELDS, Recipe
from ann.recipes import wording

MOST_ROWS = 10


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
