"""What to tell someone whose settings do nothing."""

from collections.abc import Iterable

from ann.recipe import Recipe
from ann.recipes import wording


def without_effect(recipe: Recipe, names: Iterable[str]) -> list[str]:
    """Those of these fields that do nothing in the recipe, each with the reason in a sentence.

    >>> without_effect(Recipe(optimizer="adam", momentum=0.8), ["momentum", "learning_rate"])
    ['Momentum: only with optimizer Momentum or Nesterov.']
    """
    found = [reason for name in names if (reason := wording.no_effect(name, recipe))]
    if recipe.schedule == "plateau" and not recipe.validation_fraction:
        plateau = wording.value("schedule", "plateau")
        found.append(
            f"Schedule {plateau}: only with validation digits, and the validation fraction is 0."
        )
    return found
