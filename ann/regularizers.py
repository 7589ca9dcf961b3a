"""Regularizers: they keep weights small. Biases and batch-norm parameters are never penalized."""

import numpy as np


def penalty(weights: np.ndarray, l1: float, l2: float) -> float:
    """R = (l2 / 2) · Σ W² + l1 · Σ |W|: over all weights (a flat array), added to the loss.

    >>> penalty(np.array([3.0, -4.0]), l1=0.0, l2=0.1)  # 0.05 · 25
    1.25
    """
    total = 0.0
    if l2:
        total += 0.5 * l2 * float(np.dot(weights, weights))
    if l1:
        total += l1 * float(np.abs(weights).sum())
    return total


def add_penalty_gradient(gradient: np.ndarray, weights: np.ndarray, l1: float, l2: float) -> None:
    """gradient += l2 · W + l1 · sign(W): add the penalty's gradient, in place.

    At W = 0 the slope of |W| is taken as 0.
    """
    if l2:
        gradient += l2 * weights
    if l1:
        gradient += l1 * np.sign(weights)


def limit_norm(weights: np.ndarray, limit: float) -> None:
    """W *= limit / ‖W‖: max norm shortens a neuron's incoming weights to at most `limit`, in place.

    A column of `weights` (fan_in, width) belongs to one neuron. Srebro and Shraibman (2005); with
    dropout, Srivastava et al. (2014).

    >>> W = np.array([[3.0, 0.3], [4.0, 0.4]])
    >>> limit_norm(W, 1.0)
    >>> W.round(3).tolist()  # lengths 5 and 0.5
    [[0.6, 0.3], [0.8, 0.4]]
    """
    lengths = np.sqrt(np.einsum("ij,ij->j", weights, weights))
    np.maximum(lengths, limit, out=lengths)
    weights *= limit / lengths


def clip_norm(gradient: np.ndarray, limit: float) -> None:
    """gradient *= limit / ‖gradient‖: shorten `gradient` (P,), in place, if it is longer.

    Pascanu, Mikolov and Bengio (2013).

    >>> g = np.array([3.0, 4.0])
    >>> clip_norm(g, 1.0)
    >>> g.round(3).tolist()
    [0.6, 0.8]
    """
    length = float(np.sqrt(np.dot(gradient, gradient)))
    if np.isinf(length):  # the squares overflow float32, even if the gradient does not
        gradient /= np.abs(gradient).max()
        gradient *= limit / float(np.sqrt(np.dot(gradient, gradient)))
    elif length > limit:
        gradient *= limit / length
