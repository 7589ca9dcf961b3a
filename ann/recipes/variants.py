"""Change one thing: recipes that differ in one field, and the fields in which recipes differ.

A comparison is fair if everything else is equal, including random variation. In ANN Lab the seed
alone determines the initial weights, and seed and epoch alone the order of the digits. So two
recipes with the same seed start alike, as far as their shapes allow:

- **the initial weights** are the same for equal `hidden_sizes`, `initializer` and, with the plain
  normal initializer, `init_scale`. Layers are drawn one after another: if the widths differ from
  some layer on, the layers before it still start alike.
- **the order of the digits** is the same for an equal number of training digits, which on one data
  set means an equal `validation_fraction`. Another `batch_size` divides the same order differently.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from ann.hyperparameters.field import short
from ann.recipe import FIELDS, Recipe
from ann.recipes import wording

MOST_LANES = 4  # more curves in one chart are hard to tell apart
N_SEEDS = int(FIELDS["seed"].high) + 1


def vary(recipe: Recipe, name: str, values: Iterable[Any]) -> list[Recipe]:
    """The recipe with each of `values` in the field `name`; equal values count once.

    `ValueError` for an unknown field, a bad value, or a field without effect in this recipe.

    >>> [variant.l2 for variant in vary(Recipe(), "l2", [0, 1e-4, 0.0])]
    [0.0, 0.0001]
    """
    if name not in FIELDS:
        raise ValueError(f"field: {short(name)} is not one of {', '.join(FIELDS)}")
    if not recipe.applies(name):
        raise ValueError(f"{name}: has no effect without {wording.condition(name)}")
    return list(dict.fromkeys(replace(recipe, **{name: value}) for value in values))


def reseed(recipe: Recipe, n: int, first: int) -> list[Recipe]:
    """The recipe with `n` seeds that count up from `first`; after the last seed comes 0.

    >>> [variant.seed for variant in reseed(Recipe(), 2, first=7)]
    [7, 8]
    """
    return [replace(recipe, seed=(first + k) % N_SEEDS) for k in range(n)]


def differing(recipes: Iterable[Recipe]) -> dict[str, list[Any]]:
    """The fields in which the recipes differ, each with the value of every recipe, in order.

    A field counts only where it has an effect: a momentum that Adam does not use is no difference.

    >>> differing([Recipe(), Recipe(dropout=0.5), Recipe(momentum=0.5)])
    {'dropout': [0.0, 0.5, 0.0]}
    """
    found: dict[str, list[Any]] = {}
    recipes = list(recipes)
    for name in FIELDS:
        effective = {getattr(recipe, name) for recipe in recipes if recipe.applies(name)}
        if len(effective) > 1:
            found[name] = [getattr(recipe, name) for recipe in recipes]
    return found


def same_start(recipes: Sequence[Recipe]) -> bool:
    """Whether all of them start with the same weights.

    >>> same_start([Recipe(), Recipe(batch_norm=True)]), same_start([Recipe(), Recipe(seed=1)])
    (True, False)
    """
    return not {"seed", "hidden_sizes", "initializer", "init_scale"} & differing(recipes).keys()


def same_order(recipes: Sequence[Recipe]) -> bool:
    """Whether all of them get the digits of one data set in the same order.

    >>> same_order([Recipe(), Recipe(hidden_sizes=(9,), batch_size=8)])
    True
    """
    return not {"seed", "validation_fraction", "train_size"} & differing(recipes).keys()
