"""One step of training, with everything that happens in it.

`one_step` does on a copy of a state what `ann.train.take_step` does on the state itself, with the
same functions in the same order, and keeps a copy of every array on its way. That is needed because
the training loop uses its arrays again: `backward` overwrites some of those that `forward` filled,
penalties and clipping change the gradient in place, and the optimizer changes theta in place and
uses the gradient up.
"""

from copy import deepcopy
from dataclasses import dataclass, replace
from math import isfinite
from typing import Any, NamedTuple

import numpy as np

from ann.augment import AMOUNTS
from ann.batches import batch_length, epoch_order, epoch_warps
from ann.buffers import Buffers
from ann.judge import finish_epoch
from ann.layers import Layer, LayerTrace, Normalized
from ann.losses import cross_entropy, softmax
from ann.network import Network, Trace
from ann.recipe import Recipe
from ann.regularizers import add_penalty_gradient, clip_norm, limit_norm, penalty
from ann.state import Split, State
from ann.train import average_weights, count, move, update_statistics
from ann.training_set import training_set


class Batch(NamedTuple):
    """Samples to take a step with: x (N, D) in the units of the data, y (N,) labels."""

    x: np.ndarray
    y: np.ndarray


class LayerStep(NamedTuple):
    """What passed through one layer, forward and backward; each row is a sample of the batch.

    The output layer has no activation: its z are the logits, and u, a and mask are None.
    """

    x: np.ndarray  # (N, fan_in) input
    z: np.ndarray  # (N, width) x W + b
    normalized: Normalized | None  # batch norm
    u: np.ndarray | None  # (N, width) input of the activation: z; with batch norm, gamma·n + beta
    a: np.ndarray | None  # (N, width) activations
    mask: np.ndarray | None  # (N, width) dropout mask
    delta: np.ndarray  # (N, width) gradient of the batch's mean loss with respect to z


@dataclass(frozen=True)
class OneStep:
    """A step of training. The three gradients are (P,), each after one more change."""

    before: State
    after: State
    samples: np.ndarray | None  # (N,) which training samples these are; None for others
    y: np.ndarray  # (N,) labels
    layers: list[LayerStep]
    loss: float  # mean cross-entropy of the batch
    penalty: float  # what L1 and L2 add to it
    n_right: int
    rate: float  # learning rate
    loss_gradient: np.ndarray  # of the mean cross-entropy, from `backward`
    penalized: np.ndarray  # with the gradient of L1 and L2
    gradient: np.ndarray  # clipped: what the optimizer gets
    moved: np.ndarray  # (P,) theta after the optimizer, before max norm

    @property
    def recipe(self) -> Recipe:
        """The recipe that the step was taken with."""
        return self.before.recipe

    @property
    def network(self) -> Network:
        """The shape of the network."""
        return self.before.network

    @property
    def n(self) -> int:
        """N, the number of samples in the batch."""
        return len(self.y)

    @property
    def probabilities(self) -> np.ndarray:
        """(N, C) what the network answered in this step, with dropout and batch norm."""
        return softmax(self.layers[-1].z)

    def views(self, flat: np.ndarray) -> list[Layer]:
        """The layers of a vector (P,), such as `before.theta` or `gradient`."""
        return self.network.views(flat)

    def largest(self, row: int) -> tuple[int, int, int]:
        """The weight with the largest step of those that this sample has a gradient for.

        Returns layer (from 1), unit it comes from and unit it leads to (from 0). If the sample has
        no gradient at all, it is the weight with the largest step.
        """
        found, most = (1, 0, 0), -1.0
        steps = self.views(self.after.theta - self.before.theta)
        for every in (False, True):
            for k, (step, layer) in enumerate(zip(steps, self.layers, strict=True)):
                i = np.arange(len(step.weights)) if every else np.flatnonzero(layer.x[row])
                j = np.arange(layer.z.shape[1]) if every else np.flatnonzero(layer.delta[row])
                size = np.abs(step.weights[np.ix_(i, j)])
                if size.size and size.max() > most:
                    at = np.unravel_index(size.argmax(), size.shape)
                    found, most = (k + 1, int(i[at[0]]), int(j[at[1]])), float(size.max())
            if most >= 0:
                break
        return found


def one_step(state: State, split: Split, batch: Batch | None = None) -> OneStep:
    """The step that `train` takes next from this state; with `batch`, a step with other samples.

    Neither is changed. A finished training takes the step that would come next. The samples of
    `batch` are neither augmented nor noisy. `ValueError` if the training is over after measuring
    this epoch, or if the loss is not finite, with which a training ends as diverged.
    """
    now, split = deepcopy(state), training_set(state.recipe, split)
    n_samples = len(split.train_x)
    if batch is None:
        if not now.reason and not batch_length(now.recipe, n_samples - now.position):
            finish_epoch(now, split)  # as `train` does between the last step and the next
            if now.reason:
                raise ValueError("the training is over: there is no next step")
        samples, warps = next_samples(now, n_samples)
        buffers = Buffers(now, split, len(samples))
    else:
        samples, warps = np.arange(len(batch.x)), None
        plain = replace(now, recipe=_without_augmentation(now.recipe))
        buffers = Buffers(plain, Split(*batch, batch.x[:0], batch.y[:0]), len(samples))
    before = deepcopy(now)
    with np.errstate(over="ignore", invalid="ignore"):
        x, y, _ = buffers.gather(samples, warps)
        buffers.n_samples = n_samples  # which tells `move` how far the epoch is
        found = _take(before, now, buffers, x, y)
    return replace(found, samples=samples if batch is None else None)


def with_sample(state: State, split: Split, x: np.ndarray, y: int) -> Batch:
    """The next batch with this sample, x (D,) and its label, in the place of the first one.

    With batch norm a sample needs others beside it: it is normalized by their mean and variance.
    """
    split = training_set(state.recipe, split)
    samples, _ = next_samples(state, len(split.train_x))
    if not len(samples):
        samples = np.arange(batch_length(state.recipe, len(split.train_x)))
    images, labels = np.array(split.train_x[samples]), np.array(split.train_y[samples])
    images[0], labels[0] = x, y
    return Batch(images, labels)


def _take(before: State, now: State, buffers: Buffers, x: np.ndarray, y: np.ndarray) -> OneStep:
    """The step itself, in the order of `take_step`; it changes `now`."""
    recipe, network = before.recipe, buffers.network
    trace = network.forward(
        buffers.layers, x, dropout=recipe.dropout, rng=now.rng, buffers=buffers.by_layer
    )
    loss, n_right = cross_entropy(trace.logits, y, recipe.label_smoothing, out=buffers.delta)
    if not isfinite(loss):
        raise ValueError("the loss of this batch is not finite: the training ends here, diverged")
    seen = [_seen(layer) for layer in trace.hidden]  # before `backward` overwrites it
    network.backward(buffers.layers, trace, buffers.delta, buffers.gradients)
    layers = _with_deltas(seen, trace, buffers.delta)
    loss_gradient = buffers.gradient.copy()
    weights = buffers.weights
    add_penalty_gradient(buffers.gradient[: len(weights)], weights, recipe.l1, recipe.l2)
    penalized = buffers.gradient.copy()
    added = penalty(weights, recipe.l1, recipe.l2)
    if recipe.clip_norm:
        clip_norm(buffers.gradient, recipe.clip_norm)
    gradient = buffers.gradient.copy()  # before the optimizer uses it up
    now.recipe = replace(recipe, clip_norm=0.0, max_norm=0.0)  # so that each is seen by itself
    rate = move(now, buffers)
    now.recipe, moved = recipe, now.theta.copy()
    if recipe.max_norm:
        for layer in buffers.layers[:-1]:
            limit_norm(layer.weights, recipe.max_norm)
    update_statistics(now, buffers, trace)
    if recipe.ema:
        average_weights(now, scratch=buffers.gradient)
    count(now, buffers.n, loss, n_right, 0.0)
    return OneStep(
        before, now, None, y.copy(), layers, loss, added, n_right, rate,
        loss_gradient, penalized, gradient, moved,
    )  # fmt: skip


def next_samples(state: State, n_samples: int) -> tuple[np.ndarray, np.ndarray | None]:
    """Which samples the next batch holds, in order, and the warp of each, as `train` takes them.

    It is empty between the last step of an epoch and its end.
    """
    n = batch_length(state.recipe, n_samples - state.position)
    part = slice(state.position, state.position + n)
    warps = epoch_warps(state.recipe, state.epoch, n_samples)
    if n == n_samples and warps is None:
        return np.arange(n), None  # the whole set stays in its own order: see `Buffers.gather`
    order = epoch_order(state.recipe.seed, state.epoch, n_samples)
    return order[part], warps if warps is None else warps[part]


def _without_augmentation(recipe: Recipe) -> Recipe:
    off: dict[str, Any] = dict.fromkeys((*AMOUNTS, "pixel_noise"), 0.0)
    return replace(recipe, **off)


def _seen(layer: LayerTrace) -> LayerStep:
    """A copy of what a hidden layer computed in the forward pass; delta is not known yet."""
    mask, normalized = layer.mask, layer.normalized
    return LayerStep(
        x=layer.x.copy(),
        z=layer.buffers.z.copy(),
        normalized=normalized and Normalized(*(array.copy() for array in normalized)),
        u=layer.u.copy(),
        a=layer.a.copy(),
        mask=None if mask is None else mask.copy(),
        delta=layer.buffers.delta,
    )


def _with_deltas(seen: list[LayerStep], trace: Trace, delta: np.ndarray) -> list[LayerStep]:
    """All layers, each with a copy of the delta that `backward` left; `delta` is the logits'."""
    last = LayerStep(
        trace.last_input.copy(), trace.logits.copy(), None, None, None, None, delta.copy()
    )
    return [*(layer._replace(delta=layer.delta.copy()) for layer in seen), last]
