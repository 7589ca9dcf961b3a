"""Results as text: forged ones are refused."""

import json

import pytest

from ann.search.results import Result, Results
from tests.ann.sweeps import RATES, plan_of


def forged_results(trial=None, dropped=(), rung=0, seconds=1.0):
    row = list(Result("finished", 6.0, 0.5, 1.0, "epochs", "", "f" * 64))
    for place, value in (trial or {}).items():
        row[place] = value
    return json.dumps([[[row]] * len(RATES), dropped, rung, seconds, ""])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[" * 100_000,
        "{}",
        '[[], [], 0, 0, ""]',
        forged_results({0: "running"}),
        forged_results({0: []}),
        forged_results({1: 7.0}),
        forged_results({1: -1}),
        forged_results({1: None}),
        forged_results({2: 1.5}),
        forged_results({2: float("nan")}),
        forged_results({3: 1e300}),
        forged_results({4: "<b>"}),
        forged_results({6: "../etc"}),
        forged_results({6: 5}),
        forged_results(rung=1),
        forged_results(rung=-1),
        forged_results(rung=True),
        forged_results(dropped=[0]),
        forged_results(dropped=[10**9]),
        forged_results(dropped=[{}]),
        forged_results(dropped=None),
        forged_results(seconds="1"),
        forged_results(seconds=float("inf")),
    ],
)
def test_forged_results_are_refused(text):
    with pytest.raises(ValueError):
        Results.from_json(text, plan_of())


@pytest.mark.parametrize("wrong", [9, -1, 1.0, True])
def test_what_was_given_up_must_be_trials_of_the_plan(wrong):
    plan, gone = plan_of(halving=True), [0, 2, 3, 4, 5]  # 3 of 9 are left after a comparison
    assert Results.from_json(forged_results(dropped=[*gone, 1], rung=1), plan).rung == 1
    with pytest.raises(ValueError, match="dropped: not among the trials 0 to 8"):
        Results.from_json(forged_results(dropped=[*gone, wrong], rung=1), plan)


def test_results_of_another_plan_are_refused():
    assert Results.from_json(forged_results(), plan_of()).trials[0][0].accuracy == 0.5
    with pytest.raises(ValueError, match="not those of 9 trials with 2 seeds"):
        Results.from_json(forged_results(), plan_of(seeds=2))
