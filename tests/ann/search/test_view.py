"""Which trial is best at one moment of a sweep."""

import pytest

from ann.recipe import Recipe
from ann.search.view import NAN, SweepView, TrialView


def trial(number, status, *accuracies):
    return TrialView(number, Recipe(), status, 3.0, accuracies, 1.0)


def sweep_view(*trials):
    return SweepView("running", "", trials, 1, (3,), 0.5, 1.0, 1.0, "", "")


def test_the_most_accurate_come_first_then_those_given_up_then_those_without_a_network():
    trials = (
        trial(1, "failed", 0.99, 0.99),
        trial(2, "waiting", NAN, NAN),
        trial(3, "dropped", 0.98, 0.98),
        trial(4, "diverged", 0.97, NAN),
        trial(5, "paused", 0.90, 0.92),
        trial(6, "finished", 0.92, 0.92),
        trial(7, "running", 0.95, NAN),
        trial(8, "finished", 0.92, 0.92),
    )
    view = sweep_view(*trials)
    assert [one.number for one in view.ranked] == [7, 6, 8, 5, 3, 1, 4, 2]
    assert view.best == trials[6]


def test_there_is_no_best_trial_before_one_was_measured():
    assert sweep_view(trial(1, "waiting", NAN), trial(2, "failed", 0.9)).best is None


def test_the_mean_and_the_spread_are_of_the_seeds_that_have_an_accuracy():
    one = trial(1, "running", 0.9, NAN, 0.8)
    assert (one.mean, one.low, one.high) == (pytest.approx(0.85), 0.8, 0.9)
    none = trial(1, "waiting", NAN)
    assert none.mean != none.mean and none.low != none.low and none.high != none.high
