"""What a training costs: multiplications, digits and seconds, before it begins and as it goes.

A step's time has four parts, each proportional to something that can be counted from the recipe:
calls of NumPy (a step does some dozens, however small the arrays), multiply-adds in the matrix
products, values of the activations written and read, and parameters that the optimizer moves. What
one of each takes is the machine's `Speed`: measured once by `measure_speed`, in half a second.
"""

from dataclasses import replace
from math import ceil
from time import perf_counter
from typing import NamedTuple

import numpy as np

from ann.activations import ACTIVATIONS
from ann.augment import AMOUNTS
from ann.batches import batch_length, steps_per_epoch
from ann.events import Step
from ann.history import History
from ann.measure import TRAIN_SAMPLES
from ann.network import Network
from ann.optimizers import OPTIMIZERS
from ann.recipe import Recipe
from ann.state import Split, start
from ann.train import train


class Work(NamedTuple):
    """Counts of what takes time."""

    calls: float
    multiply_adds: float
    values: float
    parameters: float

    def times(self, n: float) -> "Work":
        """The work of doing it `n` times."""
        return Work(*(n * count for count in self))


class Speed(NamedTuple):
    """Seconds for one of each of `Work`; the defaults are of a usual computer's single core."""

    call: float = 4e-6
    multiply_add: float = 4e-11
    value: float = 2e-9
    parameter: float = 1e-9

    def seconds(self, work: Work) -> float:
        """How long the work takes at this speed."""
        return float(np.dot(self, work))


def image_multiply_adds(recipe: Recipe, n_features: int = 784, n_classes: int = 10) -> int:
    """The multiply-adds of the matrix products for one image in training, forward and backward.

    Backward takes two products of the size of the forward one, for weights and for inputs; the
    gradient with respect to the pixels is not needed.

    >>> image_multiply_adds(Recipe(hidden_sizes=(128, 64)))
    227200
    """
    first, *rest = (a * b for a, b in Network.of(recipe, n_features, n_classes).shapes)
    return 2 * first + 3 * sum(rest)


class Spent(NamedTuple):
    """What a training has cost by the end of each of its E epochs, as arrays (E,)."""

    multiply_adds: np.ndarray  # of the steps; measuring is not learning
    images_seen: np.ndarray  # digits seen, each as often as it was seen
    seconds: np.ndarray  # of computing the steps


def spent(
    recipe: Recipe, history: History, n_train: int, n_features: int = 784, n_classes: int = 10
) -> Spent:
    """What the epochs of `history` have cost; the batch size is taken to be the recipe's."""
    epochs = history.epochs
    in_an_epoch = steps_per_epoch(recipe, n_train) * batch_length(recipe, n_train)
    images = epochs["epoch"] * in_an_epoch
    each = image_multiply_adds(recipe, n_features, n_classes)
    return Spent(images * each, images, np.cumsum(epochs["seconds"]))


def frontier(costs: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """Which of N points (N,) bool are worth their cost: no other one is as good for as little.

    >>> frontier([1, 2, 3, 3], [0.8, 0.7, 0.9, 0.85]).tolist()
    [True, False, True, False]
    """
    costs, scores = np.asarray(costs, float), np.asarray(scores, float)
    worth, best = np.zeros(len(costs), bool), -np.inf
    for i in np.lexsort((-scores, costs)):  # the cheapest first, among equals the best
        if scores[i] > best:
            worth[i], best = True, scores[i]
    return worth


def step_work(recipe: Recipe, n_samples: int, n_features: int = 784, n_classes: int = 10) -> Work:
    """The work of one step: forward, backward and update of a batch.

    >>> recipe = Recipe(hidden_sizes=(128, 64), batch_size=10)
    >>> step_work(recipe, 5000).multiply_adds == 10 * (2 * 784 * 128 + 3 * (128 * 64 + 64 * 10))
    True
    """
    network = Network.of(recipe, n_features, n_classes)
    batch, hidden = batch_length(recipe, n_samples), sum(recipe.hidden_sizes)
    looks = 12 if any(getattr(recipe, name) for name in AMOUNTS) else 1  # at each pixel
    passes = 3 + (2 if recipe.dropout else 0) + (5 if recipe.batch_norm else 0)
    passes += ACTIVATIONS[recipe.activation].passes
    touches = 2 + 3 * OPTIMIZERS[recipe.optimizer].n_moments + 2 * bool(recipe.l1 or recipe.l2)
    return Work(
        calls=15 + len(network.shapes) * (6 + passes),
        multiply_adds=batch * image_multiply_adds(recipe, n_features, n_classes),
        values=batch * (n_features * looks + n_classes * 5 + hidden * passes),
        parameters=network.n_weights * (touches + 2 * bool(recipe.clip_norm or recipe.max_norm)),
    )


def measuring_work(
    recipe: Recipe, n_train: int, n_validation: int, n_features: int = 784, n_classes: int = 10
) -> Work:
    """The work of measuring the network at the end of an epoch: forward passes only."""
    samples = min(TRAIN_SAMPLES, n_train) + n_validation
    network = Network.of(recipe, n_features, n_classes)
    return Work(
        calls=ceil(samples / 1000) * 8 * len(network.shapes),
        multiply_adds=samples * network.n_weights,
        values=samples * (n_features + 2 * sum(recipe.hidden_sizes) + 5 * n_classes),
        parameters=0,
    )


def epoch_seconds(recipe: Recipe, n_train: int, n_validation: int, speed: Speed) -> float:
    """How long an epoch will take on a core of its own, measuring included: within a factor 2.

    >>> 0.01 < epoch_seconds(Recipe(), 3400, 600, Speed()) < 1
    True
    """
    steps = step_work(recipe, n_train).times(steps_per_epoch(recipe, n_train))
    measuring = measuring_work(recipe, n_train, n_validation)
    return speed.seconds(steps) + speed.seconds(measuring)


SAMPLES = (  # each is dominated by another part of the work
    Recipe(hidden_sizes=(4,), batch_size=1, optimizer="sgd"),
    Recipe(hidden_sizes=(16,) * 6, batch_size=4, optimizer="sgd"),
    Recipe(hidden_sizes=(128, 64), batch_size=64),
    Recipe(hidden_sizes=(512, 512), batch_size=8),
    Recipe(hidden_sizes=(512, 256), batch_size=512, optimizer="sgd"),
    Recipe(hidden_sizes=(32,), batch_size=2048, optimizer="sgd", activation="tanh"),
)


def measure_speed(seconds: float = 0.5) -> Speed:
    """Time real steps of a few networks here and now, in about `seconds`; to be run in a worker."""
    rng, n = np.random.default_rng(0), 2048
    x, y = rng.integers(0, 256, (n, 784), dtype=np.uint8), (np.arange(n) % 10).astype(np.uint8)
    split = Split(x, y, x[:0], y[:0])
    timed = [(step_work(r, n), _time_step(r, split, seconds / len(SAMPLES))) for r in SAMPLES]
    return fit_speed(timed)


def _time_step(recipe: Recipe, split: Split, seconds: float) -> float:
    """Seconds of a step, of those in `seconds` a quick one: other processes may interfere."""
    state = start(replace(recipe, epochs=5000), split, n_classes=10)
    times, before, began = [], 0.0, perf_counter()
    for event in train(state, split):
        if isinstance(event, Step):
            times.append(state.epoch_seconds - before)
            if len(times) > 2 and perf_counter() - began > seconds:
                break
        before = state.epoch_seconds
    return float(np.quantile(times[1:], 0.25))


def fit_speed(timed: list[tuple[Work, float]]) -> Speed:
    """The speed that explains measured times best, in proportion to each; no part is below zero.

    >>> true = Speed(call=1e-6, multiply_add=1e-10, value=1e-9, parameter=1e-9)
    >>> works = [Work(9, 1, 1, 1), Work(1, 1e6, 1, 1), Work(1, 1, 1e5, 1), Work(1, 1, 1, 1e5)]
    >>> np.allclose(fit_speed([(work, true.seconds(work)) for work in works]), true)
    True
    """
    shares = np.array([work for work, _ in timed]) / np.array([[s] for _, s in timed])
    guess = np.array(Speed())
    free = np.ones(len(guess), bool)
    while free.any():  # what comes out negative can't be told from the rest: it is held fixed
        rest = 1 - shares[:, ~free] @ guess[~free]
        found = np.linalg.lstsq(shares[:, free] * guess[free], rest, rcond=None)[0] * guess[free]
        if (found > 0).all():
            guess[free] = found
            break
        held = np.flatnonzero(free)[found <= 0]
        guess[held] *= 0.1
        free[held] = False
    return Speed(*map(float, guess))
