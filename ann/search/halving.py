"""Successive halving: give up hopeless settings early.

All trials train for a few epochs; the best third trains for three times as many, and so on, until
the last few are trained to the end (Karnin et al. 2013, Jamieson and Talwalkar 2016). The price: a
setting that starts slowly and would win in the end is lost.

scikit-learn's `HalvingGridSearchCV` and `HalvingRandomSearchCV` do the same, and accept
`ANNClassifier` as it is, with `resource="epochs"` (a test runs both). In a script they are the
right choice. In the lab they are not:

- `fit` returns only at the end. Until then there is nothing to look at, no estimate, no stop.
- It trains in the thread that called it or, with `n_jobs`, in joblib's own processes, which compete
  with the pool that a class shares.
- On each rung the survivors are cloned and trained again from the first step. Here a survivor
  continues exactly from where it was paused.
- The resource itself can't be searched: no grid over epochs, as the published project had. And a
  schedule that spans the run is squeezed into the few epochs of a rung, so the networks compared
  are not early stages of those that would continue.
- Each fit copies its fold of the digits. Here all trials map the same files and are judged by the
  same validation digits.
"""

from collections.abc import Sequence
from math import ceil, log

import numpy as np

FACTOR = 3  # a third continues, for three times as many epochs; as by default in scikit-learn


def rungs(n_trials: int, epochs: int) -> tuple[int, ...]:
    """The epochs after which trials are compared; the last one is the end.

    >>> rungs(24, 20), rungs(24, 3), rungs(2, 20)
    ((3, 7, 20), (1, 3), (20,))
    """
    count = int(log(max(n_trials, 1), FACTOR) + 1e-9)
    ends = (ceil(epochs / FACTOR**k) for k in range(count, -1, -1))
    return tuple(dict.fromkeys(ends))


def survivors(scores: Sequence[float]) -> list[int]:
    """The indices of the best third, rounded up, best first; NaN is worst.

    >>> survivors([0.8, float("nan"), 0.9, 0.7])
    [2, 0]
    """
    order = np.argsort(-np.nan_to_num(np.asarray(scores, float), nan=-np.inf), kind="stable")
    return [int(i) for i in order[: ceil(len(scores) / FACTOR)]]


def left(n_trials: int, rung: int) -> int:
    """How many of `n_trials` are left after `rung` comparisons.

    >>> [left(24, rung) for rung in range(3)]
    [24, 8, 3]
    """
    for _ in range(rung):
        n_trials = ceil(n_trials / FACTOR)
    return n_trials
