"""Significance: an interval must cover the truth as often as it claims, neither more nor less."""

import numpy as np
import pytest
from scipy import stats  # scikit-learn brings it along

from ann.evaluation.significance import SEEDS, judge, t_quantile

TRIALS = 4_000  # a share of them is known to within 0.7 points


def experiments(difference=0.0, shared=0.01, own=(0.006, 0.006)):
    """Accuracies of A and B, (trials, seeds): a seed's effect on both, and its effect on each."""
    rng = np.random.default_rng(0)
    seed = shared * rng.standard_normal((TRIALS, SEEDS))
    a, b = (scale * rng.standard_normal((TRIALS, SEEDS)) for scale in own)
    return 0.9 + seed + a, 0.9 + difference + seed + b


def intervals(a, b, *, paired, comparisons=1):
    """The low and high ends of the intervals of all trials, from SciPy.

    `judge` takes one trial at a time, and must agree with SciPy on every hundredth.
    """
    if paired:
        test = stats.ttest_rel(b, a, axis=1)
    else:
        test = stats.ttest_ind(b, a, axis=1, equal_var=False)
    low, high = test.confidence_interval(1 - 0.05 / comparisons)
    for k in range(0, TRIALS, 100):
        verdict = judge(a[k], b[k], paired=paired, comparisons=comparisons)
        assert (verdict.low, verdict.high) == pytest.approx((low[k], high[k]))
        assert verdict.real == (not low[k] <= 0 <= high[k])
    return low, high


def share_real(low, high):
    """The share of trials whose interval excludes 0."""
    return np.mean((low > 0) | (high < 0))


@pytest.mark.parametrize("difference", [0.0, 0.01])
def test_the_paired_interval_covers_the_truth_in_95_of_100(difference):
    low, high = intervals(*experiments(difference), paired=True)
    covered = np.mean((low <= difference) & (difference <= high))
    assert covered == pytest.approx(0.95, abs=0.012)


@pytest.mark.parametrize("own", [(0.006, 0.006), (0.002, 0.02)], ids=["alike", "unlike"])
def test_welchs_interval_covers_the_truth_in_95_of_100(own):
    low, high = intervals(*experiments(0.01, shared=0, own=own), paired=False)
    covered = np.mean((low <= 0.01) & (high >= 0.01))
    assert covered == pytest.approx(0.95, abs=0.015)


@pytest.mark.parametrize("paired", [True, False])
def test_no_difference_is_called_real_in_5_of_100(paired):
    wrong = share_real(*intervals(*experiments(0.0, shared=0.01 * paired), paired=paired))
    assert wrong == pytest.approx(0.05, abs=0.012)


def test_three_comparisons_together_are_wrong_in_5_of_100():
    base, *others = 0.9 + 0.01 * np.random.default_rng(1).standard_normal((4, TRIALS, SEEDS))
    ends = [intervals(base, b, paired=True, comparisons=3) for b in others]
    wrong = np.any([(low > 0) | (high < 0) for low, high in ends], axis=0).mean()
    assert 0.025 < wrong < 0.06


def test_pairs_reveal_a_difference_that_seeds_hide():
    a, b = experiments(0.01, own=(0.002, 0.002))
    assert share_real(*intervals(a, b, paired=True)) > 0.95
    assert share_real(*intervals(a, b, paired=False)) < 0.5


def test_quantiles_agree_with_scipy():
    for p in (0.975, 1 - 0.05 / 6):
        for freedom in (1, 2.3, 4, 8, 200):
            assert t_quantile(p, freedom) == pytest.approx(stats.t.ppf(p, freedom))


def test_intervals_agree_with_scipy():
    a, b = np.array([0.90, 0.91, 0.93, 0.90, 0.92]), np.array([0.93, 0.95, 0.93, 0.94, 0.92])
    for paired, theirs in ((True, stats.ttest_rel(b, a)), (False, None)):
        theirs = theirs or stats.ttest_ind(b, a, equal_var=False)
        verdict, interval = judge(a, b, paired=paired), theirs.confidence_interval(0.95)
        assert (verdict.low, verdict.high) == pytest.approx((interval.low, interval.high))


def test_runs_without_an_accuracy_are_left_out_with_their_partner():
    nan = float("nan")
    verdict = judge([0.9, nan, 0.92, 0.91], [0.91, 0.5, nan, 0.93], paired=True)
    assert verdict.n == 2 and verdict.difference == pytest.approx(0.015)


@pytest.mark.parametrize("paired", [True, False])
def test_two_runs_of_each_are_enough_to_judge_by_and_one_is_not(paired):
    assert judge([0.9, 0.91], [0.8, 0.9], paired=paired).n == 2
    assert judge([0.9, float("nan")], [0.8, 0.9], paired=paired) is None
    assert judge([0.8, 0.9], [0.9, float("nan")], paired=paired) is None


def test_the_difference_of_equal_runs_could_be_luck():
    assert judge([0.1] * 5, [0.1] * 5, paired=True).words == "could be luck"
