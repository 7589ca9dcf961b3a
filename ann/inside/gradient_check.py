"""The loss as a function of one weight, and the gradient checked against it.

The gradient says how fast the loss changes with a weight. The loss itself can be computed on both
sides of the weight, at a distance h, and then (L(w + h) - L(w - h)) / 2h must agree with the
gradient. From large h to small h, the error is a valley:

- at first h is so large that the loss is no straight line between the two points: the error falls
  with h², and is larger if a ReLU switches on or off in between, because the loss has a kink there
- at the end h is so small that the two losses agree in almost all digits, and their difference is
  mostly rounding: the error grows with 1/h, and much earlier in float32 (7 digits) than in float64
  (16 digits)
"""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ann.inside.step import OneStep
from ann.inside.weight_step import weight_position
from ann.layers import Layer, NormParameters, draw_mask
from ann.losses import cross_entropy
from ann.network import Network, Trace
from ann.regularizers import add_penalty_gradient, penalty

STEP_SIZES = 10.0 ** np.arange(-1, -10.5, -0.5)  # h, (H,)
REACH = 1.0  # how far a curve goes on each side of the weight
SIDE = 20  # its points on each side


class LossOfWeight:
    """The loss of a step's batch, penalty included, as a function of one weight i -> j.

    It is the loss that the step was taken on: with the step's dropout masks, and with batch norm by
    the batch's own mean and variance. A weight of a hidden layer changes only the column of its
    unit j, so that column and the layers behind it are computed again, and nothing else.
    """

    def __init__(
        self, one: OneStep, layer: int, i: int, j: int, dtype: npt.DTypeLike = np.float64
    ) -> None:
        self.position = weight_position(one, layer, i, j)
        self._one, self._layer, self._j = one, layer, j
        self._theta = one.before.theta.astype(dtype)
        self._layers = one.network.views(self._theta)
        self._weight = self._theta[self.position : self.position + 1]
        self.weight = float(self._weight[0])
        trace = self._forward(one.network, self._layers, one.layers[0].x.astype(dtype), 0)
        self._x = trace.last_input.copy()
        if layer < len(self._layers):
            seen = trace.hidden[layer - 1]
            h = seen.a if seen.mask is None else seen.buffers.h
            self._x, self._h, self._mask = seen.x.copy(), h.copy(), seen.mask
        self._delta = np.empty_like(trace.logits)
        self._trace = trace

    def at(self, value: float) -> float:
        """The loss if the weight had this value."""
        self._weight[0] = value
        network, layers, x = self._one.network, self._layers, self._x
        passed = self._layer  # layers that need not be computed
        if self._layer < len(layers):
            x = self._h
            x[:, self._j] = self._column()
        else:
            passed -= 1
        rest = replace(network, sizes=network.sizes[passed:])
        trace = self._forward(rest, layers[passed:], x, passed)
        loss = self._mean_loss(trace)
        self._weight[0] = self.weight
        return loss

    def gradient(self) -> float:
        """The slope of the loss at the weight as it is, from `backward`."""
        one = self._one
        self._mean_loss(self._trace)
        gradient = np.empty_like(self._theta)
        one.network.backward(self._layers, self._trace, self._delta, one.views(gradient))
        part = gradient[: one.network.n_weights]
        add_penalty_gradient(part, self._weights, one.recipe.l1, one.recipe.l2)
        return float(gradient[self.position])

    @property
    def _weights(self) -> np.ndarray:
        return self._theta[: self._one.network.n_weights]

    def _column(self) -> np.ndarray:
        """(N,) what unit j of the hidden layer passes on, from a network with this one unit."""
        layer, part = self._layers[self._layer - 1], slice(self._j, self._j + 1)
        norm = layer.norm and NormParameters(*(array[part] for array in layer.norm))
        bias = None if layer.bias is None else layer.bias[part]
        unit = Layer(np.ascontiguousarray(layer.weights[:, part]), bias, norm)
        network = replace(self._one.network, sizes=(self._x.shape[1], 1, 1))
        trace = network.forward([unit, Layer(np.ones((1, 1), self._x.dtype))], self._x)
        column: np.ndarray = trace.hidden[0].a[:, 0]
        return column if self._mask is None else column * self._mask[:, self._j]

    def _forward(self, network: Network, layers: list[Layer], x: np.ndarray, passed: int) -> Trace:
        """The forward pass through the layers after the first `passed`, with the step's masks."""
        rng, dropout = deepcopy(self._one.before.rng), self._one.recipe.dropout
        if dropout:
            for width in self._one.network.sizes[1 : passed + 1]:  # masks of the layers before
                draw_mask(rng, dropout, out=np.empty((len(x), width), x.dtype))
        with np.errstate(over="ignore", invalid="ignore"):
            return network.forward(layers, x, dropout=dropout, rng=rng)

    def _mean_loss(self, trace: Trace) -> float:
        recipe = self._one.recipe
        with np.errstate(over="ignore", invalid="ignore"):
            mean, _ = cross_entropy(
                trace.logits, self._one.y, recipe.label_smoothing, out=self._delta
            )
            return mean + penalty(self._weights, recipe.l1, recipe.l2)


class LossAlongWeight(NamedTuple):
    """The loss over one weight. The tangent at the weight is loss + slope · (value - weight)."""

    values: np.ndarray  # (K,) of the weight, the present one in the middle
    losses: np.ndarray  # (K,) float64, penalty included
    weight: float
    loss: float
    slope: float  # the gradient, from `backward`


def loss_along_weight(
    one: OneStep, layer: int, i: int, j: int, reach: float = REACH, side: int = SIDE
) -> LossAlongWeight:
    """The loss of the step's batch at 2 · `side` + 1 values of a weight, up to `reach` away."""
    along = LossOfWeight(one, layer, i, j)
    values = along.weight + np.linspace(-reach, reach, 2 * side + 1)
    losses = np.array([along.at(value) for value in values])
    return LossAlongWeight(values, losses, along.weight, float(losses[side]), along.gradient())


class Check(NamedTuple):
    """How far gradient and difference of losses lie apart, for each step size h."""

    step_sizes: np.ndarray  # (H,), from large to small
    differences: np.ndarray  # (H, W) (L(w + h) - L(w - h)) / 2h of each weight
    gradients: np.ndarray  # (W,) from `backward`
    errors: (
        np.ndarray
    )  # (H,) |difference - gradient| / (|difference| + |gradient|); 0 if both are 0


def gradient_check(
    one: OneStep,
    weights: Sequence[tuple[int, int, int]],
    dtype: npt.DTypeLike = np.float64,
    step_sizes: np.ndarray = STEP_SIZES,
) -> Check:
    """Compare the gradient of some weights (layer from 1, i, j) with differences of losses.

    Both are computed in `dtype`. The error is that of all weights together: |·| is the length of a
    vector (W,).
    """
    differences, gradients = np.empty((len(step_sizes), len(weights))), np.empty(len(weights))
    for k, weight in enumerate(weights):
        along = LossOfWeight(one, *weight, dtype)
        gradients[k] = along.gradient()
        for row, h in enumerate(step_sizes):
            difference = along.at(along.weight + h) - along.at(along.weight - h)
            differences[row, k] = difference / (2 * h)
    apart = np.linalg.norm(differences - gradients, axis=1)
    sizes = np.linalg.norm(differences, axis=1) + np.linalg.norm(gradients)
    errors = np.divide(apart, sizes, out=np.zeros_like(apart), where=sizes > 0)
    return Check(step_sizes, differences, gradients, errors)
