"""How a finished training of the estimator goes on: `warm_start` and `partial_fit`."""

from dataclasses import replace

import numpy as np

from ann.events import Reason
from ann.optimizers import OPTIMIZERS
from ann.recipe import FIELDS, Recipe
from ann.state import State

SHAPE = ("hidden_sizes", "batch_norm")  # fields that decide which parameters there are


def longer(recipe: Recipe, state: State) -> Recipe:
    """The recipe with its epochs added to those that `state` has done; `ValueError` if too many."""
    most = int(FIELDS["epochs"].high)
    if state.epoch + recipe.epochs > most:
        raise ValueError(
            f"epochs: {recipe.epochs} more after {state.epoch:,}; {most:,} are allowed in all"
        )
    return replace(recipe, epochs=state.epoch + recipe.epochs)


def take_up(state: State, recipe: Recipe) -> None:
    """Change a state in place so that `train` goes on with it, according to `recipe`.

    `ValueError` if the recipe's network has other parameters.
    """
    for name in SHAPE:
        if (new := getattr(recipe, name)) != (old := getattr(state.recipe, name)):
            raise ValueError(f"{name}: {old} cannot become {new} in a training that continues")
    _fit_arrays(state, recipe)
    if state.reason == Reason.DIVERGED:  # the last epoch was left in the middle
        state.moments[:] = 0
        state.position, state.batch_sums, state.epoch_seconds = 0, [0.0, 0.0, 0.0], 0.0
    if state.reason == Reason.EARLY_STOPPING:  # patience counts from here
        state.best_epoch, state.best_loss = 0, float("inf")
    state.recipe, state.reason = recipe, ""


def _fit_arrays(state: State, recipe: Recipe) -> None:
    """Another optimizer remembers other things, and averages are there only with `ema`."""
    if recipe.optimizer != state.recipe.optimizer:
        n_moments = OPTIMIZERS[recipe.optimizer].n_moments
        state.moments = np.zeros((n_moments, len(state.theta)), np.float32)
    if bool(recipe.ema) != bool(len(state.average)):
        kept = slice(None) if recipe.ema else slice(0)
        state.average = state.theta[kept].copy()
        state.average_statistics = state.statistics[kept].copy()
