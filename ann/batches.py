"""Batches: in which order samples come, and how many to a step."""

import numpy as np

from ann.augment import BANK, bends
from ann.recipe import Recipe
from ann.state import ORDER, WARPS, stream


def batch_length(recipe: Recipe, n_samples: int) -> int:
    """How many samples a step takes: the batch size, or the whole set if that is smaller."""
    return min(recipe.batch_size, n_samples)


def steps_per_epoch(recipe: Recipe, n_samples: int) -> int:
    """Whole batches in an epoch.

    What is left over is left out, because a smaller last batch would have a full-size step on few
    samples: 5,000 digits at batch 64 leave 8, and with a step for those eight, seeds of a small
    network ended anywhere between 80% and 91% instead of 91 to 92. The next epoch is shuffled anew,
    so everybody's turn comes.

    >>> steps_per_epoch(Recipe(batch_size=64), 5000)
    78
    """
    return n_samples // batch_length(recipe, n_samples)


def epoch_order(seed: int, epoch: int, n_samples: int) -> np.ndarray:
    """The order (N,) of the samples in an epoch (from 0), decided by seed and epoch alone."""
    return stream(seed, ORDER, epoch).permutation(n_samples)


def epoch_warps(recipe: Recipe, epoch: int, n_samples: int) -> np.ndarray | None:
    """Which warp of the bank bends each sample (N,) of an epoch, in its order; None without any."""
    if not bends(recipe):
        return None
    return stream(recipe.seed, WARPS, epoch).integers(0, BANK, n_samples)
