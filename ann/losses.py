"""The loss: softmax and cross-entropy, fused into one step that cannot overflow."""

from functools import lru_cache

import numpy as np

# In the gradient, no logit counts as further below the largest one than this. e^-30 = 1e-13 is far
# below the resolution of float32 (6e-8), and without the limit tiny probabilities become subnormal
# numbers, which slow a processor down by a factor of up to 70.
LOWEST_LOGIT = -30.0


def softmax(logits: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
    """p = e^z / Σ e^z: probabilities (N, C) from logits (N, C), each row by itself.

    Subtracting the row's largest logit first changes nothing in exact arithmetic, but keeps e^z
    from overflowing.

    >>> softmax(np.array([[1000.0, 1000.0]])).tolist()
    [[0.5, 0.5]]
    """
    rows, _ = _constants(*logits.shape, logits.dtype)
    largest = logits.take(rows + logits.argmax(axis=1))  # four times as fast as max(axis=1)
    shifted: np.ndarray = np.subtract(logits, largest[:, None], out=out)
    np.exp(shifted, out=shifted)
    shifted /= shifted.sum(axis=1, keepdims=True)
    return shifted


def cross_entropy(
    logits: np.ndarray,
    labels: np.ndarray,
    smoothing: float,
    out: np.ndarray,
    weights: np.ndarray | None = None,
) -> tuple[float, int]:
    """L = -Σ target · log p / N; delta = (p - target) / N: the mean cross-entropy of N samples.

    Returns the loss and how many samples are classified correctly, and writes delta, the loss's
    gradient with respect to the logits, to `out`. The target of a sample is
    1 - smoothing for its label, plus smoothing/C for every class (Szegedy et al. 2016). With
    p = softmax(z), the loss is -Σ target · log p, and its gradient is simply (p - target) / N:
    that is why the two are fused. With `weights` (N,), each sample's loss is multiplied by its own.

    Shapes: logits (N, C), labels (N,) integers, out (N, C). Not finite if a logit is not.

    >>> z, gradient = np.array([[2.0, 2.0]]), np.empty((1, 2))
    >>> cross_entropy(z, np.array([0]), 0.0, gradient)  # log 2
    (0.6931471805599453, 1)
    >>> gradient.tolist()
    [[-0.5, 0.5]]
    """
    n_samples, n_classes = logits.shape
    # positions in the flattened arrays: one index is faster than a row and a column
    rows, ones = _constants(n_samples, n_classes, logits.dtype)
    predictions = logits.argmax(axis=1)
    at_label = rows + labels
    largest = logits.take(rows + predictions)
    np.subtract(logits, largest[:, None], out=out)
    target_logits = out.take(at_label)  # Σ target · z
    if smoothing:
        target_logits = (1 - smoothing) * target_logits + smoothing * out.mean(axis=1)
    np.exp(np.maximum(out, LOWEST_LOGIT, out=out), out=out)
    sums = np.dot(out, ones)
    losses = np.log(sums) - target_logits

    out /= (n_samples * sums)[:, None]
    if smoothing:
        out -= smoothing / n_classes / n_samples
    out.reshape(-1)[at_label] -= (1 - smoothing) / n_samples
    if weights is not None:
        losses, out[:] = losses * weights, out * weights[:, None]
    n_right = int(np.count_nonzero(predictions == labels))
    return float(losses.sum()) / n_samples, n_right


@lru_cache
def _constants(n_samples: int, n_classes: int, dtype: np.dtype) -> tuple[np.ndarray, np.ndarray]:
    """Where each row of a flattened (N, C) begins, and C ones: made once, only to be read."""
    return np.arange(0, n_samples * n_classes, n_classes), np.ones(n_classes, dtype)
