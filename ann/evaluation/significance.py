"""Is it luck? Two settings, each trained from several seeds: is one better, or was it the draw?

Accuracies over seeds scatter. The interval below holds the true mean difference in 95 of 100 such
experiments; where it leaves out 0, luck alone is a poor explanation. Where run i of both sides
shares its first weights and its order of digits, the differences run by run are judged: what the
shared draw did to both falls out. Else the two sides are judged apart (Welch 1947: their spreads
may differ).

With k comparisons at a time, each gets the level 1 - 0.05/k (Bonferroni), so that all of them
together are right 95 times in 100.
"""

from collections.abc import Sequence
from functools import lru_cache
from math import lgamma, pi, sqrt
from typing import NamedTuple

import numpy as np

SEEDS = 5
LEVEL = 0.95
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(64)


class Verdict(NamedTuple):
    """How much better B is than A, in shares of 1, and how sure that is."""

    difference: float  # mean of B less mean of A
    low: float  # the interval
    high: float
    paired: bool
    n: int  # runs, or pairs, that it rests on

    @property
    def real(self) -> bool:
        """Whether the interval leaves out 0."""
        return not self.low <= 0 <= self.high

    @property
    def words(self) -> str:
        """The verdict.

        >>> Verdict(0.02, 0.01, 0.03, True, 5).words, Verdict(0.02, -0.01, 0.05, True, 5).words
        ('a real difference', 'could be luck')
        """
        return "a real difference" if self.real else "could be luck"


def judge(
    a: Sequence[float], b: Sequence[float], *, paired: bool, comparisons: int = 1
) -> Verdict | None:
    """Compare the accuracies of A and B; None where there are too few to judge by.

    A run that left no accuracy is NaN, and is left out, with its partner where `paired`. In a
    pair, the i-th of A belongs to the i-th of B.

    >>> verdict = judge([0.90, 0.91, 0.92], [0.91, 0.92, 0.94], paired=True)
    >>> round(verdict.difference, 4), round(verdict.low, 4), round(verdict.high, 4)
    (0.0133, -0.001, 0.0277)
    """
    a, b = np.asarray(a, float), np.asarray(b, float)
    if paired:
        differences = (b - a)[np.isfinite(b - a)]
        a, b = np.zeros(len(differences)), differences
        enough = len(b) >= 2
    else:
        a, b = a[np.isfinite(a)], b[np.isfinite(b)]
        enough = min(len(a), len(b)) >= 2
    if not enough:
        return None
    difference = float(b.mean() - a.mean())
    share_a, share_b = a.var(ddof=1) / len(a), b.var(ddof=1) / len(b)
    error = sqrt(share_a + share_b)
    half = 0.0
    if error > 1e-12:
        freedom = (share_a + share_b) ** 2 / (
            share_a**2 / (len(a) - 1) + share_b**2 / (len(b) - 1)
        )  # Welch's; for pairs, where A is all zeros, it is n - 1
        half = error * t_quantile(1 - (1 - LEVEL) / comparisons / 2, freedom)
    return Verdict(difference, difference - half, difference + half, paired, min(len(a), len(b)))


@lru_cache  # pairs have few degrees of freedom, and ask again and again
def t_quantile(p: float, freedom: float) -> float:
    """Where Student's t distribution has the share `p` below it; 0.5 < p < 1.

    With t = sqrt(freedom)·tan(angle) its density becomes a power of the cosine, which is
    integrated here, and the angle is found by bisection.

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
