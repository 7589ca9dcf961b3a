"""How much memory a training step takes, and whether a shared worker can spare it."""

import numpy as np

from ann.augment import augments
from ann.batches import batch_length
from ann.layers import LayerBuffers
from ann.state import State

MOST_BYTES = 2_000_000_000  # of a step, on a worker that others share


class TooLargeError(RuntimeError):
    """A step needs more memory than a shared worker can spare."""


def step_bytes(state: State, n: int) -> int:
    """The memory that `Buffers` for n samples take, if the samples are bytes."""
    d, widths = state.n_features, sum(state.network.sizes[1:])
    floats = len(state.theta) + n * (d + widths * len(LayerBuffers._fields) + state.n_classes)
    pictures = 2 * n * d  # as they are, and augmented
    if augments(state.recipe):
        place = np.dtype(np.intp).itemsize
        pictures += n * (4 * d + place * (d + 1))  # enlarged, and the positions to read
    return 4 * floats + pictures


def check_room(state: State, n_samples: int) -> None:
    """`TooLargeError` if a step of this state needs too much memory, with N training samples."""
    n = batch_length(state.recipe, n_samples)
    if (needed := step_bytes(state, n)) > MOST_BYTES:
        raise TooLargeError(
            f"batch_size: a step on {n:,} samples takes {needed / 1e9:.1f} GB of memory in a "
            f"network of this size; allowed are {MOST_BYTES / 1e9:g} GB"
        )
