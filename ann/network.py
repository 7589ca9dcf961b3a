"""The multilayer perceptron: where its parameters lie, its forward pass and its backward pass.

    hidden layer:  x -> affine -> (batch norm) -> activation -> (dropout) -> next layer
    output layer:  x -> affine -> logits

All parameters lie in one flat vector `theta` (P,), all weights first, so that a regularizer and an
optimizer see one array:

    theta = [ W1 | W2 | ... | b1 | b2 | ... | gamma1 | beta1 | ... ]

A layer's arrays are views into it, sliced on demand by `views`; nothing is stored on the network.
With batch norm a hidden layer has no bias: its beta does the same.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ann.activations import ACTIVATIONS
from ann.initializers import draw_weights
from ann.layers import (
    Normalized,
    affine,
    affine_backward,
    draw_mask,
    normalize,
    normalize_backward,
)
from ann.recipe import Recipe


class Layer(NamedTuple):
    """Views of one layer's parameters (or of their gradients); None where it has no such."""

    weights: np.ndarray  # (fan_in, width)
    bias: np.ndarray | None  # (width,)
    gamma: np.ndarray | None  # (width,) scale after batch norm
    beta: np.ndarray | None  # (width,) shift after batch norm


class LayerBuffers(NamedTuple):
    """Arrays (N, width) for one layer's pass, made once and written again for every batch."""

    z: np.ndarray
    normalized: np.ndarray
    u: np.ndarray
    a: np.ndarray
    mask: np.ndarray
    h: np.ndarray
    delta: np.ndarray


class LayerTrace(NamedTuple):
    """What one layer saw on the way forward, for the way back."""

    x: np.ndarray  # (N, fan_in) what came in
    u: np.ndarray  # (N, width) what entered the activation
    a: np.ndarray  # (N, width) activations
    mask: np.ndarray | None  # (N, width) dropout
    normalized: Normalized | None  # batch norm
    room: LayerBuffers


class Trace(NamedTuple):
    """What the network saw on one pass: its hidden layers, the output layer's input, the logits."""

    hidden: list[LayerTrace]
    last_input: np.ndarray  # (N, last width)
    logits: np.ndarray  # (N, C)
    batch_statistics: bool  # whether batch norm used the batch's own mean and variance


@dataclass(frozen=True)
class Network:
    """The shape of a network: `sizes` is (D, hidden sizes..., C).

    >>> Network((784, 128, 64, 10)).n_parameters  # 784·128+128 + 128·64+64 + 64·10+10
    109386
    """

    sizes: tuple[int, ...]
    activation: str = "relu"
    batch_norm: bool = False

    @classmethod
    def of(cls, recipe: Recipe, n_features: int, n_classes: int) -> "Network":
        """The network of a recipe, from D features to C classes."""
        sizes = (n_features, *recipe.hidden_sizes, n_classes)
        return cls(sizes, recipe.activation, recipe.batch_norm)

    @property
    def shapes(self) -> list[tuple[int, int]]:
        """(fan_in, width) of each layer."""
        return list(zip(self.sizes[:-1], self.sizes[1:], strict=True))

    @property
    def n_weights(self) -> int:
        """How many of the parameters are weights: theta[:n_weights]."""
        return sum(fan_in * width for fan_in, width in self.shapes)

    @property
    def n_parameters(self) -> int:
        """P, the length of theta."""
        hidden = sum(self.sizes[1:-1])
        return self.n_weights + self.sizes[-1] + hidden * (2 if self.batch_norm else 1)

    @property
    def n_statistics(self) -> int:
        """S, the length of the flat vector of batch norm's running means and variances."""
        return 2 * sum(self.sizes[1:-1]) if self.batch_norm else 0

    def initial(self, rng: np.random.Generator, initializer: str, scale: float = 0.01):
        """A fresh theta (P,), float32: weights drawn, biases and betas 0, gammas 1."""
        theta = np.zeros(self.n_parameters, np.float32)
        for layer in self.views(theta):
            layer.weights[:] = draw_weights(rng, initializer, layer.weights.shape, scale)
            if layer.gamma is not None:
                layer.gamma[:] = 1
        return theta

    def views(self, flat: np.ndarray) -> list[Layer]:
        """The layers' arrays as views into a flat vector (P,): parameters or gradients."""
        position = 0

        def take(*shape):
            nonlocal position
            size = int(np.prod(shape))
            position += size
            return flat[position - size : position].reshape(shape)

        weights = [take(*shape) for shape in self.shapes]
        *hidden, n_classes = self.sizes[1:]
        if not self.batch_norm:
            return [Layer(w, take(w.shape[1]), None, None) for w in weights]
        last = Layer(weights[-1], take(n_classes), None, None)
        return [
            Layer(w, None, take(n), take(n)) for w, n in zip(weights[:-1], hidden, strict=True)
        ] + [last]

    def statistics_views(self, statistics: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
        """(running mean, running variance) of each hidden layer, views into (S,)."""
        if not self.batch_norm:
            return []
        ends = np.cumsum([2 * n for n in self.sizes[1:-1]])
        return [
            (statistics[end - 2 * n : end - n], statistics[end - n : end])
            for end, n in zip(ends, self.sizes[1:-1], strict=True)
        ]

    def initial_statistics(self) -> np.ndarray:
        """Running mean 0 and variance 1 for each hidden neuron, as one vector (S,), float32."""
        statistics = np.zeros(self.n_statistics, np.float32)
        for _, variance in self.statistics_views(statistics):
            variance[:] = 1
        return statistics

    def rooms(self, n_samples: int, dtype=np.float32) -> list[LayerBuffers]:
        """Working arrays for batches of `n_samples`; pass them to `forward` to save allocations."""

        def array(width):
            return np.empty((n_samples, width), dtype)

        return [
            LayerBuffers(*(array(width) for _ in LayerBuffers._fields)) for width in self.sizes[1:]
        ]

    def forward(
        self,
        layers: list[Layer],
        x: np.ndarray,
        *,
        statistics: list | None = None,
        dropout: float = 0.0,
        rng: np.random.Generator | None = None,
        rooms: list[LayerBuffers] | None = None,
    ) -> Trace:
        """Pass x (N, D) through the network; the same for training and for prediction.

        `statistics` (of `statistics_views`) makes batch norm use the running averages, as in
        prediction; without them it uses the batch's own. `dropout` above 0 needs an `rng`. The
        trace lies in `rooms`, if given, and holds until they are used again.
        """
        rooms = rooms or self.rooms(len(x), x.dtype)
        value = ACTIVATIONS[self.activation].value
        hidden, h = [], x
        for i, (layer, room) in enumerate(zip(layers[:-1], rooms[:-1], strict=True)):
            u = affine(h, layer.weights, layer.bias, out=room.z)
            seen = mask = None
            if self.batch_norm:
                mean, variance = statistics[i] if statistics is not None else (None, None)
                seen = normalize(u, mean, variance, out=room.normalized, scratch=room.u)
                u = np.multiply(seen.values, layer.gamma, out=room.u)
                u += layer.beta
            a = value(u, room.a)
            x, h = h, a
            if dropout:
                mask = draw_mask(rng, dropout, out=room.mask)
                h = np.multiply(a, mask, out=room.h)
            hidden.append(LayerTrace(x, u, a, mask, seen, room))
        logits = affine(h, layers[-1].weights, layers[-1].bias, out=rooms[-1].z)
        return Trace(hidden, h, logits, batch_statistics=statistics is None)

    def backward(
        self, layers: list[Layer], trace: Trace, delta: np.ndarray, gradients: list[Layer]
    ) -> None:
        """Write the loss's gradient with respect to every parameter into `gradients`.

        `delta` (N, C) is its gradient with respect to the logits. From the last layer to the first:
        the parameters' gradients, then delta moves one layer down through the weights, the dropout
        mask, the activation and batch norm, each in reverse. Rumelhart, Hinton, Williams (1986).
        """
        chain = ACTIVATIONS[self.activation].chain
        affine_backward(delta, trace.last_input, gradients[-1].weights, gradients[-1].bias)
        for i in reversed(range(len(trace.hidden))):
            seen = trace.hidden[i]
            delta = np.matmul(delta, layers[i + 1].weights.T, out=seen.room.delta)
            if seen.mask is not None:
                delta *= seen.mask
            delta = chain(delta, seen.u, seen.a)
            if seen.normalized is not None:
                normalize_backward(
                    delta,
                    seen.normalized,
                    layers[i].gamma,
                    gradients[i].gamma,
                    gradients[i].beta,
                    trace.batch_statistics,
                    scratch=seen.room.z,  # what came before batch norm is not needed any more
                )
            affine_backward(delta, seen.x, gradients[i].weights, gradients[i].bias)
