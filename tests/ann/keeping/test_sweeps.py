"""Saved sweeps: they continue to the same result, belong to one visitor, and stay within limits."""

import sqlite3
from dataclasses import replace

import pytest

from ann.keeping import limits
from ann.keeping.database import ArchiveError
from ann.recipe import FIELDS
from ann.search import space as search_space
from ann.search.plan import Plan
from ann.search.results import Result, Results
from ann.search.sweep import Sweep
from tests.ann.sweeps import RECIPE, interrupted, plan_of, run_to_the_end

ANN, BEN = "a" * 43, "b" * 43


@pytest.mark.parametrize(
    ("options", "trials"),
    [({}, 4), ({"seeds": 2}, 3), ({"halving": True}, 4), ({"halving": True}, 9)],
    ids=["all to the end", "two seeds", "before a comparison", "after a comparison"],
)
def test_an_interrupted_sweep_continues_to_the_same_result(
    pool, source, saved_sweeps, options, trials
):
    plan = plan_of(**options)
    whole = run_to_the_end(Sweep(pool, source, plan, n_classes=4))
    first = interrupted(Sweep(pool, source, plan, n_classes=4), trials)
    if trials < 9:
        assert first.view().done < 1
    saved_sweeps.save(ANN, source.fingerprint, plan, first.results())
    found = saved_sweeps.open(ANN, saved_sweeps.newest(ANN))
    assert found.plan == plan and found.fingerprint == source.fingerprint
    second = Sweep(pool, source, found.plan, n_classes=4, earlier=found.results)
    before, after = first.view(), second.view()
    for old, new in zip(before.trials, after.trials, strict=True):
        if old.done or old.status == "dropped":
            assert old == new
    assert after.status in ("paused", "finished")
    assert after.seconds == pytest.approx(before.seconds)
    ended = run_to_the_end(second)
    assert ended.result == whole.result != ""
    assert [(t.number, t.status, t.epochs, t.accuracies) for t in ended.ranked] == [
        (t.number, t.status, t.epochs, t.accuracies) for t in whole.ranked
    ]


def test_nobody_sees_another_visitors_sweep(saved_sweeps):
    plan = plan_of()
    number = saved_sweeps.save(ANN, "f", plan, nothing(plan))
    assert saved_sweeps.newest(BEN) is None and saved_sweeps.list(BEN) == ()
    with pytest.raises(ArchiveError, match=f"sweep {number}: there is no such sweep"):
        saved_sweeps.open(BEN, number)
    with pytest.raises(ArchiveError, match=f"sweep {number}: there is no such sweep"):
        saved_sweeps.update(BEN, number, nothing(plan))
    with pytest.raises(ArchiveError, match="visitor: needs an id of at least 20 characters"):
        saved_sweeps.newest("ann")


def test_the_newest_sweep_is_the_one_that_was_changed_last(saved_sweeps):
    plan = plan_of()
    _, second, third = (saved_sweeps.save(ANN, "f", plan, nothing(plan)) for _ in range(3))
    assert saved_sweeps.newest(ANN) == third
    saved_sweeps.update(ANN, second, nothing(plan))
    assert saved_sweeps.newest(ANN) == second
    assert saved_sweeps.newest(ANN) == saved_sweeps.list(ANN)[0].id


def test_beyond_the_limits_the_oldest_sweeps_are_deleted(saved_sweeps, monkeypatch, tmp_path):
    monkeypatch.setattr(limits, "MAX_SWEEPS", 3)
    plan = plan_of()
    other = saved_sweeps.save(BEN, "f", plan, nothing(plan))
    numbers = [saved_sweeps.save(ANN, "f", plan, nothing(plan)) for _ in range(4)]
    saved_sweeps.update(ANN, numbers[1], nothing(plan))
    saved_sweeps.save(ANN, "f", plan, nothing(plan))
    rows = sqlite3.connect(tmp_path / "runs.sqlite").execute("SELECT id FROM sweeps ORDER BY id")
    assert [row[0] for row in rows] == [other, numbers[1], numbers[3], numbers[3] + 1]
    monkeypatch.setattr(limits, "MAX_SWEEP_BYTES", 100)
    with pytest.raises(ArchiveError, match=r"bytes\) exceeds the limit of 100 bytes"):
        saved_sweeps.save(ANN, "f", plan, nothing(plan))
    with pytest.raises(ArchiveError, match="there is no such sweep"):
        saved_sweeps.open(ANN, numbers[1])  # one that is too large is not even read
    assert saved_sweeps.list(ANN) == ()


def test_the_largest_sweep_fits(saved_sweeps):
    names = ("learning_rate", "dropout", "l2", "l1", "momentum", "label_smoothing")
    space = {name: (FIELDS[name].low or 1e-7, FIELDS[name].high) for name in names}
    recipes = search_space.sample(
        replace(RECIPE, optimizer="momentum"), space, search_space.MOST_TRIALS
    )
    plan = Plan(recipes, names, seeds=5)
    result = Result("finished", 5.123456789, 0.98765432109, 123.456789, "epochs", "", "f" * 64)
    results = Results([[result] * 5] * len(recipes), [], 0, 1.0)
    found = saved_sweeps.open(ANN, saved_sweeps.save(ANN, "f" * 64, plan, results))
    assert found.plan == plan and found.results == results
    assert saved_sweeps.list(ANN)[0][2:] == (names, search_space.MOST_TRIALS)


def nothing(plan):
    return Results([[Result()] * plan.seeds] * len(plan.recipes), [], 0, 0.0)


def test_a_damaged_sweep_is_reported(saved_sweeps, tmp_path):
    plan = plan_of()
    number = saved_sweeps.save(ANN, "f", plan, nothing(plan))
    with sqlite3.connect(tmp_path / "runs.sqlite") as db:
        db.execute("UPDATE sweeps SET plan = ?", (b"\x80\x04N.",))
    with pytest.raises(ArchiveError, match=f"sweep {number}: is damaged"):
        saved_sweeps.open(ANN, number)
    assert saved_sweeps.list(ANN) == ()


def test_a_message_does_not_echo_a_damaged_row(saved_sweeps):
    plan = plan_of()
    none = Results([[Result()] for _ in plan.recipes], [], 0, 0.0)
    number = saved_sweeps.save(ANN, "abc", plan, none)
    with saved_sweeps._db.writing() as db:
        db.execute("UPDATE sweeps SET created = ?", ("yesterday" * 10_000,))
    with pytest.raises(ArchiveError, match="is damaged") as caught:
        saved_sweeps.open(ANN, number)
    assert len(str(caught.value)) < 400
