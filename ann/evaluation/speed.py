"""How fast this machine trains: seconds for each kind of work, measured in half a second."""

from dataclasses import replace
from time import perf_counter
from typing import NamedTuple

import numpy as np

from ann.batches import steps_per_epoch
from ann.evaluation.cost import Work, measuring_work, step_work
from ann.events import Step
from ann.recipe import Recipe
from ann.state import Split, start
from ann.train import train


class Speed(NamedTuple):
    """Seconds for one of each kind of `Work`; the defaults suit one core of a usual computer."""

    call: float = 4e-6
    multiply_add: float = 4e-11
    value: float = 2e-9
    parameter: float = 1e-9

    def seconds(self, work: Work) -> float:
        """How long the work takes at this speed."""
        return float(np.dot(self, work))


def epoch_seconds(recipe: Recipe, n_train: int, n_validation: int, speed: Speed) -> float:
    """How long an epoch will take on a core of its own, with measuring, to within a factor of 2.

    >>> 0.01 < epoch_seconds(Recipe(), 3400, 600, Speed()) < 1
    True
    """
    steps = step_work(recipe, n_train).times(steps_per_epoch(recipe, n_train))
    measuring = measuring_work(recipe, n_train, n_validation)
    return speed.seconds(steps) + speed.seconds(measuring)


def step_seconds(
    recipe: Recipe, n_train: int, n_features: int, n_classes: int, speed: Speed
) -> float:
    """How long a training step will take on a core of its own, to within a factor of 2."""
    return speed.seconds(step_work(recipe, n_train, n_features, n_classes))


SAMPLES = (  # each is dominated by another kind of work
    Recipe(hidden_sizes=(4,), batch_size=1, optimizer="sgd"),
    Recipe(hidden_sizes=(16,) * 6, batch_size=4, optimizer="sgd"),
    Recipe(hidden_sizes=(128, 64), batch_size=64),
    Recipe(hidden_sizes=(512, 512), batch_size=8),
    Recipe(hidden_sizes=(512, 256), batch_size=512, optimizer="sgd"),
    Recipe(hidden_sizes=(32,), batch_size=2048, optimizer="sgd", activation="tanh"),
)


def measure_speed(seconds: float = 0.5) -> Speed:
    """Time real steps of a few networks for about `seconds`, here and now: call it in a worker."""
    rng, n = np.random.default_rng(0), 2048
    x, y = rng.integers(0, 256, (n, 784), dtype=np.uint8), (np.arange(n) % 10).astype(np.uint8)
    split = Split(x, y, x[:0], y[:0])
    timed = [(step_work(r, n), _time_step(r, split, seconds / len(SAMPLES))) for r in SAMPLES]
    return fit_speed(timed)


def _time_step(recipe: Recipe, split: Split, seconds: float) -> float:
    """The first quartile of the steps' times within `seconds`: other processes may interfere."""
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
    """The speed with the least squared relative error on measured times (works, seconds).

    No part of it is negative: a part that would be is held at a tenth of its default, because the
    measured times cannot tell it from the others.

    >>> true = Speed(call=1e-6, multiply_add=1e-10, value=1e-9, parameter=1e-9)
    >>> works = [Work(9, 1, 1, 1), Work(1, 1e6, 1, 1), Work(1, 1, 1e5, 1), Work(1, 1, 1, 1e5)]
    >>> np.allclose(fit_speed([(work, true.seconds(work)) for work in works]), true)
    True
    """
    shares = np.array([work for work, _ in timed]) / np.array([[s] for _, s in timed])
    guess = np.array(Speed())
    free = np.ones(len(guess), bool)
    while free.any():
        rest = 1 - shares[:, ~free] @ guess[~free]
        found = np.linalg.lstsq(shares[:, free] * guess[free], rest, rcond=None)[0] * guess[free]
        if (found > 0).all():
            guess[free] = found
            break
        held = np.flatnonzero(free)[found <= 0]
        guess[held] *= 0.1
        free[held] = False
    return Speed(*map(float, guess))
