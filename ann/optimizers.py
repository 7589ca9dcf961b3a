"""Optimizers: how a gradient moves the parameters, each rule in a few lines on flat vectors.

A rule is `rule(theta, g, moments, at)`: it changes `theta` (n,) in place, given the gradient `g`
(n,), the optimizer's memory `moments` (arrays (n,)) and `at`, which holds the learning rate. It
uses `g` up: nobody needs the gradient afterwards, so the step that is subtracted from theta is
computed in its place. At these sizes an update spends its time waiting for memory, so every line is
one pass over arrays that are in the processor's cache already.
"""

from collections.abc import Callable
from math import sqrt
from typing import NamedTuple, TypeAlias

import numpy as np

BETA_1, BETA_2 = 0.9, 0.999  # Adam's memory of gradients and of their squares
RHO = 0.9  # RMSprop's memory of squares
EPSILON = 1e-8

BLOCK = 131_072  # parameters updated at a time: few enough that all arrays stay in the cache
FLUSH_EVERY = 64  # steps between two searches for numbers too small to matter
TINY = 1e-25  # a moment this small moves a weight by less than 1e-17 · learning_rate
TINY_WEIGHT = 1e-12  # 784 such weights add less than 1e-9 to a sum


class At(NamedTuple):
    """Where the training stands, for one step."""

    learning_rate: float
    t: int  # the number of this step, from 1
    momentum: float


Array: TypeAlias = np.ndarray
Arrays: TypeAlias = tuple[np.ndarray, ...]
Rule: TypeAlias = Callable[[Array, Array, Arrays, At], None]


def sgd(theta: Array, g: Array, moments: Arrays, at: At) -> None:
    """theta -= learning_rate · g."""
    g *= at.learning_rate
    theta -= g


def momentum(theta: Array, g: Array, moments: Arrays, at: At) -> None:
    """v = momentum · v + g; theta -= learning_rate · v (Polyak 1964)."""
    (v,) = moments
    v *= at.momentum
    v += g
    np.multiply(v, at.learning_rate, out=g)
    theta -= g


def nesterov(theta: Array, g: Array, moments: Arrays, at: At) -> None:
    """v = momentum · v + g; theta -= learning_rate · (g + momentum · v) (Sutskever et al. 2013)."""
    (v,) = moments
    v *= at.momentum
    v += g
    g += at.momentum * v
    g *= at.learning_rate
    theta -= g


def rmsprop(theta: Array, g: Array, moments: Arrays, at: At) -> None:
    """v = rho · v + (1 - rho) · g²; theta -= learning_rate · g / (√v + epsilon) (Hinton 2012)."""
    (v,) = moments
    v *= RHO
    s = np.square(g)
    s *= 1 - RHO
    v += s
    np.sqrt(v, out=s)
    s += EPSILON
    g /= s
    g *= at.learning_rate
    theta -= g


def adam(theta: Array, g: Array, moments: Arrays, at: At) -> None:
    """theta -= learning_rate · m̂ / (√v̂ + epsilon) (Kingma and Ba 2015).

    m and v are running means of g and g²; the hats correct for their start at 0:

        m = beta_1 · m + (1 - beta_1) · g         m̂ = m / (1 - beta_1^t)
        v = beta_2 · v + (1 - beta_2) · g²        v̂ = v / (1 - beta_2^t)

    The code stores M = m / (1 - beta_1) and V = v / (1 - beta_2) instead, which saves two passes.
    With a = (1 - beta_1) / (1 - beta_1^t) and b likewise, m̂ = a · M and v̂ = b · V, so the step is
    (learning_rate · a / √b) · M / (√V + epsilon / √b).
    """
    M, V = moments
    a = (1 - BETA_1) / (1 - BETA_1**at.t)
    b = (1 - BETA_2) / (1 - BETA_2**at.t)
    M *= BETA_1
    M += g
    V *= BETA_2
    np.square(g, out=g)
    V += g
    np.sqrt(V, out=g)
    g += EPSILON / sqrt(b)
    np.divide(M, g, out=g)
    g *= at.learning_rate * a / sqrt(b)
    theta -= g


class Optimizer(NamedTuple):
    """A rule with its name for people and the number of moments it keeps."""

    label: str
    rule: Rule
    n_moments: int  # arrays as long as theta
    uses: tuple[str, ...] = ()  # hyperparameters without effect elsewhere; see `decay_weights`


OPTIMIZERS = {
    "sgd": Optimizer("SGD", sgd, 0),
    "momentum": Optimizer("Momentum", momentum, 1, uses=("momentum",)),
    "nesterov": Optimizer("Nesterov", nesterov, 1, uses=("momentum",)),
    "rmsprop": Optimizer("RMSprop", rmsprop, 1),
    "adam": Optimizer("Adam", adam, 2),
    "adamw": Optimizer("AdamW", adam, 2, uses=("weight_decay",)),  # Loshchilov and Hutter 2019
}


def decay_weights(weights: np.ndarray, amount: float) -> None:
    """weights -= amount · weights, with amount = learning_rate · weight_decay.

    Done before each step of an optimizer that uses `weight_decay`, such as AdamW.
    """
    weights *= 1 - amount


def update(
    name: str,
    theta: np.ndarray,
    gradient: np.ndarray,
    moments: np.ndarray,
    learning_rate: float,
    t: int,
    momentum: float = 0.9,
) -> None:
    """Step number `t` (from 1) of optimizer `name`, in place, block by block.

    theta and gradient are (P,), moments (K, P); the gradient is used up. Each parameter is updated
    by itself, so the block size does not change the result.

    >>> theta, gradient = np.array([1.0]), np.array([2.0])
    >>> update("sgd", theta, gradient, np.empty((0, 1)), learning_rate=0.1, t=1)
    >>> theta.tolist()  # 1 - 0.1 · 2
    [0.8]
    """
    rule, at = OPTIMIZERS[name].rule, At(learning_rate, t, momentum)
    for part in blocks(len(theta)):
        memory = tuple(moment[part] for moment in moments)
        rule(theta[part], gradient[part], memory, at)
    if t % FLUSH_EVERY == 0:
        for moment in moments:
            flush_tiny(moment)
        flush_tiny(theta, TINY_WEIGHT)


def blocks(n: int) -> list[slice]:
    """The blocks of a vector (n,), to be updated one after the other.

    >>> blocks(140_000)
    [slice(0, 131072, None), slice(131072, 262144, None)]
    """
    return [slice(start, start + BLOCK) for start in range(0, n, BLOCK)]


def flush_tiny(numbers: np.ndarray, limit: float = TINY) -> None:
    """Set numbers too small to matter to 0, in place.

    The moments of a pixel that is never lit decay toward 0 and become subnormal numbers, below
    1.2e-38, which a processor handles many times more slowly. It is enough to look for them now and
    then: even a memory of 0.7 takes more than FLUSH_EVERY steps to decay from 1e-25 to there.

    With L2, the same happens to the weights of a neuron that no sample activates any more. They get
    a larger limit, because their gradient is smaller by the factor l2, and Adam squares it.
    """
    numbers *= np.abs(numbers) >= limit
