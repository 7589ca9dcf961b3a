"""The parts of a layer: affine map, batch normalization, dropout, each forward and backward.

All are functions without state. A forward function writes into arrays that it is given and returns
what its backward function needs; no object stores anything, so nothing can be stale. Shapes: N
samples in a batch; a layer has `fan_in` inputs and `width` neurons.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

EPSILON = 1e-5  # keeps batch norm from dividing by 0


class Normalized(NamedTuple):
    """What batch norm saw: the normalized values (N, width), mean, variance and 1/std (width,)."""

    values: np.ndarray
    mean: np.ndarray
    variance: np.ndarray
    inverse_std: np.ndarray


class NormParameters(NamedTuple):
    """What a layer learns for batch norm, each (width,)."""

    gamma: np.ndarray  # scale
    beta: np.ndarray  # shift


class Layer(NamedTuple):
    """Views of one layer's parameters, or of their gradients; None for those it does not have."""

    weights: np.ndarray  # (fan_in, width)
    bias: np.ndarray | None = None  # (width,)
    norm: NormParameters | None = None


class LayerBuffers(NamedTuple):
    """Working arrays (N, width) for one layer, allocated once and reused for every batch."""

    z: np.ndarray
    normalized: np.ndarray
    u: np.ndarray
    a: np.ndarray
    mask: np.ndarray
    h: np.ndarray
    delta: np.ndarray


class LayerTrace(NamedTuple):
    """What a hidden layer computed in the forward pass, for the backward pass."""

    x: np.ndarray  # (N, fan_in) input of the layer
    u: np.ndarray  # (N, width) input of the activation
    a: np.ndarray  # (N, width) activations
    mask: np.ndarray | None  # (N, width) dropout mask
    normalized: Normalized | None  # batch norm
    buffers: LayerBuffers


def affine(
    x: np.ndarray, weights: np.ndarray, bias: np.ndarray | None, out: np.ndarray
) -> np.ndarray:
    """z = x W + b: (N, fan_in) times (fan_in, width) plus (width,) gives (N, width)."""
    np.dot(x, weights, out=out)
    if bias is not None:
        out += bias
    return out


def affine_backward(
    delta: np.ndarray,
    x: np.ndarray,
    weights_gradient: np.ndarray,
    bias_gradient: np.ndarray | None,
) -> None:
    """dW = xᵀ delta; db = Σ delta: the loss's gradient with respect to W and to b.

    `delta` (N, width) is the gradient with respect to z. Σ runs over the samples.
    """
    np.dot(x.T, delta, out=weights_gradient)
    if bias_gradient is not None:
        sum_columns(delta, out=bias_gradient)


def sum_columns(table: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
    """sums = onesᵀ table: the sums (width,) of a table's columns (N, width).

    A matrix product with ones adds up columns up to eight times as fast as `sum(axis=0)`.
    """
    return np.dot(_ones(len(table), table.dtype), table, out=out)


@lru_cache
def _ones(n: int, dtype: np.dtype) -> np.ndarray:
    """Ones (n,), made once, only to be read."""
    return np.ones(n, dtype)


def normalize(
    z: np.ndarray,
    mean: np.ndarray | None,
    variance: np.ndarray | None,
    out: np.ndarray,
    scratch: np.ndarray,
) -> Normalized:
    """n = (z - mean) / std: batch norm, for each neuron (Ioffe and Szegedy 2015).

    Without `mean` and `variance`, it uses those of the batch (in training); prediction passes the
    running averages of training. `scratch` (N, width) is overwritten.
    """
    if mean is None or variance is None:
        mean = sum_columns(z) / len(z)
        np.subtract(z, mean, out=out)
        variance = sum_columns(np.square(out, out=scratch)) / len(z)
    else:
        np.subtract(z, mean, out=out)
    inverse_std = 1 / np.sqrt(variance + z.dtype.type(EPSILON))
    out *= inverse_std
    return Normalized(out, mean, variance, inverse_std)


def normalize_backward(
    delta: np.ndarray,
    seen: Normalized,
    gamma: np.ndarray,
    gamma_gradient: np.ndarray,
    beta_gradient: np.ndarray,
    batch_statistics: bool,
    scratch: np.ndarray,
) -> None:
    """Back through u = gamma · n + beta and n = (z - mean) / std; `delta` changes in place.

    `delta` enters as the gradient with respect to u and leaves as the gradient with respect to z;
    n are the normalized values. The gradients of gamma, Σ delta · n, and of beta, Σ delta, are
    written. With batch statistics, each sample also moves the mean and the variance, so both sums
    are subtracted again:

        dz = (gamma / std) · (delta - Σ delta / N - n · Σ (delta · n) / N)

    With fixed statistics only gamma / std is left. `scratch` (N, width) is overwritten.
    """
    sum_columns(np.multiply(delta, seen.values, out=scratch), out=gamma_gradient)
    sum_columns(delta, out=beta_gradient)
    if batch_statistics:
        delta -= np.multiply(seen.values, gamma_gradient / len(delta), out=scratch)
        delta -= beta_gradient / len(delta)
    delta *= gamma * seen.inverse_std


def draw_mask(rng: np.random.Generator, dropout: float, out: np.ndarray) -> np.ndarray:
    """An inverted dropout mask: 0 with probability `dropout`, else 1 / (1 - dropout).

    Inverted means that the remaining activations are scaled up in training, so that prediction
    needs no correction (Srivastava et al. 2014). Each 64 random bits give four 16-bit draws, which
    is three times as fast as one float per neuron and meets `dropout` to 1 part in 65,536.
    """
    bits = rng.bit_generator.random_raw(-(-out.size // 4))
    draws = bits.view(np.uint16)[: out.size].reshape(out.shape)
    np.multiply(draws >= round(dropout * 65536), out.dtype.type(1 / (1 - dropout)), out=out)
    return out
