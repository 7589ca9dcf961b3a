"""Significance: is one setting better than another, or is the difference random variation?

Both settings are trained from several seeds, and their accuracies vary. The 95% confidence interval
of the mean difference contains the true one in 95 of 100 such experiments; if it does not contain
0, chance is a poor explanation.

- Paired: if run i of both settings has the same seed, and so the same initial weights and order of
  digits, the differences run by run are tested (Student's paired t-test). What the seed does to
  both cancels out.
- Not paired: Welch's t-test (Welch 1947), which allows the two settings to vary differently.

With k comparisons at once, each uses the confidence level 1 - 0.05/k (Bonferroni's correction), so
that all intervals together are right in 95 of 100 experiments.
"""

from collections.abc import Sequence
from functools import lru_cache
from math import lgamma, pi, sqrt
from typing import NamedTuple

import numpy as np

SEEDS = 5  # runs per setting
LEVEL = 0.95  # confidence level of the interval
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(64)


class Verdict(NamedTuple):
    """How much better B is than A, as a difference of accuracies between -1 and 1."""

    difference: float  # mean of B minus mean of A
    low: float  # ends of the confidence interval
    high: float
    paired: bool
    n: int  # pairs, or runs of the setting with fewer runs

    @property
    def real(self) -> bool:
        """Whether the difference is significant: the interval does not contain 0."""
        return not self.low <= 0 <= self.high

    @property
    def words(self) -> str:
        """The verdict in words.

        >>> Verdict(0.02, 0.01, 0.03, True, 5).words, Verdict(0.02, -0.01, 0.05, True, 5).words
        ('a real difference', 'could be luck')
        """
        return "a real difference" if self.real else "could be luck"


def judge(
    a: Sequence[float], b: Sequence[float], *, paired: bool, comparisons: int = 1
) -> Verdict | None:
    """Compare the accuracies of A and B; None with fewer than two of each.

    If `paired`, the i-th run of A and the i-th run of B form a pair. A run without an accuracy is
    NaN; it is left out, and so is its partner. `comparisons` is how many are made at once.

    >>> verdict = judge([0.90, 0.91, 0.92], [0.91, 0.92, 0.94], paired=True)
    >>> round(verdict.difference, 4), round(verdict.low, 4), round(verdict.high, 4)
    (0.0133, -0.001, 0.0277)
    """
    x, y = np.asarray(a, float), np.asarray(b, float)
    if paired:
        y = (y - x)[np.isfinite(y - x)]
        x = np.zeros(len(y))
    else:
        x, y = x[np.isfinite(x)], y[np.isfinite(y)]
    n = min(len(x), len(y))
    if n < 2:
        return None
    difference = float(y.mean() - x.mean())
    share_x, share_y = x.var(ddof=1) / len(x), y.var(ddof=1) / len(y)
    error = sqrt(share_x + share_y)  # the standard error of the difference
    half = 0.0
    if error > 1e-12:
        freedom = (share_x + share_y) ** 2 / (
            share_x**2 / (len(x) - 1) + share_y**2 / (len(y) - 1)
        )  # Welch's degrees of freedom; for pairs, where x is all zeros, they are n - 1
        half = error * t_quantile(1 - (1 - LEVEL) / comparisons / 2, freedom)
    return Verdict(difference, difference - half, difference + half, paired, n)


@lru_cache  # pairs have few degrees of freedom and ask again and again
def t_quantile(p: float, freedom: float) -> float:
    """The quantile of Student's t distribution: P(T <= t) = p, for 0.5 < p < 1.

    With t = √freedom · tan(angle), the density becomes a power of the cosine. It is integrated
    here by Gauss-Legendre quadrature, and the angle is found by bisection.

    >>> round(t_quantile(0.975, 4), 3), round(t_quantile(0.975, 1), 2)
    (2.776, 12.71)
    """
    scale = np.exp(lgamma((freedom + 1) / 2) - lgamma(freedom / 2)) / sqrt(pi)
    low, high = 0.0, pi / 2
    for _ in range(60):
        middle = (low + high) / 2
        angles = middle / 2 * (1 + _NODES)
        below = scale * middle / 2 * float(_WEIGHTS @ np.cos(angles) ** (freedom - 1))
        low, high = (middle, high) if below < p - 0.5 else (low, middle)
    return sqrt(freedom) * float(np.tan(low))
