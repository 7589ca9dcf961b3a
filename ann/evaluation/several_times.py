"""Ask a network several times: about a digit and slightly changed copies of it.

Two pictures of the same digit that hardly differ to the eye differ to a network, and where it is
unsure, it may answer them differently. The mean of its answers is a little more often right than
one answer: test-time augmentation (Krizhevsky, Sutskever and Hinton 2012). The copies are changed
as in training, but by a quarter of the usual amounts, so that they remain what they are.
"""

from collections.abc import Iterator

import numpy as np

from ann.augment import Augmenter, side_of, warp_bank
from ann.measure import BLOCK
from ann.run import Run

TIMES = 8
SHIFT, ROTATION, SCALE, SHEAR, ELASTIC = 0.5, 3.0, 0.03, 0.025, 0.3  # as `augment_*` of a recipe


def copies(x: np.ndarray, times: int = TIMES, seed: int = 0) -> Iterator[np.ndarray]:
    """x (N, D) itself, then `times` - 1 changed copies of it, one after another; each (N, D).

    All digits of a copy are changed alike, and so is every copy with this number and seed, whatever
    is asked. `ValueError` if D is not a square, or `times` is less than 1.
    """
    if times < 1:
        raise ValueError(f"times: got {times}, allowed is 1 or more")
    side = side_of(x.shape[1])
    warps = warp_bank(seed, side, SHIFT, ROTATION, SCALE, SHEAR, ELASTIC, count=times)
    augmenter = Augmenter(warps, BLOCK, x.dtype)
    yield x
    for number in range(1, times):
        out = np.empty_like(x)
        for i in range(0, len(x), BLOCK):
            part = x[i : i + BLOCK]
            augmenter.augment(part, np.full(len(part), number), out[i : i + BLOCK])
        yield out


def answers(run: Run, x: np.ndarray, times: int = TIMES, seed: int = 0) -> np.ndarray:
    """The network's probabilities for each copy of x (N, D): (times, N, C)."""
    return np.stack([run.predict_proba(copy) for copy in copies(x, times, seed)])


def predictions(run: Run, x: np.ndarray, times: int = TIMES, seed: int = 0) -> np.ndarray:
    """The most probable class of each digit x (N, D), by the mean of its answers: (N,) integers.

    They are of the smallest type that holds every class, because a server keeps them.
    """
    total = np.zeros((len(x), run.n_classes))
    for copy in copies(x, times, seed):
        total += run.predict_proba(copy)
    found: np.ndarray = total.argmax(axis=1).astype(np.min_scalar_type(run.n_classes))
    return found
