"""A forecast is judged by its gap to what came out, and a learner's own runs are looked at."""

import math

import pytest

from ann.lessons.check import Kept, Verdict, check, same_training
from ann.lessons.forecast import Outcome, checked, of_fact, outcome, tally
from ann.lessons.lesson import Check, Fact, Predict, Question
from ann.lessons.progress import MOST_SENTENCE, Progress, tally_of
from ann.recipe import Recipe

NUMBER = Question("number", answer=10.0, within=5)
CHOICE = Question("choice", options=("a", "b"), answer=2)
ORDER = Question("order", options=("a", "b", "c"), answer=(1, 2, 3), within=1)
SKETCH = Question("sketch", run="r", measure="train_accuracy", at=(1, 3, 9), within=4)


@pytest.mark.parametrize(
    "question, forecast, result, gap, reach",
    [
        (NUMBER, 14.0, 10.0, 4, True),
        (NUMBER, 60.0, 10.0, 50, False),
        (CHOICE, 2.0, 2.0, 0, True),
        (CHOICE, 1.0, 2.0, 1, False),
        (ORDER, (1.0, 3.0, 2.0), (1.0, 2.0, 3.0), 1, True),
        (ORDER, (3.0, 2.0, 1.0), (1.0, 2.0, 3.0), 3, False),
        (SKETCH, (50.0, 80.0, 90.0), (53.0, 83.0, 93.0), 3, True),
        (SKETCH, (50.0, 80.0, 90.0), (60.0, math.nan, math.nan), 10, False),
    ],
)
def test_the_gap_is_a_number_and_within_reach_or_not(question, forecast, result, gap, reach):
    found = outcome(question, forecast, result)
    assert (found.gap, found.within_reach) == (pytest.approx(gap), reach)


def test_a_forecast_inside_a_facts_range_is_right():
    fact = Fact("f", {}, "gap", 20, 30)
    gaps = [of_fact(NUMBER, forecast, fact).gap for forecast in (10.0, 20.0, 25.0, 36.0)]
    assert gaps == [10, 0, 0, 6]


@pytest.mark.parametrize("value", ["1", None, True, math.nan, math.inf, 1e99, [1], {}, [[1]]])
@pytest.mark.parametrize("question", [NUMBER, CHOICE, ORDER, SKETCH])
def test_what_is_no_forecast_is_not_taken(question, value):
    assert checked(question, value) is None


def test_forecasts_are_checked_against_their_question():
    assert checked(CHOICE, 3) is None and checked(CHOICE, 1.5) is None
    assert checked(NUMBER, 101) is None and checked(ORDER, [1, 1, 2]) is None
    assert checked(SKETCH, [1, 2]) is None and checked(SKETCH, [1, 2, 3]) == (1, 2, 3)


def test_the_tally_counts_points_alone_as_points():
    found = tally([(2.0, True, True), (6.0, False, True), (1.0, False, False)], skipped=4)
    assert found == (3, 1, 4.0, 4)
    assert math.isnan(tally([(0.0, True, False)]).off)


def runs(*values):
    """Runs, the oldest first, with this gap and a growing dropout."""
    return [
        Kept(Recipe(dropout=number / 10), float(number), lambda name, v=value: v)
        for number, value in enumerate(values)
    ]


def test_a_check_looks_at_the_best_or_the_newest_run():
    best = Check("c", measure="gap", at_least=5.0)
    assert check(best, runs(7.0, 3.0)) == Verdict(True, 7.0, 2)
    newest = Check("c", measure="gap", at_least=5.0, which="newest")
    assert check(newest, runs(7.0, 3.0)) == Verdict(False, 3.0, 1)


def test_a_check_says_how_near_the_best_run_came():
    assert check(Check("c", at_most=2.0), runs(9.0, math.nan, 3.0)) == Verdict(False, 3.0, 3)
    assert check(Check("c", at_least=1.0, at_most=2.0), runs(0.5, 5.0)).value == 0.5


def test_a_check_takes_only_runs_with_its_settings():
    wanted = Check("c", where={"dropout": 0.1}, at_least=5.0)
    assert check(wanted, runs(9.0, 1.0)) == Verdict(False, 1.0, 1)
    none = check(Check("c", where={"dropout": 0.9}, at_least=5.0), runs(9.0))
    assert not none.passed and math.isnan(none.value) and none.runs == 0


def test_a_training_is_the_same_with_another_seed():
    assert same_training(Recipe(seed=7), Recipe())
    assert not same_training(Recipe(epochs=11), Recipe())


def test_progress_comes_back_as_it_was_kept():
    card = Predict("guess", question=NUMBER)
    kept = Progress(at="run", begun=5.0, forecasts={"guess": 60.0, "curve": (1.0, 2.0)})
    kept.settle(card, Outcome(10.0, 50.0, False))
    kept.skipped, kept.hints, kept.answers = ["x"], {"x": 2}, {"why": "Because."}
    kept.passed, kept.drafts = ["y"], {"z": 3}
    assert Progress.from_json(kept.to_json()) == kept
    assert tally_of([kept, Progress()]) == (1, 0, 50.0, 1)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[1]",
        "[" * 100_000,
        '{"at": 5, "settled": {"a": [1, 2]}, "forecasts": {"a": "x"}, "hints": {"a": 9}}',
        '{"settled": {"a": [NaN, 1, 1, true, true], "b": [1, 1, Infinity, true, true]}}',
        '{"settled": {"a": [1, 1, 1, 1, 1]}, "skipped": "abc", "begun": -1, "passed": [[], {}]}',
        '{"answers": {"a": "' + "x" * (MOST_SENTENCE + 1) + '"}, "drafts": {"b": {"c": 1}}}',
    ],
)
def test_damaged_progress_is_a_fresh_start(text):
    assert Progress.from_json(text) == Progress()
