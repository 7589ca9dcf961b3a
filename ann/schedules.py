"""Schedules: the factor that multiplies the learning rate in the course of training."""

from __future__ import annotations

from collections.abc import Callable
from math import cos, pi
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ann.recipe import Recipe  # which offers the schedules defined here

START = 1 / 25  # one_cycle begins at this share of the learning rate, like PyTorch's OneCycleLR
END = 1e-4  # and ends at this one; PyTorch's ends at 1e-4 of its start


def _constant(recipe: Recipe, epoch: float, decays: int) -> float:
    return 1.0


def _step(recipe: Recipe, epoch: float, decays: int) -> float:
    return float(recipe.decay ** (int(epoch) // recipe.decay_every))


def _exponential(recipe: Recipe, epoch: float, decays: int) -> float:
    return float(recipe.decay ** (epoch / recipe.decay_every))


def _half_cosine(start: float, end: float, share: float) -> float:
    """From start (share 0) to end (share 1) along half a cosine wave."""
    return end + (start - end) * (1 + cos(pi * min(max(share, 0.0), 1.0))) / 2


def _cosine(recipe: Recipe, epoch: float, decays: int) -> float:
    return _half_cosine(1.0, 0.0, epoch / recipe.epochs)


def _one_cycle(recipe: Recipe, epoch: float, decays: int) -> float:
    share = epoch / recipe.epochs
    if share < recipe.warmup:
        return _half_cosine(START, 1.0, share / recipe.warmup)
    return _half_cosine(1.0, END, (share - recipe.warmup) / (1 - recipe.warmup))


def _plateau(recipe: Recipe, epoch: float, decays: int) -> float:
    return float(recipe.decay**decays)


class Schedule(NamedTuple):
    """A schedule: its name for people, and its factor after some epochs and plateaus."""

    label: str
    factor: Callable[[Recipe, float, int], float]
    uses: tuple[str, ...] = ()  # hyperparameters that have an effect only with these schedules
    planned: bool = False  # whether it follows the number of epochs that are planned


DECAY = ("decay", "decay_every")
SCHEDULES = {
    "constant": Schedule("Constant", _constant),
    "step": Schedule("Step", _step, DECAY),  # one factor every decay_every epochs
    "exponential": Schedule("Exponential", _exponential, DECAY),  # the same, spread over all steps
    "cosine": Schedule(
        "Cosine", _cosine, planned=True
    ),  # Loshchilov and Hutter (2017), without restarts
    "one_cycle": Schedule("One cycle", _one_cycle, ("warmup",), True),  # Smith and Topin (2019)
    # one factor each time the validation loss stops improving
    "plateau": Schedule("Reduce on plateau", _plateau, DECAY),
}


def learning_rate(recipe: Recipe, epoch: float, decays: int = 0) -> float:
    """The learning rate after `epoch` epochs (with a fraction) and `decays` plateaus.

    >>> from ann.recipe import Recipe
    >>> learning_rate(Recipe(schedule="step", learning_rate=0.1, decay=0.5, decay_every=2), 5.5)
    0.025
    """
    return recipe.learning_rate * SCHEDULES[recipe.schedule].factor(recipe, epoch, decays)
