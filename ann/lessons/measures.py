"""What a lesson measures of a training: one number, most of them in percent."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from ann.history import History
from ann.inside import units
from ann.run import Run

SURE = 0.9  # a probability above it is a sure answer
NOISES, NOISE_SEED = 500, 1  # pictures of noise, always the same
NAN = float("nan")


class Digits(NamedTuple):
    """The digits to ask: x (N, D) uint8, y (N,) their labels."""

    x: np.ndarray
    y: np.ndarray


def _last(name: str, factor: float = 100.0) -> Callable[[History], float]:
    def last(history: History) -> float:
        values = history.epochs[name]
        return factor * float(values[-1]) if len(values) else NAN

    return last


def _first_accuracy(history: History) -> float:
    values = history.epochs["validation_accuracy"]
    return 100 * float(values[0]) if len(values) else NAN


def _gap(history: History) -> float:
    return _last("train_accuracy")(history) - _last("validation_accuracy")(history)


def _loss_rise(history: History) -> float:
    losses = history.epochs["validation_loss"]
    if not np.isfinite(losses).any():
        return NAN
    best = float(np.nanmin(losses))
    return 100 * (float(losses[-1]) / best - 1) if best else NAN


def _accuracy_since_best(history: History) -> float:
    best = history.best_epoch
    values = history.epochs["validation_accuracy"]
    return 100 * float(values[-1] - values[best - 1]) if best else NAN


def _rising_steps(history: History) -> float:
    """Of neighboring points; each is a single step in a training of fewer than 600 steps."""
    losses = history.steps["loss"]
    return 100 * float(np.mean(np.diff(losses) > 0)) if len(losses) > 1 else NAN


OF_HISTORY: dict[str, Callable[[History], float]] = {
    "validation_accuracy": _last("validation_accuracy"),
    "train_accuracy": _last("train_accuracy"),
    "validation_loss": _last("validation_loss", 1.0),
    "train_loss": _last("train_loss", 1.0),
    "first_accuracy": _first_accuracy,  # after the first epoch
    "gap": _gap,  # training minus validation accuracy, in points
    "loss_rise": _loss_rise,  # of the validation loss since its best epoch
    "accuracy_since_best": _accuracy_since_best,  # in points, since that epoch
    "rising_steps": _rising_steps,  # the share of steps on which the loss rises
}


def noise(n_features: int, n: int = NOISES) -> np.ndarray:
    """Pictures of nothing (n, D) uint8: each pixel is any gray level, independently."""
    rng = np.random.default_rng(NOISE_SEED)
    return rng.integers(0, 256, (n, n_features), dtype=np.uint8)


def _sure_mistakes(run: Run, digits: Digits) -> float:
    probabilities = run.predict_proba(digits.x)
    wrong = probabilities.argmax(1) != digits.y
    return float(np.sum(wrong & (probabilities.max(1) > SURE)))


def _noise_sure(run: Run, digits: Digits) -> float:
    return 100 * float(np.mean(run.predict_proba(noise(run.n_features)).max(1) > SURE))


def _inverted_right(run: Run, digits: Digits) -> float:
    return 100 * float(np.mean(run.predict_proba(255 - digits.x).argmax(1) == digits.y))


def _inverted_confidence(run: Run, digits: Digits) -> float:
    return 100 * float(np.mean(run.predict_proba(255 - digits.x).max(1)))


def _parameters(run: Run, digits: Digits) -> float:
    return float(run.parameters)


def _megabytes(run: Run, digits: Digits) -> float:
    return run.theta.nbytes / 1e6


def _unit_loss(run: Run, digits: Digits) -> float:
    """The median of the points lost without one neuron of the last hidden layer."""
    if not run.recipe.hidden_sizes:
        return NAN
    last = len(run.recipe.hidden_sizes)
    values = units.activations(run, digits.x, last)
    logits = units.activations(run, digits.x, last + 1)
    leaving = run.network.views(run.theta)[-1].weights  # without a unit, its share is missing
    right = np.mean(logits.argmax(1) == digits.y)
    lost = [
        right - np.mean((logits - np.outer(a, w)).argmax(1) == digits.y)
        for a, w in zip(values.T, leaving, strict=True)
    ]
    return 100 * float(np.median(lost))


def _unit_classes(run: Run, digits: Digits) -> float:
    """For how many classes a neuron of the last hidden layer is above its mean; their mean."""
    if not run.recipe.hidden_sizes:
        return NAN
    values = units.activations(run, digits.x, len(run.recipe.hidden_sizes))
    classes = np.unique(digits.y)
    by_class = np.array([values[digits.y == one].mean(0) for one in classes])
    alive = values.max(0) > values.min(0)
    above = (by_class > values.mean(0)).sum(0)
    return float(above[alive].mean()) if alive.any() else NAN


OF_NETWORK: dict[str, Callable[[Run, Digits], float]] = {
    "sure_mistakes": _sure_mistakes,  # how many digits it gets wrong with confidence
    "noise_sure": _noise_sure,  # noise that it reads with a probability above SURE
    "inverted_right": _inverted_right,  # digits with black and white exchanged
    "inverted_confidence": _inverted_confidence,
    "unit_loss": _unit_loss,
    "unit_classes": _unit_classes,
    "parameters": _parameters,
    "megabytes": _megabytes,
}
MEASURES = (*OF_HISTORY, *OF_NETWORK)
CURVES = ("validation_accuracy", "train_accuracy", "validation_loss", "train_loss")  # of a sketch


def measure(name: str, run: Run, digits: Digits) -> float:
    """The measure of this name; NaN where it is not known."""
    if name in OF_HISTORY:
        return OF_HISTORY[name](run.history)
    return OF_NETWORK[name](run, digits) if len(digits.x) else NAN


def curve(name: str, history: History, at: tuple[int, ...]) -> list[float]:
    """One of CURVES at the end of these epochs: accuracies in percent; NaN beyond the end."""
    values = history.epochs[name] * (100 if name.endswith("accuracy") else 1)
    return [float(values[epoch - 1]) if epoch <= len(values) else NAN for epoch in at]
