"""Measuring a network: without dropout and penalty, and with batch norm's running averages."""

from typing import NamedTuple

import numpy as np

from ann.losses import softmax
from ann.network import Network
from ann.scaling import Scaling
from ann.state import Split, State

BLOCK = 256  # samples at a time: their activations stay in the cache
TRAIN_SAMPLES = 5000  # training digits that are measured after each epoch


def predict_proba(
    network: Network, theta: np.ndarray, statistics: np.ndarray, scaling: Scaling, x: np.ndarray
) -> np.ndarray:
    """Probabilities (N, C), in theta's precision, for unscaled samples x (N, D)."""
    layers, running = network.views(theta), network.statistics_views(statistics)
    out = np.empty((len(x), network.sizes[-1]), theta.dtype)
    buffers, scaled = network.buffers(min(BLOCK, len(x)), theta.dtype), None
    with np.errstate(over="ignore", invalid="ignore"):  # a diverged network gives NaN
        for i in range(0, len(x), BLOCK):
            part = x[i : i + BLOCK]
            if len(part) < len(buffers[0].z):  # the last one
                buffers, scaled = network.buffers(len(part), theta.dtype), None
            scaled = scaling.apply(part, out=scaled)
            inputs = scaled.astype(theta.dtype, copy=False)
            trace = network.forward(layers, inputs, statistics=running, buffers=buffers)
            softmax(trace.logits, out=out[i : i + BLOCK])
    return out


class Measured(NamedTuple):
    """Mean cross-entropy and accuracy on some samples; NaN if there are none."""

    loss: float
    accuracy: float
    probabilities: np.ndarray  # (N, C)
    predictions: np.ndarray  # (N,) the most likely class of each


def measure(
    state: State, x: np.ndarray, y: np.ndarray, weights: np.ndarray | None = None
) -> Measured:
    """How well the network, as it would be saved now, classifies x (N, D) with labels y (N,).

    With `weights` (N,), both means are weighted.
    """
    p = predict_proba(state.network, *state.judged, state.scaling, x)
    predictions = p.argmax(axis=1)
    if len(x) == 0:
        return Measured(float("nan"), float("nan"), p, predictions)
    of_label = np.maximum(p[np.arange(len(y)), y], np.finfo(np.float32).tiny)
    losses, right = -np.log(of_label).astype(np.float64), predictions == y
    loss, accuracy = (float(np.average(values, weights=weights)) for values in (losses, right))
    return Measured(loss, accuracy, p, predictions)


def measure_training(state: State, split: Split, weights: np.ndarray | None = None) -> Measured:
    """`measure` on the first TRAIN_SAMPLES training digits."""
    first = slice(TRAIN_SAMPLES)
    part = None if weights is None else weights[first]
    return measure(state, split.train_x[first], split.train_y[first], part)


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
