"""Scaling: the range of the gray levels that enter the network."""

from typing import NamedTuple

import numpy as np

ROUNDING = 1e-14  # a smaller deviation, relative to the mean, is only float64's rounding


class Scaling(NamedTuple):
    """x ↦ x · factor + shift, the same for every pixel."""

    factor: float
    shift: float

    def apply(self, x: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
        """Scaled x (N, D) as float32, in `out` if given.

        >>> Scaling(1 / 255, 0.0).apply(np.array([[0, 255]], np.uint8)).tolist()
        [[0.0, 1.0]]
        """
        if out is None:
            out = np.empty(x.shape, np.float32)
        if x.dtype.itemsize > 4:
            # in float32, values far from 0 have no digits left for their differences
            np.add(x * self.factor, self.shift, out=out, casting="same_kind")
            return out
        np.copyto(out, x, casting="unsafe")  # then scaled: one product of both takes longer
        out *= np.float32(self.factor)
        if self.shift:
            out += np.float32(self.shift)
        return out


def fit_scaling(name: str, x: np.ndarray) -> Scaling:
    """The scaling `name` for training samples x (N, D).

    "unit" maps the range of the values to [0, 1], "symmetric" to [-1, 1]; the range of uint8 is
    always 0 to 255. "standard" gives mean 0 and variance 1 over all pixels together: with a scale
    of its own, a pixel that is hardly ever lit would be blown up.

    Values of both signs, unlike pixels, keep their 0 with "unit": they are divided by the largest
    magnitude. Moved into [0, 1], they would all share a large mean, which slows learning.

    >>> fit_scaling("symmetric", np.zeros((1, 4), np.uint8)).apply(np.array([[0, 255]])).tolist()
    [[-1.0, 1.0]]
    >>> fit_scaling("unit", np.array([[-2.0, 1.0]])).apply(np.array([[-2.0, 0.0, 1.0]])).tolist()
    [[-1.0, 0.0, 0.5]]
    """
    if name == "standard":
        mean, std = _moments(x)
        factor = 1 / std if std > ROUNDING * abs(mean) else 1.0
        return Scaling(float(factor), float(-mean * factor))
    low, high = gray_range(x)
    span = (high - low) or 1.0
    if name == "symmetric":
        return Scaling(2 / span, -2 * low / span - 1)
    if low < 0 < high:
        return Scaling(1 / max(-low, high), 0.0)
    return Scaling(1 / span, -low / span)


def gray_range(x: np.ndarray) -> tuple[float, float]:
    """The lowest and the highest value in x (N, D): 0 and 255 for bytes, whatever they hold."""
    return (0.0, 255.0) if x.dtype == np.uint8 else (float(x.min()), float(x.max()))


def _moments(x: np.ndarray) -> tuple[float, float]:
    """Mean and standard deviation of all values, in blocks, because float64 takes much memory."""
    starts = range(0, len(x), 4096)
    mean = sum(float(x[i : i + 4096].sum(dtype=np.float64)) for i in starts) / x.size
    squares = sum(float(np.square(x[i : i + 4096] - mean).sum()) for i in starts)
    return mean, (squares / x.size) ** 0.5
