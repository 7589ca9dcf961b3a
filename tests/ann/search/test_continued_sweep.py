"""An interrupted sweep continues from its results and arrives at the same result."""

import threading
import time
from dataclasses import replace

import pytest

from ann.running.blank import blank_state
from ann.search import space as search_space
from ann.search.plan import Plan
from ann.search.results import Result, Results
from ann.search.sweep import Sweep
from tests.ann.sweeps import RECIPE, interrupted, plan_of, run_to_the_end
from tests.waiting import wait_until


def test_only_missing_trials_are_trained_again(pool, source, monkeypatch):
    plan = plan_of()
    first = interrupted(Sweep(pool, source, plan, n_classes=4), 5)
    done = {t.number for t in first.view().trials if t.done}
    begun = []
    monkeypatch.setattr(
        "ann.search.new_job.blank_state",
        lambda recipe, *rest: begun.append(recipe) or blank_state(recipe, *rest),
    )
    run_to_the_end(Sweep(pool, source, plan, n_classes=4, earlier=first.results()))
    missing = [r for i, r in enumerate(plan.recipes) if i + 1 not in done]
    assert sorted(map(repr, begun)) == sorted(map(repr, missing))


def test_a_trial_that_catches_up_keeps_what_it_had_reached(pool, source):
    plan = plan_of(halving=True)
    rested = [[Result("paused", 1.0, i / 10, 2.5, weights="0" * 64)] for i in range(9)]
    earlier = Results(rested, dropped=[0, 1, 2, 3, 4, 5], rung=1, seconds=9.0)
    sweep = Sweep(pool, source, plan, n_classes=4, earlier=earlier)
    attempt = sweep._ladder.ahead()[0]
    attempt.job = sweep._job_of(attempt)
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
def test_the_best_network_of_a_saved_sweep_is_trained_again(pool, source, options, trials):
    plan = plan_of(**options)
    assert Sweep(pool, source, plan, n_classes=4).retrain_best() is None, "nothing is measured"
    earlier = interrupted(Sweep(pool, source, plan, n_classes=4), trials).results()
    sweep = Sweep(pool, source, plan, n_classes=4, earlier=earlier)
    best, again = sweep.view().best, sweep.retrain_best()
    assert (again.trial, again.share, again.run) == (best.number, 0, None)
    again.resume()
    again.job.pause()
    again.resume()
    wait_until(lambda: again.run)
    assert again.same and again.share == 1 and again.run.epoch == best.epochs
    assert not again._replace(weights="0" * 64).same
    assert again.run.history.epochs["validation_accuracy"][-1] == best.accuracies[0]


@pytest.mark.parametrize(("batch_size", "rate"), [(50, 1.474), (500, 2.249)])
def test_the_best_network_is_trained_again_to_where_it_diverged(pool, source, batch_size, rate):
    diverging = {"optimizer": "sgd", "activation": "identity", "learning_rate": rate}
    plan = Plan([replace(RECIPE, epochs=60, batch_size=batch_size, **diverging)])
    whole = Sweep(pool, source, plan, n_classes=4)
    best = run_to_the_end(whole).best
    assert best.status == "diverged" and 0 <= best.epochs % 1 < 0.5, "soon after a whole epoch"
    again = Sweep(pool, source, plan, n_classes=4, earlier=whole.results()).retrain_best()
    again.resume()
    wait_until(lambda: again.run or again.job.status == "paused")
    assert again.run and again.run.reason == "diverged" and again.same


def test_a_sweep_says_so_if_another_version_trained_it(pool, source, monkeypatch):
    plan = plan_of()
    first = interrupted(Sweep(pool, source, plan, n_classes=4), 3).results()
    again = Sweep(pool, source, plan, n_classes=4, earlier=first._replace(made="1.0"))
    assert "The lab has changed since then" in again.view().message
    assert again.view().made == "1.0", "nothing was trained yet"
    assert run_to_the_end(again).made == f"1.0; {first.made}"


def test_only_the_best_trial_keeps_its_weights(pool, source):
    sweep = Sweep(pool, source, plan_of(seeds=2), n_classes=4)
    view = run_to_the_end(sweep)
    held = [t.number for t in sweep._ladder.trials if any(a.job for a in t.attempts)]
    assert held == [view.best.number]
    run = sweep.best_run()
    assert run.recipe == view.best.recipe and run.reason == "epochs"
    assert run.history.epochs["validation_accuracy"][-1] == view.best.accuracies[0]


def test_a_page_that_reloads_again_and_again_displaces_no_other(pool, source, monkeypatch):
    monkeypatch.setattr("ann.running.absence.AWAY_SECONDS", 0.05)
    recipes = search_space.grid(replace(RECIPE, epochs=5000), {"l2": [0, 1e-4]})
    sweep = Sweep(pool, source, Plan(recipes, ["l2"]), n_classes=4, wanted=lambda: True)
    for _ in range(9):
        sweep.join(lambda: False)
    sweep.resume()
    wait_until(lambda: sweep.view().done > 0)
    time.sleep(0.1)
    assert sweep.status == "running", "the first page still looks"
    sweep.pause()
    wait_until(lambda: sweep.at_rest)


def test_two_pages_may_show_one_sweep_and_it_pauses_only_while_both_are_closed(
    pool, source, monkeypatch
):
    monkeypatch.setattr("ann.running.absence.AWAY_SECONDS", 0.05)
    recipes = search_space.grid(replace(RECIPE, epochs=5000), {"l2": [0, 1e-4]})
    there = threading.Event()
    there.set()
    sweep = Sweep(pool, source, Plan(recipes, ["l2"]), n_classes=4, wanted=lambda: False)
    sweep.join(there.is_set)
    sweep.resume()
    wait_until(lambda: sweep.view().done > 0)
    time.sleep(0.1)
    assert sweep.status == "running"
    there.clear()
    wait_until(lambda: sweep.status == "paused")
    wait_until(lambda: sweep.at_rest)
    sweep.join(lambda: True)
    wait_until(lambda: sweep.status == "running")  # a page that reloads continues it
    sweep.pause()
    wait_until(lambda: sweep.at_rest)
