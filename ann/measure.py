"""Measuring a network: without dropout and penalty, and with batch norm's running averages."""

from typing import NamedTuple

import numpy as np

from ann.losses import softmax
from ann.network import Network
from ann.scaling import Scaling
from ann.state import Split, State

BLOCK = 1000  # samples at a time: their activations stay in the cache
TRAIN_SAMPLES = 5000  # training digits that are measured after each epoch


def predict_proba(
    network: Network, theta: np.ndarray, statistics: np.ndarray, scaling: Scaling, x: np.ndarray
) -> np.ndarray:
    """Probabilities (N, C), in theta's precision, for unscaled samples x (N, D)."""
    layers, running = network.views(theta), network.statistics_views(statistics)
    out = np.empty((len(x), network.sizes[-1]), theta.dtype)
    with np.errstate(over="ignore", invalid="ignore"):  # a diverged network gives NaN
        for i in range(0, len(x), BLOCK):
            scaled = scaling.apply(x[i : i + BLOCK]).astype(theta.dtype, copy=False)
            trace = network.forward(layers, scaled, statistics=running)
            softmax(trace.logits, out=out[i : i + BLOCK])
    return out


class Measured(NamedTuple):
    """Mean cross-entropy and accuracy on some samples; NaN if there are none."""

    loss: float
    accuracy: float
    probabilities: np.ndarray  # (N, C)


def measure(state: State, x: np.ndarray, y: np.ndarray) -> Measured:
    """How well the network, as it would be saved now, classifies x (N, D) with labels y (N,)."""
    p = predict_proba(state.network, *state.judged, state.scaling, x)
    if len(x) == 0:
        return Measured(float("nan"), float("nan"), p)
    of_label = np.maximum(p[np.arange(len(y)), y], np.finfo(np.float32).tiny)
    right = p.argmax(axis=1) == y
    return Measured(float(-np.log(of_label).mean(dtype=np.float64)), float(right.mean()), p)


def measure_training(state: State, split: Split) -> Measured:
    """`measure` on the first TRAIN_SAMPLES training digits."""
    return measure(state, split.train_x[:TRAIN_SAMPLES], split.train_y[:TRAIN_SAMPLES])


def count_pairs(labels: np.ndarray, predictions: np.ndarray, n_classes: int) -> np.ndarray:
    """(C, C) counts of (label, prediction), both (N,) in range(C), which is not checked."""
    pairs = labels.astype(np.intp) * n_classes + predictions.astype(np.intp)
    return np.bincount(pairs, minlength=n_classes**2).reshape(n_classes, n_classes)


def most_confident_mistakes(
    labels: np.ndarray, predictions: np.ndarray, confidence: np.ndarray
) -> np.ndarray:
    """Indices of the misclassified samples, the most confident first; ties stay in order."""
    wrong = np.flatnonzero(predictions != labels)
    return wrong[np.argsort(-confidence[wrong], kind="stable")]
