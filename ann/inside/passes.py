"""The core's forward and backward pass through a kept network: layer by layer, down to its input.

N samples, D features, C classes. Everything is as in prediction: no dropout, and batch norm with
its running averages, so each sample is on its own. x is in the units of the data, for digits gray
levels from 0 to 255.
"""

from collections.abc import Iterator

import numpy as np

from ann.layers import Layer, NormParameters
from ann.measure import BLOCK
from ann.network import Network, Trace
from ann.run import Run


def trace(run: Run, x: np.ndarray) -> Trace:
    """What the network computes for x (N, D), in theta's precision."""
    layers = run.network.views(run.theta)
    scaled = run.scaling.apply(x, out=np.empty(x.shape, run.theta.dtype))
    with np.errstate(over="ignore", invalid="ignore"):  # a diverged network gives NaN
        return run.network.forward(
            layers, scaled, statistics=run.network.statistics_views(run.statistics)
        )


def slopes(
    network: Network, layers: list[Layer], seen: Trace, delta: np.ndarray
) -> list[np.ndarray]:
    """The gradient of Σ delta · logits, for delta (N, C), with respect to what enters each layer.

    First the scaled input, (N, D), then each hidden layer's activations, (N, width).
    `Network.backward` leaves the gradient with respect to each z in its buffers: δ. One more step
    of the same chain rule, δ Wᵀ, leads to the layer's input. The pass writes over the trace's
    buffers. It also computes the gradients of the parameters; they are not needed, so all layers
    write theirs to one place.
    """
    place = np.empty(max(layer.weights.size for layer in layers), delta.dtype)
    gradients = [
        Layer(
            place[: layer.weights.size].reshape(layer.weights.shape),
            None if layer.bias is None else np.empty_like(layer.bias),
            layer.norm and NormParameters(*map(np.empty_like, layer.norm)),
        )
        for layer in layers
    ]
    network.backward(layers, seen, delta, gradients)
    deltas = [*(hidden.buffers.delta for hidden in seen.hidden), delta]
    return [d @ layer.weights.T for d, layer in zip(deltas, layers, strict=True)]


def input_gradients(run: Run, seen: Trace, delta: np.ndarray) -> np.ndarray:
    """The gradient (N, D) of Σ delta · logits with respect to x, for delta (N, C).

    The scaling's factor leads from the network's input to the units of the data.
    """
    layers = run.network.views(run.theta)
    to_input = slopes(run.network, layers, seen, delta.astype(run.theta.dtype))[0]
    to_input *= to_input.dtype.type(run.scaling.factor)
    return to_input


def representations(run: Run, x: np.ndarray) -> list[np.ndarray]:
    """Each hidden layer's activations (N, width), then the logits (N, C), for x (N, D)."""
    found = [_activations(run, part) for part in blocks(x)]
    return [np.concatenate(parts) for parts in zip(*found, strict=True)]


def last_activations(run: Run, x: np.ndarray) -> np.ndarray:
    """The input of the output layer (N, width); without hidden layers, the scaled x itself."""
    return np.concatenate([trace(run, part).last_input for part in blocks(x)])


def affordable(run: Run, multiply_adds: float) -> int:
    """How many samples a forward pass may have so that it takes at most this many, at least 1."""
    return max(1, int(multiply_adds // run.network.n_weights))


def _activations(run: Run, x: np.ndarray) -> list[np.ndarray]:
    seen = trace(run, x)
    return [*(layer.a for layer in seen.hidden), seen.logits]


def blocks(x: np.ndarray) -> Iterator[np.ndarray]:
    """x (N, D) in parts small enough for the processor's cache; one empty part if N is 0."""
    return (x[i : i + BLOCK] for i in range(0, max(len(x), 1), BLOCK))
