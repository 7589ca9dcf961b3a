"""What a sweep tries: every combination of chosen values, or random draws between them.

A grid tries every value of a field with every value of the others: easy to read, but each field
multiplies the work. Where only a few of the fields matter, random draws find an equally good
setting in fewer trials, since each trial has a new value of every field (Bergstra and Bengio 2012).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product
from math import exp, log, prod
from typing import Any

import numpy as np

from ann.recipe import FIELDS, Recipe
from ann.recipes import wording

MOST_TRIALS = 200
MOST_FIELDS = 6
SWEEPABLE = tuple(name for name, field in FIELDS.items() if not field.not_searched)

Space = Mapping[str, Sequence[Any]]  # field -> the values to try

# The published student project says no more about its grid than "learning rate, batch size and
# epochs": the fields are the project's, the values are ours.
PUBLISHED_FIELDS: dict[str, tuple[float, ...]] = {
    "learning_rate": (0.001, 0.003, 0.01),
    "batch_size": (32, 64, 128),
    "epochs": (5, 10),
}


def checked(space: Space) -> dict[str, tuple[Any, ...]]:
    """The space with every value checked, and none twice; `ValueError` names what is wrong.

    >>> checked({"dropout": [0, 0.5, 0.5]})
    {'dropout': (0.0, 0.5)}
    >>> checked({"seed": [1, 2]})
    Traceback (most recent call last):
    ValueError: seed: is not searched; repeat seeds instead
    """
    if not 1 <= len(space) <= MOST_FIELDS:
        raise ValueError(f"fields: {len(space)} to search; allowed are 1 to {MOST_FIELDS}")
    result = {}
    for name, values in space.items():
        if name not in FIELDS:
            raise ValueError(f"{name}: is not one of {', '.join(SWEEPABLE)}")
        if hint := FIELDS[name].not_searched:
            raise ValueError(f"{name}: is not searched; {hint}")
        result[name] = tuple(dict.fromkeys(FIELDS[name].check(value) for value in values))
        if not result[name]:
            raise ValueError(f"{name}: no value to try")
    return result


def size(space: Space) -> int:
    """The number of combinations in a grid."""
    return prod(len(values) for values in space.values())


def grid(recipe: Recipe, space: Space) -> list[Recipe]:
    """The recipe with every combination of values.

    `ValueError` if there are more than MOST_TRIALS, or a value is not allowed.

    >>> [(r.batch_size, r.dropout) for r in grid(Recipe(), {"batch_size": [8, 9], "dropout": [0]})]
    [(8, 0.0), (9, 0.0)]
    """
    space = checked(space)
    if size(space) > MOST_TRIALS:
        raise ValueError(f"grid: {size(space):,} combinations; at most {MOST_TRIALS} are tried")
    rows = (dict(zip(space, values, strict=True)) for values in product(*space.values()))
    return _with_effect(space, [replace(recipe, **row) for row in rows])


def sample(recipe: Recipe, space: Space, n: int, seed: int = 0) -> list[Recipe]:
    """`n` random recipes: numbers anywhere between the lowest and highest value of their field.

    Fields with a logarithmic slider are drawn evenly on a log scale. "Off", and choices that are
    not numbers, are drawn from the given values. If fewer than `n` recipes exist, fewer are
    returned.
    """
    space = checked(space)
    if not 1 <= n <= MOST_TRIALS:
        raise ValueError(f"trials: {n} is outside 1 to {MOST_TRIALS}")
    rng = np.random.default_rng(seed)
    found: dict[Recipe, None] = {}  # as a set that keeps its order
    for _ in range(20 * n):
        values = {name: _draw(name, space[name], rng) for name in space}
        found[replace(recipe, **values)] = None
        if len(found) == n:
            break
    return _with_effect(space, list(found))


def _with_effect(space: Space, recipes: list[Recipe]) -> list[Recipe]:
    """The recipes, if each field has an effect in at least one of them: else time is wasted."""
    for name in space:
        if not any(recipe.applies(name) for recipe in recipes):
            raise ValueError(f"{name}: has no effect without {wording.condition(name)}")
    return recipes


def _draw(name: str, values: tuple[Any, ...], rng: np.random.Generator) -> Any:
    field, picked = FIELDS[name], values[rng.integers(len(values))]
    numbers = [v for v in values if field.is_number and not (field.off and v == 0)]
    if picked not in numbers or len(numbers) == 1:
        return picked
    low, high = min(numbers), max(numbers)
    if field.log and low > 0:
        value = exp(rng.uniform(log(low), log(high)))
    else:
        value = rng.uniform(low, high)
    value = round(value) if field.kind == "int" else float(f"{value:.3g}")
    return min(max(value, low), high)
