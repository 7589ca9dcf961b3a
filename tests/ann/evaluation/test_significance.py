"""Is it luck? The interval must be as sure as it says, and no surer."""

import numpy as np
import pytest

from ann.evaluation.significance import SEEDS, judge, t_quantile

TRIALS = 4_000  # their share is known to ±0.7 points


def experiments(difference=0.0, shared=0.01, own=(0.006, 0.006)):
    """Accuracies of A and B over seeds: what a seed does to both, and what it does to each."""
    rng = np.random.default_rng(0)
    for _ in range(TRIALS):
        seed = shared * rng.standard_normal(SEEDS)
        a, b = (scale * rng.standard_normal(SEEDS) for scale in own)
        yield 0.9 + seed + a, 0.9 + difference + seed + b


@pytest.mark.parametrize("difference", [0.0, 0.01])
def test_the_paired_interval_covers_the_truth_in_95_of_100(difference):
    verdicts = [judge(a, b, paired=True) for a, b in experiments(difference)]
    covered = np.mean([v.low <= difference <= v.high for v in verdicts])
    assert covered == pytest.approx(0.95, abs=0.012)


@pytest.mark.parametrize("own", [(0.006, 0.006), (0.002, 0.02)], ids=["alike", "unlike"])
def test_welchs_interval_covers_the_truth_in_95_of_100(own):
    verdicts = [judge(a, b, paired=False) for a, b in experiments(0.01, shared=0, own=own)]
    covered = np.mean([v.low <= 0.01 <= v.high for v in verdicts])
    assert covered == pytest.approx(0.95, abs=0.015)


@pytest.mark.parametrize("paired", [True, False])
def test_a_difference_that_is_none_is_called_real_in_5_of_100(paired):
    pairs = experiments(0.0, shared=0.01 * paired)
    wrong = np.mean([judge(a, b, paired=paired).real for a, b in pairs])
    assert wrong == pytest.approx(0.05, abs=0.012)


def test_three_comparisons_together_are_wrong_in_5_of_100():
    rng, wrong = np.random.default_rng(1), 0
    for _ in range(TRIALS):
        base, *others = 0.9 + 0.01 * rng.standard_normal((4, SEEDS))
        wrong += any(judge(base, b, paired=True, comparisons=3).real for b in others)
    assert 0.025 < wrong / TRIALS < 0.06


def test_pairs_see_a_difference_that_seeds_hide():
    differences = [judge(a, b, paired=True) for a, b in experiments(0.01, own=(0.002, 0.002))]
    apart = [judge(a, b, paired=False) for a, b in experiments(0.01, own=(0.002, 0.002))]
    assert np.mean([v.real for v in differences]) > 0.95
    assert np.mean([v.real for v in apart]) < 0.5


def test_quantiles_are_those_of_the_tables():
    stats = pytest.importorskip("scipy.stats")
    for p in (0.975, 1 - 0.05 / 6):
        for freedom in (1, 2.3, 4, 8, 200):
            assert t_quantile(p, freedom) == pytest.approx(stats.t.ppf(p, freedom))


def test_the_intervals_are_scipys():
    stats = pytest.importorskip("scipy.stats")
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


def test_equal_runs_could_be_luck():
    assert judge([0.1] * 5, [0.1] * 5, paired=True).words == "could be luck"
