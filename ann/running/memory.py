"""How much memory and time a training step takes, and whether a shared worker can spare them."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from ann.augment import augments
from ann.batches import largest_batch
from ann.layers import LayerBuffers
from ann.network import Network
from ann.optimizers import OPTIMIZERS
from ann.recipe import Recipe
from ann.running import limits as lab
from ann.running.limits import Limits
from ann.state import State


class TooLargeError(RuntimeError):
    """A step needs more memory or time than a shared worker can spare."""


def state_bytes(recipe: Recipe, n_features: int, n_classes: int) -> int:
    """The memory of a `State`: weights, moments, the best weights so far, and averages."""
    network = Network.of(recipe, n_features, n_classes)
    copies = 2 + bool(recipe.ema)
    n_moments = OPTIMIZERS[recipe.optimizer].n_moments
    return 4 * (
        network.n_parameters * (copies + n_moments) + copies * len(network.initial_statistics())
    )


def step_bytes(state: State, n: int) -> int:
    """The memory that `Buffers` for n samples take, if the samples are bytes."""
    d, widths = state.n_features, sum(state.network.sizes[1:])
    floats = state.network.n_parameters + n * (
        d + widths * len(LayerBuffers._fields) + state.n_classes
    )
    pictures = 2 * n * d  # as they are, and augmented
    if augments(state.recipe):
        place = np.dtype(np.intp).itemsize
        pictures += n * (4 * d + place * (d + 1))  # enlarged, and the positions to read
    return 4 * floats + pictures


def check_step(
    state: State,
    n_samples: int,
    step_seconds: Callable[[Recipe], float] = lambda recipe: 0.0,
    limits: Limits | None = None,
) -> None:
    """`TooLargeError` if a step of this state, with N training samples, is too large or too long.

    `step_seconds` estimates how long a step of a recipe takes on a worker.
    """
    limits, recipe = limits or lab.LIMITS, state.recipe
    n = largest_batch(state, n_samples)
    if (needed := step_bytes(state, n) / 1e9) > limits.max_step_gb:
        raise TooLargeError(
            f"batch_size: a step on {n:,} samples takes {needed:.1f} GB of memory in a "
            f"network of this size; allowed are {limits.max_step_gb:g} GB"
        )
    if (seconds := step_seconds(recipe)) > limits.max_step_seconds:
        fits = _largest_batch(recipe, n, step_seconds, limits.max_step_seconds)
        raise TooLargeError(
            f"batch_size: a step on {n:,} samples takes about {seconds:,.1f} seconds in a network "
            f"of this size; allowed are {limits.max_step_seconds:g} seconds, "
            + (f"so a batch of {fits:,} would fit" if fits else "so smaller layers would fit")
        )


def _largest_batch(
    recipe: Recipe, n: int, step_seconds: Callable[[Recipe], float], most: float
) -> int:
    """The largest power of two below `n` as a batch size whose steps are short enough, or 0."""
    batch = 1 << (n - 1).bit_length() >> 1
    while batch and step_seconds(replace(recipe, batch_size=batch)) > most:
        batch //= 2
    return batch
