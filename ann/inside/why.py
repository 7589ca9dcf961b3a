"""Why this answer? What a network's answer to one digit depends on.

A class wins because its logit is the largest, so the questions are about a logit z_target, or
about the lead z_target - z_against over one other class, which decides between the two. Nothing
here says what the network "sees": each function changes the digit, or looks up others, and reports
what the network computes.
"""

from math import isqrt
from typing import NamedTuple

import numpy as np

from ann.inside.passes import input_gradients, trace
from ann.run import Run


class Slope(NamedTuple):
    """How a logit, or a lead, changes with each pixel, each (D,)."""

    per_level: np.ndarray  # for one gray level more
    per_unit: np.ndarray  # for one unit of the scaled input more


def logits(run: Run, x: np.ndarray) -> np.ndarray:
    """The logits (N, C) for x (N, D), in the units of the data."""
    return trace(run, x).logits


def jacobian(run: Run, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The logits (C,) of one digit x (D,), and their gradients with respect to x, (C, D)."""
    n_classes = run.n_classes
    seen = trace(run, np.repeat(x[None], n_classes, axis=0))
    return seen.logits[0], input_gradients(run, seen, np.eye(n_classes, dtype=np.float32))


def input_gradient(run: Run, x: np.ndarray, target: int, against: int | None = None) -> Slope:
    """The input gradient of z_target, or of z_target - z_against, for one digit x (D,).

    It holds for small changes only: with ReLU, until the first neuron turns on or off. Simonyan,
    Vedaldi and Zisserman (2014) called its picture a saliency map.
    """
    delta = np.zeros((1, run.n_classes), np.float32)
    delta[0, target] += 1
    if against is not None:
        delta[0, against] -= 1
    per_level = input_gradients(run, trace(run, x[None]), delta)[0]
    return Slope(per_level, per_level / per_level.dtype.type(run.scaling.factor))


class Occlusion(NamedTuple):
    """What covering a patch around each pixel does, each (D,)."""

    fall: np.ndarray  # of the logit or the lead; below 0 where it rises
    answers: np.ndarray  # the class that the network then names


def occlude(
    run: Run,
    x: np.ndarray,
    target: int,
    against: int | None = None,
    *,
    size: int = 5,
    fill: np.ndarray | float = 0.0,
    stride: int = 1,
) -> Occlusion:
    """Cover a patch of `size` x `size` pixels around each pixel of a digit x (D,), in turn.

    The patch is filled with `fill`, a gray level or a picture (D,), and cut off at the edge. With
    a `stride`, only the middle of each block of stride x stride pixels is tried, and all of its
    pixels get the result. Zeiler and Fergus (2014). `ValueError` if the picture is not square.
    """
    side = picture_side(len(x))
    middles = np.minimum(np.arange(0, side, stride) + stride // 2, side - 1)
    near = np.abs(np.arange(side) - middles[:, None]) <= size // 2  # (K, side)
    covered = (near[:, None, :, None] & near[None, :, None, :]).reshape(-1, len(x))
    pictures = np.where(covered, np.float32(fill), x.astype(np.float32))
    found = logits(run, np.concatenate([pictures, x[None].astype(np.float32)]))
    lead = found[:, target] - (0 if against is None else found[:, against])
    block = np.arange(side) // stride
    at = (block[:, None] * len(middles) + block).ravel()
    return Occlusion((lead[-1] - lead[:-1])[at], found[:-1].argmax(axis=1)[at])


def picture_side(n_features: int) -> int:
    """The side of a square picture of D = `n_features` pixels; `ValueError` if it is not square."""
    side = isqrt(n_features)
    if side * side != n_features:
        raise ValueError(
            f"x: {n_features} pixels are not square, so no patch of them can be covered"
        )
    return side


def nearest(samples: np.ndarray, x: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """The `count` of the samples (M, F) nearest to x (F,): indices and Euclidean distances.

    Nearest first; of equally near ones, the first. At most M are returned.
    """
    squares = np.concatenate(
        [
            np.square(samples[i : i + 1000].astype(np.float32) - x.astype(np.float32)).sum(axis=1)
            for i in range(0, len(samples), 1000)
        ]
        or [np.zeros(0, np.float32)]
    )
    found = np.argsort(squares, kind="stable")[:count]
    return found, np.sqrt(squares[found])
