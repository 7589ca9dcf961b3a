"""How well a network holds up: on changed digits, under attack, and when it may decline to answer.

N digits with D pixels; gray levels from 0 to 255.
"""

from typing import NamedTuple

import numpy as np

from ann.inside.flip import RANGE
from ann.inside.passes import blocks, input_gradients, trace
from ann.losses import cross_entropy
from ann.run import Run


def classified_correctly(run: Run, x: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Which of the digits x (N, D) the network classifies correctly, (N,) bool."""
    right: np.ndarray = run.predict_proba(x).argmax(axis=1) == labels
    return right


def attack_directions(run: Run, x: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """For each pixel of x (N, D), the direction that raises the loss: -1, 0 or 1, (N, D) int8.

    It is the sign of the loss's gradient: the fast gradient sign method, FGSM (Goodfellow, Shlens
    and Szegedy 2015). `labels` (N,) are the true classes.
    """
    signs = np.empty(x.shape, np.int8)
    start = 0
    for part in blocks(x):
        seen, stop = trace(run, part), start + len(part)
        delta = np.empty_like(seen.logits)
        cross_entropy(seen.logits, labels[start:stop], 0.0, out=delta)
        signs[start:stop] = np.sign(input_gradients(run, seen, delta))
        start = stop
    return signs


def random_directions(shape: tuple[int, int], seed: int = 0) -> np.ndarray:
    """-1 or 1 for each pixel by chance, (N, D) int8: a change of the same size, without a plan."""
    return np.random.default_rng(seed).choice(np.array([-1, 1], np.int8), shape)


def changed(x: np.ndarray, directions: np.ndarray, epsilon: float) -> np.ndarray:
    """x (N, D) with each pixel moved by `epsilon`, a share of the gray levels' range, (N, D).

    >>> changed(np.array([[0, 100, 250]], np.uint8), np.array([[-1, 1, 1]]), 0.1).tolist()
    [[0.0, 125.5, 255.0]]
    """
    low, high = RANGE
    moved: np.ndarray = x + np.float32(epsilon * (high - low)) * directions.astype(np.float32)
    return np.clip(moved, low, high, out=moved)


class Answered(NamedTuple):
    """What is left if a network answers only when it is confident enough, each (T,)."""

    threshold: np.ndarray
    share: np.ndarray  # of the digits that are answered
    accuracy: np.ndarray  # among those; NaN if there are none
    answered: np.ndarray  # how many those are


def answer_only_above(
    confidence: np.ndarray, right: np.ndarray, thresholds: np.ndarray
) -> Answered:
    """Answer digits with at least this confidence, decline the others: for each threshold.

    `confidence` (N,) are the probabilities of the answers, `right` (N,) whether they are correct.

    >>> found = answer_only_above(np.array([0.5, 0.9]), np.array([False, True]), np.array([0, 0.8]))
    >>> found.share.tolist(), found.accuracy.tolist()
    ([1.0, 0.5], [0.5, 1.0])
    """
    answered = confidence >= thresholds[:, None]
    number = answered.sum(axis=1)
    accuracy = np.full(len(thresholds), np.nan)
    np.divide((answered & right).sum(axis=1), number, out=accuracy, where=number > 0)
    return Answered(thresholds, number / max(len(right), 1), accuracy, number)
