"""The training loop: a generator that takes one step after another and reports what happened.

Everything trains with this loop: the pages, the command line, the estimator, the workers, the
tests. It draws, prints and loads nothing, and changes nothing but the `State`. Each event follows a
complete piece of work, so a training can be left after any event and resumed from its state, with
exactly the same result.
"""

from collections.abc import Callable, Iterator
from math import isfinite
from time import perf_counter

import numpy as np

from ann.batches import batch_length, epoch_order, epoch_warps, largest_batch
from ann.buffers import Buffers
from ann.events import Event, Finished, Reason, Step
from ann.finish import explain, restore
from ann.judge import finish_epoch
from ann.losses import cross_entropy
from ann.network import Trace
from ann.optimizers import FLUSH_EVERY, TINY_WEIGHT, blocks, decay_weights, flush_tiny, update
from ann.regularizers import add_penalty_gradient, clip_norm, limit_norm, penalty
from ann.schedules import learning_rate
from ann.state import Split, State, Weights
from ann.training_set import training_set
from ann.version import with_this_version

Watch = Callable[[State, Buffers, Trace], None]
STATISTICS_MEMORY = 0.9  # share of batch norm's running averages that stays at each step


def train(
    state: State, split: Split, weights: Weights | None = None, watch: Watch | None = None
) -> Iterator[Event]:
    """Train `state` in place on `split` until it is finished, yielding an event for each step.

    With `weights`, a sample counts as much as its weight says. `watch` is called in each step when
    its gradient is known and nothing has moved yet; it may look at everything and change nothing.

    >>> from ann.recipe import Recipe
    >>> from ann.state import start
    >>> x, y = np.eye(4), np.arange(4)
    >>> split = Split(x, y, x[:0], y[:0])
    >>> recipe = Recipe(hidden_sizes=(8,), learning_rate=0.1, epochs=20, batch_size=4)
    >>> events = list(train(start(recipe, split), split))
    >>> str(events[-1].reason), events[-2].train_accuracy
    ('epochs', 1.0)
    """
    buffers: Buffers | None = None
    split = training_set(state.recipe, split)
    n_samples = len(split.train_x)
    if not state.reason:
        state.version = with_this_version(state.version)
    while not state.reason:
        order = epoch_order(state.recipe.seed, state.epoch, n_samples)
        warps = epoch_warps(state.recipe, state.epoch, n_samples)
        # computed before each step, because the batch size may change during training
        while n := batch_length(state.recipe, n_samples - state.position):
            if buffers is None or buffers.most < n:
                buffers = Buffers(state, split, largest_batch(state, n_samples), weights)
            part = slice(state.position, state.position + n)
            bent = None if warps is None else warps[part]
            step = take_step(state, buffers, order[part], bent, watch)
            if step is None:
                break
            yield step
        if not state.reason:
            yield finish_epoch(state, split, weights)
    restore(state)
    yield Finished(state.reason, explain(state))


def take_step(
    state: State,
    buffers: Buffers,
    indices: np.ndarray,
    warps: np.ndarray | None,
    watch: Watch | None = None,
) -> Step | None:
    """One update from the samples at `indices`; None if the loss is no longer finite.

    Forward, loss, backward, penalties, update: the whole algorithm, in order.
    """
    began = perf_counter()
    recipe, network = state.recipe, buffers.network
    with np.errstate(over="ignore", invalid="ignore"):  # divergence is detected below
        x, y, counts = buffers.gather(indices, warps)
        trace = network.forward(
            buffers.layers, x, dropout=recipe.dropout, rng=state.rng, buffers=buffers.by_layer
        )
        loss, n_right = cross_entropy(
            trace.logits, y, recipe.label_smoothing, out=buffers.delta, weights=counts
        )
        if not isfinite(loss):
            state.reason = Reason.DIVERGED
            return None
        network.backward(buffers.layers, trace, buffers.delta, buffers.gradients)
        if watch:
            watch(state, buffers, trace)
        weights = buffers.weights
        add_penalty_gradient(buffers.gradient[: len(weights)], weights, recipe.l1, recipe.l2)
        added = penalty(weights, recipe.l1, recipe.l2)
        rate = move(state, buffers)
        update_statistics(state, buffers, trace)
        if recipe.ema:
            average_weights(state, scratch=buffers.gradient)

    count(state, buffers.n, loss, n_right, perf_counter() - began)
    epoch = state.epochs_done(buffers.n_samples)
    return Step(state.step, epoch, loss, n_right / buffers.n, added, rate)


def move(state: State, buffers: Buffers) -> float:
    """Move the parameters against the gradient; returns the learning rate used."""
    recipe, gradient = state.recipe, buffers.gradient
    epoch = state.epochs_done(buffers.n_samples)
    rate = learning_rate(recipe, epoch, state.decays)
    if recipe.clip_norm:
        clip_norm(gradient, recipe.clip_norm)
    if recipe.applies("weight_decay"):
        decay_weights(buffers.weights, rate * recipe.weight_decay)
    t = state.step + 1
    update(recipe.optimizer, state.theta, gradient, state.moments, rate, t, recipe.momentum)
    if recipe.max_norm:
        for layer in buffers.layers[:-1]:
            limit_norm(layer.weights, recipe.max_norm)
    return rate


def update_statistics(state: State, buffers: Buffers, trace: Trace) -> None:
    """Move batch norm's running averages toward the batch's mean and variance.

    In the first steps the averages are plain means of all batches so far, so that the initial
    mean 0 and variance 1 are forgotten at once.
    """
    share = max(1 - STATISTICS_MEMORY, 1 / (state.step + 1))
    for (mean, variance), seen in zip(buffers.statistics, trace.hidden, strict=False):
        if seen.normalized:
            mean += share * (seen.normalized.mean - mean)
            variance += share * (seen.normalized.variance - variance)


def average_weights(state: State, scratch: np.ndarray) -> None:
    """average += share · (theta - average): a running mean (Polyak and Juditsky 1992, with decay).

    At first the average forgets faster, with (1 + t) / (10 + t) instead of `ema`, so that the
    initial weights do not linger. The average of a weight that became 0 would end as a subnormal
    number, which slows a processor down. `scratch` (P,) is overwritten.
    """
    t = state.step + 1
    share = 1 - min(state.recipe.ema, (1 + t) / (10 + t))
    for part in blocks(len(scratch)):
        change = np.subtract(state.theta[part], state.average[part], out=scratch[part])
        change *= share
        state.average[part] += change
    if t % FLUSH_EVERY == 0:
        flush_tiny(state.average, TINY_WEIGHT)
    state.average_statistics += share * (state.statistics - state.average_statistics)


def count(state: State, n: int, loss: float, n_right: int, seconds: float) -> None:
    """Add a step of `n` samples to the state's counters."""
    state.step += 1
    state.position += n
    state.images_seen += n
    state.batch_sums[0] += loss * n
    state.batch_sums[1] += n_right
    state.batch_sums[2] += n
    state.epoch_seconds += seconds
    state.seconds += seconds
