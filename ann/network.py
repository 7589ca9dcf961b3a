"""The multilayer perceptron: where its parameters lie, its forward pass and its backward pass.

    hidden layer:  x -> affine -> (batch norm) -> activation -> (dropout) -> next layer
    output layer:  x -> affine -> logits

All parameters lie in one flat vector `theta` (P,), weights first, so that a regularizer or an
optimizer deals with one array:

    theta = [ W1 | W2 | ... | b1 | b2 | ... | gamma1 | beta1 | ... ]

A layer's arrays are views into it, made on demand by `views`; the network itself stores no arrays.
With batch norm, a hidden layer has no bias: its beta has the same effect.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ann.activations import ACTIVATIONS
from ann.initializers import draw_weights
from ann.layers import (
    Layer,
    LayerBuffers,
    LayerTrace,
    NormParameters,
    affine,
    affine_backward,
    draw_mask,
    normalize,
    normalize_backward,
)
from ann.recipe import Recipe


class Trace(NamedTuple):
    """What the network computed in one forward pass."""

    hidden: list[LayerTrace]
    last_input: np.ndarray  # (N, last width) input of the output layer
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

    def initial(
        self, rng: np.random.Generator, initializer: str, scale: float = 0.01
    ) -> np.ndarray:
        """An initial theta (P,), float32: weights drawn, biases and betas 0, gammas 1."""
        theta = np.zeros(self.n_parameters, np.float32)
        for layer in self.views(theta):
            layer.weights[:] = draw_weights(rng, initializer, layer.weights.shape, scale)
            if layer.norm:
                layer.norm.gamma[:] = 1
        return theta

    def views(self, flat: np.ndarray) -> list[Layer]:
        """The layers' arrays as views into a flat vector (P,): parameters or gradients."""
        position = 0

        def take(*shape: int) -> np.ndarray:
            nonlocal position
            size = int(np.prod(shape))
            position += size
            return flat[position - size : position].reshape(shape)

        weights = [take(*shape) for shape in self.shapes]
        if not self.batch_norm:
            return [Layer(w, take(w.shape[1])) for w in weights]
        *hidden, last = weights
        output = Layer(last, take(last.shape[1]))
        widths = [w.shape[1] for w in hidden]
        norms = [NormParameters(take(n), take(n)) for n in widths]
        return [*(Layer(w, norm=n) for w, n in zip(hidden, norms, strict=True)), output]

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

    def buffers(self, n_samples: int, dtype: npt.DTypeLike = np.float32) -> list[LayerBuffers]:
        """Working arrays for batches of `n_samples`; pass them to `forward` to save allocations."""
        shapes = [(n_samples, width) for width in self.sizes[1:]]
        return [LayerBuffers(*(np.empty(s, dtype) for _ in LayerBuffers._fields)) for s in shapes]

    def forward(
        self,
        layers: list[Layer],
        x: np.ndarray,
        *,
        statistics: list[tuple[np.ndarray, np.ndarray]] | None = None,
        dropout: float = 0.0,
        rng: np.random.Generator | None = None,
        buffers: list[LayerBuffers] | None = None,
    ) -> Trace:
        """Pass x (N, D) through the network, in training as in prediction.

        For prediction, `statistics` (from `statistics_views`) makes batch norm use the running
        averages; without them it uses the batch's own. Dropout needs an `rng`. If `buffers` are
        given, the trace lies in them and is valid until they are used again.
        """
        buffers = buffers or self.buffers(len(x), x.dtype)
        value = ACTIVATIONS[self.activation].value
        hidden, h = [], x
        for i, (layer, arrays) in enumerate(zip(layers[:-1], buffers[:-1], strict=True)):
            u = affine(h, layer.weights, layer.bias, out=arrays.z)
            seen = mask = None
            if layer.norm:
                mean, variance = statistics[i] if statistics is not None else (None, None)
                seen = normalize(u, mean, variance, out=arrays.normalized, scratch=arrays.u)
                u = np.multiply(seen.values, layer.norm.gamma, out=arrays.u)
                u += layer.norm.beta
            a = value(u, arrays.a)
            x, h = h, a
            if dropout and rng is not None:
                mask = draw_mask(rng, dropout, out=arrays.mask)
                h = np.multiply(a, mask, out=arrays.h)
            hidden.append(LayerTrace(x, u, a, mask, seen, arrays))
        logits = affine(h, layers[-1].weights, layers[-1].bias, out=buffers[-1].z)
        return Trace(hidden, h, logits, batch_statistics=statistics is None)

    def backward(
        self, layers: list[Layer], trace: Trace, delta: np.ndarray, gradients: list[Layer]
    ) -> None:
        """Write the loss's gradient with respect to every parameter into `gradients`.

        `delta` (N, C) is the gradient with respect to the logits. From the last layer to the first,
        delta moves back through the weights, the dropout mask, the activation and batch norm, and
        gives each layer's gradients on its way. Rumelhart, Hinton and Williams (1986):

            delta = (delta Wᵀ) · mask · f'(u)
        """
        chain = ACTIVATIONS[self.activation].chain
        affine_backward(delta, trace.last_input, gradients[-1].weights, gradients[-1].bias)
        for i in reversed(range(len(trace.hidden))):
            seen = trace.hidden[i]
            delta = np.dot(delta, layers[i + 1].weights.T, out=seen.buffers.delta)
            if seen.mask is not None:
                delta *= seen.mask
            delta = chain(delta, seen.u, seen.a)
            norm, norm_gradients = layers[i].norm, gradients[i].norm
            if seen.normalized and norm and norm_gradients:
                scratch = seen.buffers.z  # the input of batch norm is not needed any more
                own = trace.batch_statistics
                normalize_backward(
                    delta, seen.normalized, norm.gamma, *norm_gradients, own, scratch
                )
            affine_backward(delta, seen.x, gradients[i].weights, gradients[i].bias)
