"""A frame of a replay: the network as it was after a step, how good it was, and what it says."""

from collections.abc import Sequence
from copy import copy, deepcopy
from typing import NamedTuple

import numpy as np

from ann.history import History
from ann.measure import count_pairs, measure, predict_proba
from ann.run import Run
from ann.state import Split, State


class Frame(NamedTuple):
    """The network after a step, and its results on the validation digits.

    If the run has no validation digits, they are those on its training digits.
    """

    step: int
    epoch: float  # epochs done, with a fraction
    state: State  # its judged weights alone, or everything
    loss: float
    accuracy: float
    confusion: np.ndarray  # (C, C) counts, row: label, column: prediction


def look_at(state: State, split: Split) -> Frame:
    """The frame of this state: its judged weights, and how good they are."""
    x, y = split.validation_x, split.validation_y
    if not len(y):
        x, y = split.train_x, split.train_y
    found = measure(state, x, y)
    confusion = count_pairs(y, found.probabilities.argmax(axis=1), state.n_classes)
    epoch = state.epochs_done(len(split.train_x))
    return Frame(state.step, epoch, _judged(state), found.loss, found.accuracy, confusion)


def whole(state: State, split: Split) -> Frame:
    """A frame with a copy of the whole state, not measured."""
    epoch, nan = state.epochs_done(len(split.train_x)), float("nan")
    return Frame(state.step, epoch, deepcopy(state), nan, nan, np.zeros((0, 0), int))


def _judged(state: State) -> State:
    """A copy of the judged weights and statistics; all other arrays are empty."""
    other, none = copy(state), np.empty(0, np.float32)
    theta, statistics = (array.copy() for array in state.judged)
    other.moments, other.best_theta, other.best_statistics = none.reshape(0, 0), none, none
    other.theta, other.statistics, other.rng = theta, statistics, deepcopy(state.rng)
    if state.recipe.ema:
        other.theta, other.statistics, other.average, other.average_statistics = (
            none,
            none,
            theta,
            statistics,
        )
    return other


def alike(one: Frame, other: Frame) -> bool:
    """Whether two frames hold the same weights and statistics."""
    pairs = zip(one.state.judged, other.state.judged, strict=True)
    return all(np.array_equal(a, b, equal_nan=True) for a, b in pairs)


def equals(frame: Frame, run: Run) -> bool:
    """Whether a frame holds the weights and statistics of this run, bit for bit."""
    pairs = zip(frame.state.judged, (run.theta, run.statistics), strict=True)
    return all(a.shape == b.shape and a.tobytes() == b.tobytes() for a, b in pairs)


def run_of(frame: Frame, run: Run) -> Run:
    """The network of a frame as a run, with the part of its run's history up to there."""
    history = history_until(run.history, frame.step)
    return Run.of(frame.state, history, run.fingerprint)


def probabilities(frames: Sequence[Frame], x: np.ndarray) -> np.ndarray:
    """What the network of each frame says of samples x (N, D): (frames, N, C)."""
    states = [frame.state for frame in frames]
    return np.array([predict_proba(s.network, *s.judged, s.scaling, x) for s in states])


def most_moved(frames: Sequence[Frame], n: int) -> np.ndarray:
    """The `n` units of layer 1 whose weights moved furthest from the first frame to the last."""
    first, last = (_first_layer(frames[k]) for k in (0, -1))
    moved = np.linalg.norm(last - first, axis=0)
    order: np.ndarray = np.argsort(-np.nan_to_num(moved), kind="stable")
    return order[:n]


def movement(frames: Sequence[Frame], units: np.ndarray) -> np.ndarray:
    """How far the weights of some units of layer 1 are from those in the first frame.

    `units` are numbers (U,); the result is (frames, U, D). If the first frame is at step 0, this is
    what training changed.
    """
    first = _first_layer(frames[0])[:, units]
    return np.array([(_first_layer(frame)[:, units] - first).T for frame in frames])


def _first_layer(frame: Frame) -> np.ndarray:
    state = frame.state
    return state.network.views(state.judged[0])[0].weights


def history_until(history: History, step: int) -> History:
    """The curves up to this step; mistakes, which are those of the last epoch, only at the end."""
    known = history.copy()
    known.points = [row for row in known.points if row[0] <= step]
    known.pending = [row for row in known.pending if row[0] <= step]
    known.epoch_rows = [row for row in known.epoch_rows if row[1] <= step]
    known.changes = [change for change in known.changes if change[0] <= step]
    known._columns = {}
    if len(known.epoch_rows) < len(history.epoch_rows):
        known.confusion = known.answers = known.confidence = None
        known.wrong, known.mistaken_for = [], []
    return known
