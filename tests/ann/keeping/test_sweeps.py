"""Kept sweeps: a sweep that was cut off goes on to the same end, and nothing forged gets in."""

import gc
import json
import sqlite3
import threading
import time
from dataclasses import replace

import pytest

from ann.keeping import sweeps as keeping_sweeps
from ann.keeping.database import ArchiveError
from ann.keeping.sweep_autosave import SweepAutosave
from ann.keeping.sweeps import SweepArchive
from ann.recipe import FIELDS, Recipe
from ann.search import space as search_space
from ann.search.plan import Plan
from ann.search.results import Result, Results
from ann.search.sweep import Sweep
from ann.state import start as sweep_start
from tests.waiting import wait_until

ANN, BEN = "a" * 43, "b" * 43
RECIPE = Recipe(hidden_sizes=(8,), epochs=6, batch_size=50, seed=5)
RATES = [1e-5, 2e-5, 0.0002, 0.0005, 0.001, 0.003, 0.006, 0.01, 0.02]


@pytest.fixture
def kept(tmp_path):
    kept = SweepArchive(tmp_path / "runs.sqlite")
    yield kept
    kept.close()


def plan_of(**options):
    recipes = search_space.grid(RECIPE, {"learning_rate": RATES})
    return Plan(recipes, ["learning_rate"], **options)


def run_to_the_end(sweep):
    sweep.go()
    wait_until(lambda: sweep.status != "running")
    assert sweep.status == "finished", sweep.view().message
    return sweep.view()


def cut_off(sweep, trials):
    """Stop a sweep when so many trials have rested, and wait until nothing is under way."""

    def rested(attempt):
        Sweep._rested(sweep, attempt)
        if sum(t[0] != Result() for t in sweep.results().trials) >= trials:
            sweep.stop()  # at once: a thread that only looks now and then may find all done

    sweep._rested = rested
    sweep.go()
    wait_until(lambda: sweep.quiet)
    del sweep._rested
    return sweep


@pytest.mark.parametrize(
    ("options", "trials"),
    [({}, 4), ({"seeds": 2}, 3), ({"halving": True}, 4), ({"halving": True}, 9)],
    ids=["all to the end", "two seeds", "before a comparison", "after a comparison"],
)
def test_a_sweep_that_is_cut_off_goes_on_to_the_same_end(pool, source, kept, options, trials):
    plan = plan_of(**options)
    whole = run_to_the_end(Sweep(pool, source, plan, n_classes=4))
    first = cut_off(Sweep(pool, source, plan, n_classes=4), trials)
    if trials < 9:
        assert first.view().done < 1
    kept.keep(ANN, source.fingerprint, plan, first.results())
    found = kept.open(ANN, kept.newest(ANN))
    assert found.plan == plan and found.fingerprint == source.fingerprint
    second = Sweep(pool, source, found.plan, n_classes=4, earlier=found.results)
    before, after = first.view(), second.view()
    for old, new in zip(before.trials, after.trials, strict=True):
        if old.done or old.status == "dropped":
            assert old == new
    assert after.status in ("stopped", "finished")
    assert after.seconds == pytest.approx(before.seconds)
    ended = run_to_the_end(second)
    assert ended.result == whole.result != ""
    assert [(t.number, t.status, t.epochs, t.accuracies) for t in ended.ranked] == [
        (t.number, t.status, t.epochs, t.accuracies) for t in whole.ranked
    ]


def test_only_what_is_missing_is_trained_again(pool, source, monkeypatch):
    plan = plan_of()
    first = cut_off(Sweep(pool, source, plan, n_classes=4), 5)
    done = {t.number for t in first.view().trials if t.done}
    begun = []
    monkeypatch.setattr(
        "ann.search.sweep.start",
        lambda recipe, *rest: begun.append(recipe) or sweep_start(recipe, *rest),
    )
    run_to_the_end(Sweep(pool, source, plan, n_classes=4, earlier=first.results()))
    missing = [r for i, r in enumerate(plan.recipes) if i + 1 not in done]
    assert sorted(map(repr, begun)) == sorted(map(repr, missing))


def test_a_trial_that_catches_up_counts_as_far_as_it_had_come(pool, source):
    plan = plan_of(halving=True)
    rested = [[Result("paused", 1.0, i / 10, 2.5, weights="0" * 64)] for i in range(9)]
    earlier = Results(rested, dropped=[0, 1, 2, 3, 4, 5], rung=1, seconds=9.0)
    sweep = Sweep(pool, source, plan, n_classes=4, earlier=earlier)
    attempt = sweep._ladder.ahead()[0]
    attempt.job = sweep._job(attempt)
    left = sweep._ladder.left([attempt])
    attempt.look()
    assert attempt.trained == 0 and sweep._ladder.left([attempt]) == left
    assert (attempt.epochs, attempt.accuracy, attempt.seconds) == (1.0, 0.6, 2.5)


def test_a_finished_sweep_comes_back_finished_without_its_weights(pool, source):
    plan = plan_of(halving=True)
    first = Sweep(pool, source, plan, n_classes=4)
    view = run_to_the_end(first)
    assert first.best_run().recipe == view.best.recipe
    back = Sweep(pool, source, plan, n_classes=4, earlier=first.results())
    again = back.view()
    assert (again.status, again.result, again.rung) == ("finished", view.result, view.rung)
    assert again.ranked == view.ranked and again.done == 1
    assert back.best_run() is None


@pytest.mark.parametrize(("options", "trials"), [({}, 4), ({"seeds": 2, "halving": True}, 9)])
def test_the_best_network_of_a_kept_sweep_is_trained_once_more(pool, source, options, trials):
    plan = plan_of(**options)
    assert Sweep(pool, source, plan, n_classes=4).best_again() is None, "nothing is measured"
    earlier = cut_off(Sweep(pool, source, plan, n_classes=4), trials).results()
    sweep = Sweep(pool, source, plan, n_classes=4, earlier=earlier)
    best, again = sweep.view().best, sweep.best_again()
    assert (again.trial, again.share, again.run) == (best.number, 0, None)
    again.go()
    again.job.pause()
    again.go()
    wait_until(lambda: again.run)
    assert again.same and again.share == 1 and again.run.epoch == best.epochs
    assert not again._replace(weights="0" * 64).same
    assert again.run.history.epochs["validation_accuracy"][-1] == best.accuracies[0]


@pytest.mark.parametrize(("batch_size", "rate"), [(50, 1.474), (500, 2.249)])
def test_the_best_network_is_trained_once_more_to_where_it_diverged(pool, source, batch_size, rate):
    wild = {"optimizer": "sgd", "activation": "identity", "learning_rate": rate}
    plan = Plan([replace(RECIPE, epochs=60, batch_size=batch_size, **wild)])
    whole = Sweep(pool, source, plan, n_classes=4)
    best = run_to_the_end(whole).best
    assert best.status == "diverged" and 0 <= best.epochs % 1 < 0.5, "soon after a whole epoch"
    again = Sweep(pool, source, plan, n_classes=4, earlier=whole.results()).best_again()
    again.go()
    wait_until(lambda: again.run or again.job.status == "paused")
    assert again.run and again.run.reason == "diverged" and again.same


def test_what_another_version_has_trained_says_so(pool, source, monkeypatch):
    plan = plan_of()
    first = cut_off(Sweep(pool, source, plan, n_classes=4), 3).results()
    again = Sweep(pool, source, plan, n_classes=4, earlier=first._replace(made="1.0"))
    assert "The lab has changed since then" in again.view().message
    assert again.view().made == "1.0", "nothing was trained yet"
    assert run_to_the_end(again).made == f"1.0; {first.made}"


def test_the_weights_of_the_best_trial_are_held_and_those_of_the_others_go(pool, source):
    sweep = Sweep(pool, source, plan_of(seeds=2), n_classes=4)
    view = run_to_the_end(sweep)
    held = [t.number for t in sweep._ladder.trials if any(a.job for a in t.attempts)]
    assert held == [view.best.number]
    run = sweep.best_run()
    assert run.recipe == view.best.recipe and run.reason == "epochs"
    assert run.history.epochs["validation_accuracy"][-1] == view.best.accuracies[0]


def test_the_keeper_writes_a_sweep_as_it_goes_and_lets_it_go_when_it_rests(pool, source, kept):
    keeper, plan = SweepAutosave(kept, every=0.01), plan_of()
    try:
        sweep = Sweep(pool, source, plan, n_classes=4)
        keeper.watch(ANN, source.fingerprint, sweep)
        cut_off(sweep, 3)
        wait_until(lambda: not keeper.busy(ANN))
        number = kept.newest(ANN)
        assert keeper.number(sweep) == number
        assert kept.open(ANN, number).results.trials == sweep.results().trials
        assert keeper.live(ANN) == (sweep, source.fingerprint) and not keeper.live(BEN)
        run_to_the_end(sweep)
        wait_until(lambda: not keeper.busy(ANN))
        assert kept.newest(ANN) == number, "written to its own row"
        assert {r[0].status for r in kept.open(ANN, number).results.trials} == {"finished"}
        del sweep  # as with the session of a closed page
        gc.collect()
        wait_until(lambda: keeper.live(ANN) is None)
    finally:
        keeper.close()


def test_two_pages_that_bring_a_kept_sweep_back_at_once_go_on_with_one(pool, source, kept):
    plan = plan_of()
    first = cut_off(Sweep(pool, source, plan, n_classes=4), 3)
    number, keeper = kept.keep(ANN, source.fingerprint, plan, first.results()), SweepAutosave(kept)
    try:
        made = [Sweep(pool, source, plan, n_classes=4, earlier=first.results()) for _ in "ab"]
        shown = [keeper.watch(ANN, source.fingerprint, sweep, number) for sweep in made]
        assert shown == [made[0], made[0]]
        other = Sweep(pool, source, plan, n_classes=4)
        assert keeper.watch(ANN, source.fingerprint, other) is other, "that one is new"
    finally:
        keeper.close()


def test_a_page_that_reloads_again_and_again_drives_no_other_one_out(pool, source, monkeypatch):
    monkeypatch.setattr("ann.running.job.AWAY_SECONDS", 0.05)
    recipes = search_space.grid(replace(RECIPE, epochs=5000), {"l2": [0, 1e-4]})
    sweep = Sweep(pool, source, Plan(recipes, ["l2"]), n_classes=4, wanted=lambda: True)
    for _ in range(9):
        sweep.join(lambda: False)
    sweep.go()
    wait_until(lambda: sweep.view().done > 0)
    time.sleep(0.1)
    assert sweep.status == "running", "the first page still looks"
    sweep.stop()
    wait_until(lambda: sweep.quiet)


def test_two_pages_may_look_at_one_sweep_and_it_stops_when_both_are_gone(pool, source, monkeypatch):
    monkeypatch.setattr("ann.running.job.AWAY_SECONDS", 0.05)
    recipes = search_space.grid(replace(RECIPE, epochs=5000), {"l2": [0, 1e-4]})
    there = threading.Event()
    there.set()
    sweep = Sweep(pool, source, Plan(recipes, ["l2"]), n_classes=4, wanted=lambda: False)
    sweep.join(there.is_set)
    sweep.go()
    wait_until(lambda: sweep.view().done > 0)
    time.sleep(0.1)
    assert sweep.status == "running"
    there.clear()
    wait_until(lambda: sweep.status == "stopped")
    wait_until(lambda: sweep.quiet)


def test_nobody_sees_the_sweep_of_another(kept):
    plan = plan_of()
    number = kept.keep(ANN, "f", plan, nothing(plan))
    assert kept.newest(BEN) is None and kept.list(BEN) == ()
    with pytest.raises(ArchiveError, match=f"sweep {number}: there is no such sweep"):
        kept.open(BEN, number)
    with pytest.raises(ArchiveError, match=f"sweep {number}: there is no such sweep"):
        kept.update(BEN, number, nothing(plan))
    with pytest.raises(ArchiveError, match="visitor: needs an id of at least 20 characters"):
        kept.newest("ann")


def test_the_newest_sweep_is_the_one_that_was_changed_last(kept):
    plan = plan_of()
    _, second, third = (kept.keep(ANN, "f", plan, nothing(plan)) for _ in range(3))
    assert kept.newest(ANN) == third
    kept.update(ANN, second, nothing(plan))
    assert kept.newest(ANN) == second
    assert kept.newest(ANN) == kept.list(ANN)[0].id


def test_a_visitor_has_so_many_sweeps_and_the_oldest_go(kept, monkeypatch, tmp_path):
    monkeypatch.setattr(keeping_sweeps, "MOST_SWEEPS", 3)
    plan = plan_of()
    other = kept.keep(BEN, "f", plan, nothing(plan))
    numbers = [kept.keep(ANN, "f", plan, nothing(plan)) for _ in range(4)]
    kept.update(ANN, numbers[1], nothing(plan))
    kept.keep(ANN, "f", plan, nothing(plan))
    rows = sqlite3.connect(tmp_path / "runs.sqlite").execute("SELECT id FROM sweeps ORDER BY id")
    assert [row[0] for row in rows] == [other, numbers[1], numbers[3], numbers[3] + 1]
    monkeypatch.setattr(keeping_sweeps, "MOST_SWEEP_BYTES", 100)
    with pytest.raises(ArchiveError, match="bytes are too many; at most 100"):
        kept.keep(ANN, "f", plan, nothing(plan))
    with pytest.raises(ArchiveError, match="there is no such sweep"):
        kept.open(ANN, numbers[1])  # what is larger than allowed is not even read
    assert kept.list(ANN) == ()


def test_the_largest_sweep_fits(kept):
    names = ("learning_rate", "dropout", "l2", "l1", "momentum", "label_smoothing")
    space = {name: (FIELDS[name].low or 1e-7, FIELDS[name].high) for name in names}
    recipes = search_space.sample(
        replace(RECIPE, optimizer="momentum"), space, search_space.MOST_TRIALS
    )
    plan = Plan(recipes, names, seeds=5)
    result = Result("finished", 5.123456789, 0.98765432109, 123.456789, "epochs", "", "f" * 64)
    results = Results([[result] * 5] * len(recipes), [], 0, 1.0)
    found = kept.open(ANN, kept.keep(ANN, "f" * 64, plan, results))
    assert found.plan == plan and found.results == results
    assert kept.list(ANN)[0][2:] == (names, search_space.MOST_TRIALS)


def nothing(plan):
    return Results([[Result()] * plan.seeds] * len(plan.recipes), [], 0, 0.0)


def forged_plan(**changes):
    return json.dumps(json.loads(plan_of().to_json()) | changes)


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
        "null",
        "{}",
        forged_plan(first={"learning_rate": 1e999}),
        forged_plan(first={"hidden_sizes": [10**12]}),
        forged_plan(differing=["seed", "__class__"]),
        forged_plan(rows=[]),
        forged_plan(rows=[[0.1]] * 201),
        forged_plan(rows=[[{}]]),
        forged_plan(rows=[5]),
        forged_plan(fields=["seed"]),
        forged_plan(fields=[[]]),
        forged_plan(fields=[]),
        forged_plan(fields="l2"),
        forged_plan(seeds=10**9),
        forged_plan(seeds="1"),
        forged_plan(halving=1),
    ],
)
def test_a_forged_plan_is_refused(text):
    with pytest.raises(ValueError):
        Plan.from_json(text)


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


def test_a_damaged_row_says_so(kept, tmp_path):
    plan = plan_of()
    number = kept.keep(ANN, "f", plan, nothing(plan))
    with sqlite3.connect(tmp_path / "runs.sqlite") as db:
        db.execute("UPDATE sweeps SET plan = ?", (b"\x80\x04N.",))
    with pytest.raises(ArchiveError, match=f"sweep {number}: is damaged"):
        kept.open(ANN, number)
    assert kept.list(ANN) == ()


def test_results_of_another_plan_are_refused():
    assert Results.from_json(forged_results(), plan_of()).trials[0][0].accuracy == 0.5
    with pytest.raises(ValueError, match="not those of 9 trials from 2 seeds"):
        Results.from_json(forged_results(), plan_of(seeds=2))
