"""Batches: the order of the samples, and how many make a step."""

import numpy as np

from ann.augment import BANK, augments
from ann.recipe import Recipe
from ann.state import ORDER, WARPS, State, stream


def steps_per_epoch(recipe: Recipe, n_samples: int) -> int:
    """Batches per epoch: as few as hold every sample once, none larger than the batch size.

    >>> steps_per_epoch(Recipe(batch_size=64), 5000)
    79
    """
    return -(-recipe.training_size(n_samples) // recipe.batch_size)  # rounded up


def batch_length(recipe: Recipe, n_left: int) -> int:
    """Samples in the next step, when `n_left` of the epoch have not been used; 0 if none are left.

    The batches of an epoch are of nearly equal size, as in `numpy.array_split`: they differ by one
    at most. Otherwise the last batch would be a full-size step on the few samples that are left
    over: 5,000 digits in batches of 64 leave 8, and with a step on those eight, a small network
    reached 80% to 91%, depending on its seed, instead of 91% to 92%. The first is the largest.

    >>> recipe = Recipe(batch_size=64)
    >>> batch_length(recipe, 130), batch_length(recipe, 130 - 44), batch_length(recipe, 43)
    (44, 43, 43)
    """
    return -(-n_left // max(steps_per_epoch(recipe, n_left), 1))


def largest_batch(state: State, n_samples: int) -> int:
    """The size of the largest batch still to come, in this epoch or a later one."""
    n_samples = state.recipe.training_size(n_samples)
    left = n_samples - state.position
    return max(batch_length(state.recipe, left), batch_length(state.recipe, n_samples))


def epoch_order(seed: int, epoch: int, n_samples: int) -> np.ndarray:
    """The order (N,) of the samples in an epoch (from 0); it depends on seed and epoch alone."""
    return stream(seed, ORDER, epoch).permutation(n_samples)


def epoch_warps(recipe: Recipe, epoch: int, n_samples: int) -> np.ndarray | None:
    """The warp of each sample (N,) of an epoch, in its order; None without augmentation."""
    if not augments(recipe):
        return None
    return stream(recipe.seed, WARPS, epoch).integers(0, BANK, n_samples)
