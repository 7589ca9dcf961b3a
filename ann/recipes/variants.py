"""Change one thing: recipes that differ by one field, and what several recipes differ in.

A comparison is fair where everything else is equal, the luck of the draw included. In this lab the
seed alone decides the first weights, and seed and epoch alone the order of the digits. So two
recipes with one seed begin alike as far as their shapes allow:

- **the first weights** are the same for equal `hidden_sizes`, `initializer` and, with the plain
  normal initializer, `init_scale`. Layers are drawn one after the other: where the widths differ
  from some layer on, the layers before it still begin alike.
- **the order of the digits** is the same for an equal number of training digits, which on one data
  set means an equal `validation_fraction`. Another `batch_size` cuts the same order elsewhere.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from ann.hyperparameters.field import short
from ann.recipe import FIELDS, Recipe

MOST_LANES = 4  # more curves in one chart can't be told apart


def vary(recipe: Recipe, name: str, values: Iterable[Any]) -> list[Recipe]:
    """The recipe with each of `values` in the field `name`; a value given twice counts once.

    `ValueError` for an unknown field, a bad value, or a field without effect in this recipe.

    >>> [variant.l2 for variant in vary(Recipe(), "l2", [0, 1e-4, 0.0])]
    [0.0, 0.0001]
    """
    if name not in FIELDS:
        raise ValueError(f"field: {short(name)} is not one of {', '.join(FIELDS)}")
    if not recipe.applies(name):
        other, needed = FIELDS[name].only_if
        raise ValueError(f"{name}: has no effect unless {other} is {' or '.join(needed)}")
    return list(dict.fromkeys(replace(recipe, **{name: value}) for value in values))


def differing(recipes: Iterable[Recipe]) -> dict[str, list[Any]]:
    """The fields that differ among the recipes, each with every recipe's value, in their order.

    A field counts where it has an effect: a momentum that Adam does not use is no difference.

    >>> differing([Recipe(), Recipe(dropout=0.5), Recipe(momentum=0.5)])
    {'dropout': [0.0, 0.5, 0.0]}
    """
    found, recipes = {}, list(recipes)
    for name in FIELDS:
        at_work = {getattr(recipe, name) for recipe in recipes if recipe.applies(name)}
        if len(at_work) > 1:
            found[name] = [getattr(recipe, name) for recipe in recipes]
    return found


def same_start(recipes: Sequence[Recipe]) -> bool:
    """Whether all of them begin with the same weights.

    >>> same_start([Recipe(), Recipe(batch_norm=True)]), same_start([Recipe(), Recipe(seed=1)])
    (True, False)
    """
    return not {"seed", "hidden_sizes", "initializer", "init_scale"} & differing(recipes).keys()


def same_order(recipes: Sequence[Recipe]) -> bool:
    """Whether the digits come to all of them in the same order, on one data set.

    >>> same_order([Recipe(), Recipe(hidden_sizes=(9,), batch_size=8)])
    True
    """
    return not {"seed", "validation_fraction"} & differing(recipes).keys()
