"""Successive halving: soon give up what is soon seen to be hopeless.

All trials train for a few epochs; the best third goes on for three times as many, and so on, until
the last few are trained to their end (Karnin et al. 2013, Jamieson and Talwalkar 2016). What starts
slowly and would win late is lost: that is the price.

scikit-learn's `HalvingGridSearchCV` and `HalvingRandomSearchCV` do the same, and take
`ANNClassifier` as it is, with `resource="epochs"` (a test runs both). In a script they are the
right choice. For the lab they do not fit:

- `fit` returns when all is over. There is nothing to look at meanwhile, no estimate and no stop.
- It trains in the thread that called it, or, with `n_jobs`, in processes of joblib's own, beside
  the pool that a class shares, and unknown to it.
- On each rung the survivors are cloned and trained again from their first step. Here a survivor
  goes on from where it was paused, which is exact.
- What is the resource can't be searched: no grid over epochs, which the published project's was.
  And a schedule that spans the run is squeezed into a rung's few epochs, so what is compared is
  not the beginning of what would go on.
- Each fit copies its fold of the digits. Here all trials map the same files, and are judged by the
  same validation digits.
"""

from collections.abc import Sequence
from math import ceil, log

import numpy as np

FACTOR = 3  # a third goes on, for three times as many epochs; scikit-learn's default, too


def rungs(n_trials: int, epochs: int) -> tuple[int, ...]:
    """After which epochs trials are compared, the last of them the end.

    >>> rungs(24, 20), rungs(24, 3), rungs(2, 20)
    ((3, 7, 20), (1, 3), (20,))
    """
    count = int(log(max(n_trials, 1), FACTOR) + 1e-9)
    ends = (ceil(epochs / FACTOR**k) for k in range(count, -1, -1))
    return tuple(dict.fromkeys(ends))


def survivors(scores: Sequence[float]) -> list[int]:
    """The indices of the best third, rounded up, best first; NaN is the worst there is.

    >>> survivors([0.8, float("nan"), 0.9, 0.7])
    [2, 0]
    """
    ranks = np.argsort(-np.nan_to_num(np.asarray(scores, float), nan=-np.inf), kind="stable")
    return ranks[: ceil(len(scores) / FACTOR)].tolist()


def left(n_trials: int, rung: int) -> int:
    """How many trials are left after so many comparisons.

    >>> [left(24, rung) for rung in range(3)]
    [24, 8, 3]
    """
    for _ in range(rung):
        n_trials = ceil(n_trials / FACTOR)
    return n_trials
