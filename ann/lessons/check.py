"""Look at the learner's own runs: does one of them show what a lesson asks for?"""

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from ann.lessons.lesson import Check
from ann.recipe import Recipe


class Kept(NamedTuple):
    """A run of the learner that has ended; `measure` gives one of its numbers, by name."""

    recipe: Recipe
    when: float  # it was changed last, in seconds since 1970
    measure: Callable[[str], float]


class Verdict(NamedTuple):
    """Whether a check is passed, the value that decided it, and how many runs came into question.

    The value is NaN if there was no run.
    """

    passed: bool
    value: float
    runs: int


def check(wanted: Check, runs: Iterable[Kept]) -> Verdict:
    """Look for a run that passes. "best" takes any run that does, "newest" only the newest."""
    fitting = sorted(
        (run for run in runs if fits(run.recipe, wanted.where)), key=lambda run: -run.when
    )
    if wanted.which == "newest":
        fitting = fitting[:1]
    best = math.nan
    for run in fitting:
        value = run.measure(wanted.measure)
        if _inside(wanted, value):
            return Verdict(True, value, len(fitting))
        if math.isnan(best) or _distance(wanted, value) < _distance(wanted, best):
            best = value
    return Verdict(False, best, len(fitting))


def fits(recipe: Recipe, settings: Mapping[str, Any]) -> bool:
    """Whether a recipe has these settings; the others do not matter.

    >>> fits(Recipe(dropout=0.5), {"dropout": 0.5}), fits(Recipe(), {"dropout": 0.5})
    (True, False)
    """
    return all(getattr(recipe, name) == value for name, value in settings.items())


def same_training(recipe: Recipe, wanted: Recipe, free: Iterable[str] = ("seed",)) -> bool:
    """Whether this is the training that a card asked for; the seed is the learner's own."""
    return set(recipe.differences(wanted)) <= set(free)


def _inside(wanted: Check, value: float) -> bool:
    low = -math.inf if wanted.at_least is None else wanted.at_least
    high = math.inf if wanted.at_most is None else wanted.at_most
    return low <= value <= high  # never true for NaN


def _distance(wanted: Check, value: float) -> float:
    if math.isnan(value):
        return math.inf
    low = -math.inf if wanted.at_least is None else wanted.at_least
    high = math.inf if wanted.at_most is None else wanted.at_most
    return max(low - value, value - high, 0.0)
