"""The training loop: a generator that takes one step after the other and tells what happened.

Everything trains with this loop: the page, the command line, the estimator, the workers, the tests.
It draws, prints and loads nothing. All that it changes is the `State`, and each event follows a
complete piece of work, so a training may be left after any event and taken up again from its state
with exactly the same result.
"""

from collections.abc import Iterator
from math import isfinite
from time import perf_counter

import numpy as np

from ann.batches import batch_length, epoch_order, epoch_warps
from ann.buffers import Buffers
from ann.events import Event, Finished, Step
from ann.finish import explain, restore
from ann.judge import finish_epoch
from ann.losses import cross_entropy
from ann.optimizers import FLUSH_EVERY, TINY_WEIGHT, blocks, decay_weights, flush_tiny, update
from ann.regularizers import add_penalty_gradient, clip_norm, limit_norm, penalty
from ann.schedules import learning_rate
from ann.state import Split, State

STATISTICS_MEMORY = 0.9  # how much of batch norm's running averages stays at each step


def train(state: State, split: Split) -> Iterator[Event]:
    """Train `state` in place on `split` until it is finished, yielding an event for each step.

    >>> from ann.recipe import Recipe
    >>> from ann.state import start
    >>> x, y = np.eye(4), np.arange(4)
    >>> split = Split(x, y, x[:0], y[:0])
    >>> recipe = Recipe(hidden_sizes=(8,), learning_rate=0.1, epochs=20, batch_size=4)
    >>> events = list(train(start(recipe, split), split))
    >>> events[-1].reason, events[-2].train_accuracy
    ('epochs', 1.0)
    """
    bench, n_samples = None, len(split.train_x)
    while not state.reason:
        order = epoch_order(state.recipe.seed, state.epoch, n_samples)
        warps = epoch_warps(state.recipe, state.epoch, n_samples)
        # asked anew before each step, because the batch size may change while it trains
        while state.position + (n := batch_length(state.recipe, n_samples)) <= n_samples:
            if bench is None or bench.n != n:
                bench = Buffers(state, split, n)
            part = slice(state.position, state.position + n)
            step = take_step(state, bench, order[part], warps if warps is None else warps[part])
            if step is None:
                break
            yield step
        if not state.reason:
            yield finish_epoch(state, split)
    restore(state)
    yield Finished(state.reason, explain(state))


def take_step(
    state: State, bench: Buffers, indices: np.ndarray, warps: np.ndarray | None
) -> Step | None:
    """One update from the samples at `indices`; None if the loss is no longer finite.

    Forward, loss, backward, penalties, update: the whole algorithm in its order.
    """
    began = perf_counter()
    recipe, network = state.recipe, bench.network
    with np.errstate(over="ignore", invalid="ignore"):  # divergence is noticed just below
        x, y = bench.gather(indices, warps)
        trace = network.forward(
            bench.layers, x, dropout=recipe.dropout, rng=state.rng, rooms=bench.rooms
        )
        loss, n_right = cross_entropy(trace.logits, y, recipe.label_smoothing, out=bench.delta)
        if not isfinite(loss):
            state.reason = "diverged"
            return None
        network.backward(bench.layers, trace, bench.delta, bench.gradients)
        weights = bench.weights
        add_penalty_gradient(bench.gradient[: len(weights)], weights, recipe.l1, recipe.l2)
        added = penalty(weights, recipe.l1, recipe.l2)
        rate = move(state, bench)
        remember_statistics(state, bench, trace)
        if recipe.ema:
            average_weights(state, scratch=bench.gradient)

    count(state, bench.n, loss, n_right, perf_counter() - began)
    epoch = state.epochs_done(bench.n_samples)
    return Step(state.step, epoch, loss, n_right / bench.n, added, rate)


def move(state: State, bench: Buffers) -> float:
    """Move the parameters against the gradient; returns the learning rate that was used."""
    recipe, gradient = state.recipe, bench.gradient
    epoch = state.epochs_done(bench.n_samples)
    rate = learning_rate(recipe, epoch, state.decays)
    if recipe.clip_norm:
        clip_norm(gradient, recipe.clip_norm)
    if recipe.applies("weight_decay"):
        decay_weights(bench.weights, rate * recipe.weight_decay)
    t = state.step + 1
    update(recipe.optimizer, state.theta, gradient, state.moments, rate, t, recipe.momentum)
    if recipe.max_norm:
        for layer in bench.layers[:-1]:
            limit_norm(layer.weights, recipe.max_norm)
    return rate


def remember_statistics(state: State, bench: Buffers, trace) -> None:
    """Move batch norm's running averages towards the batch's mean and variance.

    The first batches count as much as all before them together, so that the start at mean 0 and
    variance 1 is forgotten at once.
    """
    share = max(1 - STATISTICS_MEMORY, 1 / (state.step + 1))
    for (mean, variance), seen in zip(bench.statistics, trace.hidden, strict=False):
        mean += share * (seen.normalized.mean - mean)
        variance += share * (seen.normalized.variance - variance)


def average_weights(state: State, scratch: np.ndarray) -> None:
    """Move the running average towards the weights of now (Polyak and Juditsky 1992, with decay).

    At first the average forgets faster, (1 + t) / (10 + t) instead of `ema`: it should not remember
    the first draw. Of a weight that became 0, the average would end as a subnormal number, with
    which a processor is slow. `scratch` (P,) is written over.
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
    """Write a step of `n` samples into the state's counters."""
    state.step += 1
    state.position += n
    state.images_seen += n
    state.batch_sums[0] += loss * n
    state.batch_sums[1] += n_right
    state.batch_sums[2] += n
    state.epoch_seconds += seconds
    state.seconds += seconds
