"""Signals from inside a training: gradients, updates and dead units, at a few of its steps.

They are measured before the first step, at steps 1, 4, 16 and 64, and at the last step of each
epoch. They depend on the training alone, not on how it was divided into chunks, and nothing in the
training depends on them: whoever wants them trains with `watched` in place of `ann.train.train`.
"""

from collections.abc import Iterable, Iterator

import numpy as np

from ann.batches import epoch_order
from ann.buffers import Buffers
from ann.events import Event, Signals, Step
from ann.losses import cross_entropy
from ann.network import Trace
from ann.state import Split, State, Weights
from ann.train import train
from ann.training_set import training_set

FIRST_STEPS = frozenset((1, 4, 16, 64))
FIRST = 64  # samples that are measured before the first step
FEW = 32  # samples of a batch, too few to call a unit dead: then it is asked for FIRST others
MOST = 512  # samples of a large batch that are looked at
SAME = 1e-3  # a unit whose outputs differ by no more than this answers all samples alike


def watched(state: State, split: Split, weights: Weights | None = None) -> Iterator[Event]:
    """The events of `train`, with `Signals` right before the steps that they were measured at.

    >>> from ann.recipe import Recipe
    >>> from ann.state import start
    >>> split = Split(np.eye(4), np.arange(4), np.eye(4), np.arange(4))
    >>> state = start(Recipe(hidden_sizes=(8,), epochs=2, batch_size=2), split)
    >>> [e.step for e in watched(state, split) if isinstance(e, Signals)]
    [0, 1, 2, 4]
    """
    if not state.step and not state.reason:
        yield at_start(state, split)
    probe = Probe(split)
    for event in train(state, split, weights, probe):
        if isinstance(event, Step) and probe.before is not None:
            yield probe.signals(state, event)
        yield event


class Probe:
    """Looks at a step twice: when its gradient is known, and when the weights have moved."""

    def __init__(self, split: Split) -> None:
        self.before: np.ndarray | None = None
        self._split = split
        self._first: np.ndarray | None = None
        self._sizes = self._gradients = self._dead = tuple[float, ...]()

    def __call__(self, state: State, buffers: Buffers, trace: Trace) -> None:
        """Before the move: measure, and keep a copy of the weights, if it is time."""
        self.before = None
        ends = buffers.n_samples - state.position <= state.recipe.batch_size
        if not ends and state.step + 1 not in FIRST_STEPS:
            return
        self._sizes = norms(layer.weights for layer in buffers.layers)
        self._gradients = norms(layer.weights for layer in buffers.gradients)
        if buffers.n < min(FEW, buffers.n_samples):
            if self._first is None:
                self._first, _ = first_batch(state, self._split)
            trace = buffers.network.forward(buffers.layers, self._first)
        self._dead = dead(trace)
        self.before = buffers.weights.copy()

    def signals(self, state: State, step: Step) -> Signals:
        """After the move: how large it was, relative to the weights."""
        assert self.before is not None
        moved, self.before = self.before, None
        np.subtract(moved, state.theta[: len(moved)], out=moved)
        ends = np.cumsum([fan_in * width for fan_in, width in state.network.shapes])
        lengths = zip(norms(np.split(moved, ends[:-1])), self._sizes, strict=True)
        updates = tuple(short(length / size) if size else 0.0 for length, size in lengths)
        return Signals(step.step, step.loss, self._gradients, updates, self._dead)


def at_start(state: State, split: Split) -> Signals:
    """Loss and gradients before the first step, with dropout off."""
    x, y = first_batch(state, split)
    network, gradient = state.network, np.empty_like(state.theta)
    layers, gradients = network.views(state.theta), network.views(gradient)
    delta = np.empty((len(x), state.n_classes), np.float32)
    with np.errstate(over="ignore", invalid="ignore"):
        trace = network.forward(layers, x)
        silent = dead(trace)
        loss, _ = cross_entropy(trace.logits, y, state.recipe.label_smoothing, out=delta)
        network.backward(layers, trace, delta, gradients)
    return Signals(0, loss, norms(layer.weights for layer in gradients), (), silent)


def first_batch(state: State, split: Split) -> tuple[np.ndarray, np.ndarray]:
    """The scaled samples (FIRST, D) that the training sees first, and their labels."""
    split = training_set(state.recipe, split)
    chosen = np.sort(epoch_order(state.recipe.seed, 0, len(split.train_x))[:FIRST])
    return state.scaling.apply(split.train_x[chosen]), split.train_y[chosen]


def dead(trace: Trace) -> tuple[float, ...]:
    """The share of units in each hidden layer that answer all samples alike, as dead ReLUs do."""
    return tuple(short(np.mean(np.ptp(seen.a[:MOST], axis=0) <= SAME)) for seen in trace.hidden)


def norms(arrays: Iterable[np.ndarray]) -> tuple[float, ...]:
    """The Euclidean length of each array to four digits; infinite if the sum of squares is."""
    with np.errstate(over="ignore", invalid="ignore"):
        return tuple(short(np.sqrt(np.vdot(array, array))) for array in arrays)


def short(number: float | np.floating) -> float:
    """A number to four digits, which is all that is needed, and keeps saved runs small."""
    return float(f"{number:.4g}")
