"""Activations: the nonlinear function in every hidden neuron, and its slope.

Each is a pair of functions of arrays of one shape, by convention (N, width):

- `value(z, out)` writes f(z) into `out` and returns it;
- `chain(delta, z, a)` multiplies `delta`, the loss's gradient with respect to a = f(z), in place by
  the slope f'(z), which is the chain rule. Where the slope is simpler in terms of a, it uses a.
"""

from collections.abc import Callable
from math import pi, sqrt
from typing import NamedTuple

import numpy as np

LEAK = 0.01  # slope of leaky ReLU below zero, as in Maas et al. (2013)


class Activation(NamedTuple):
    """One activation: its name for people, `value(z, out) -> a`, `chain(delta, z, a) -> delta`."""

    label: str
    value: Callable[[np.ndarray, np.ndarray], np.ndarray]
    chain: Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]
    passes: int = 0  # over its arrays, beyond those of ReLU: what it costs
    uses: tuple[str, ...] = ()  # hyperparameters that have an effect only with this activation


def _relu(z: np.ndarray, out: np.ndarray) -> np.ndarray:
    """a = max(0, z)."""
    np.maximum(z, 0, out=out)
    return out


def _relu_chain(delta: np.ndarray, z: np.ndarray, a: np.ndarray) -> np.ndarray:
    """delta *= 1 where z > 0; delta *= 0 elsewhere."""
    np.multiply(delta, z > 0, out=delta)
    return delta


def _leaky_relu(z: np.ndarray, out: np.ndarray) -> np.ndarray:
    """a = max(0.01 z, z)."""
    np.multiply(z, LEAK, out=out)
    np.maximum(z, out, out=out)
    return out


def _leaky_relu_chain(delta: np.ndarray, z: np.ndarray, a: np.ndarray) -> np.ndarray:
    """delta *= 1 where z > 0; delta *= 0.01 elsewhere."""
    np.multiply(delta, LEAK, out=delta, where=z <= 0)
    return delta


def _sigmoid(z: np.ndarray, out: np.ndarray) -> np.ndarray:
    """a = 1 / (1 + e^-z): written with tanh, which cannot overflow."""
    np.multiply(z, 0.5, out=out)
    np.tanh(out, out=out)
    out += 1
    out *= 0.5
    return out


def _sigmoid_chain(delta: np.ndarray, z: np.ndarray, a: np.ndarray) -> np.ndarray:
    """delta *= a · (1 - a)."""
    delta *= a * (1 - a)
    return delta


def _tanh(z: np.ndarray, out: np.ndarray) -> np.ndarray:
    """a = (e^z - e^-z) / (e^z + e^-z)."""
    np.tanh(z, out=out)
    return out


def _tanh_chain(delta: np.ndarray, z: np.ndarray, a: np.ndarray) -> np.ndarray:
    """delta *= 1 - a²."""
    delta *= 1 - a * a
    return delta


def _elu(z: np.ndarray, out: np.ndarray) -> np.ndarray:
    """a = z where z > 0; a = e^z - 1 elsewhere."""
    np.expm1(np.minimum(z, 0, out=out), out=out)
    out += np.maximum(z, 0)  # one of the two is always 0
    return out


def _elu_chain(delta: np.ndarray, z: np.ndarray, a: np.ndarray) -> np.ndarray:
    """delta *= 1 where z > 0; delta *= a + 1 elsewhere: a + 1 is e^z there."""
    delta *= np.minimum(a, 0) + 1
    return delta


def _gelu_inner(z: np.ndarray) -> np.ndarray:
    inner: np.ndarray = np.tanh(sqrt(2 / pi) * (z + 0.044715 * z**3))
    return inner


def _gelu(z: np.ndarray, out: np.ndarray) -> np.ndarray:
    """a = z · Φ(z): with Φ approximated by tanh (Hendrycks and Gimpel 2016)."""
    np.multiply(z, 0.5 * (1 + _gelu_inner(z)), out=out)
    return out


def _gelu_chain(delta: np.ndarray, z: np.ndarray, a: np.ndarray) -> np.ndarray:
    """delta *= f'(z): the derivative of the approximation, not of Φ itself."""
    t = _gelu_inner(z)
    inner_slope = sqrt(2 / pi) * (1 + 3 * 0.044715 * z * z)
    delta *= 0.5 * (1 + t) + 0.5 * z * (1 - t * t) * inner_slope
    return delta


def _identity(z: np.ndarray, out: np.ndarray) -> np.ndarray:
    """a = z."""
    np.copyto(out, z)
    return out


def _identity_chain(delta: np.ndarray, z: np.ndarray, a: np.ndarray) -> np.ndarray:
    """delta *= 1."""
    return delta


# Formulas: Goodfellow, Bengio and Courville (2016), chapter 6.3.
ACTIVATIONS = {
    "relu": Activation("ReLU", _relu, _relu_chain),
    "leaky_relu": Activation("Leaky ReLU", _leaky_relu, _leaky_relu_chain, 2),
    "sigmoid": Activation("Sigmoid", _sigmoid, _sigmoid_chain, 4),
    "tanh": Activation("Tanh", _tanh, _tanh_chain, 4),
    "elu": Activation("ELU", _elu, _elu_chain, 4),
    "gelu": Activation("GELU", _gelu, _gelu_chain, 12),
    "identity": Activation("Identity", _identity, _identity_chain),
}
