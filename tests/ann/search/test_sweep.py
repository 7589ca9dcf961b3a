"""Sweeps: what is tried, what is given up when, and that nothing is lost on the way."""

import os
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace

import numpy as np
import pytest
from sklearn import model_selection
from sklearn.experimental import enable_halving_search_cv  # noqa: F401

from ann.classifier import ANNClassifier
from ann.evaluation.speed import Speed, epoch_seconds
from ann.finish import reached
from ann.history import History
from ann.recipe import Recipe
from ann.running import absence
from ann.running.chunk import Limit, open_split, run_chunk
from ann.running.pool import Pool, process_executor
from ann.search import space as search_space
from ann.search.ladder import Ladder
from ann.search.plan import Plan
from ann.search.results import Result, Results
from ann.search.sweep import Sweep
from ann.search.timing import Workload
from ann.search.trial import Trial
from ann.state import start
from ann.train import train
from tests.waiting import wait_until

RECIPE = Recipe(hidden_sizes=(8,), epochs=6, batch_size=16, dropout=0.2, seed=5)
SPACE = {"learning_rate": (0.0001, 0.003, 0.02), "batch_size": (16, 50), "epochs": (4, 6)}


def sweep_of(pool, source, recipes, *, seeds=1, halving=False, **options):
    plan = Plan(recipes, seeds=seeds, halving=halving)
    return Sweep(pool, source, plan, n_classes=4, **options)


def finished(sweep):
    wait_until(lambda: sweep.status != "running")
    view = sweep.view()
    assert view.status == "finished", view.message
    return view


def undisturbed(source, recipe):
    """The validation accuracy of an unbroken training."""
    state, history = start(recipe, open_split(source)), History()
    for event in train(state, open_split(source)):
        history.add(event)
    return reached(state, history)


def test_a_grid_has_every_combination_once():
    recipes = search_space.grid(RECIPE, SPACE)
    assert len(recipes) == len(set(recipes)) == search_space.size(SPACE) == 12
    assert all(recipe.dropout == 0.2 and recipe.seed == 5 for recipe in recipes)


def test_random_trials_lie_between_the_chosen_values():
    space = {"learning_rate": (0.0001, 0.1), "l2": (0, 1e-5, 1e-3), "epochs": (3, 9)}
    space |= {"activation": ("relu", "tanh"), "batch_norm": (False, True)}
    recipes = search_space.sample(RECIPE, space, 100, seed=1)
    assert recipes == search_space.sample(RECIPE, space, 100, seed=1)
    assert recipes != search_space.sample(RECIPE, space, 100, seed=2)
    rates = np.array([recipe.learning_rate for recipe in recipes])
    assert rates.min() >= 0.0001 and rates.max() <= 0.1
    assert 0.3 < (rates < 0.00316).mean() < 0.7, "even in the logarithm"
    assert {recipe.epochs for recipe in recipes} == set(range(3, 10))
    assert 15 < sum(recipe.l2 == 0 for recipe in recipes) < 55, "off is one of the values"
    on = np.array([recipe.l2 for recipe in recipes if recipe.l2])
    assert len(set(on)) > 30 and on.min() >= 1e-5 and on.max() <= 1e-3, "the others lie between"
    assert {recipe.activation for recipe in recipes} == {"relu", "tanh"}
    assert len(search_space.sample(RECIPE, {"activation": ("relu", "tanh")}, 9)) == 2


@pytest.mark.parametrize(
    ("space", "message"),
    [
        ({}, "fields: 0 to search; allowed are 1 to 6"),
        ({"dropout": [1.5]}, "dropout: 1.5 is outside 0 to 0.9"),
        ({"depth": [1]}, "depth: is not one of"),
        ({"validation_fraction": [0.1, 0.2]}, "validation_fraction: is not searched"),
        ({"epochs": []}, "epochs: no value to try"),
        ({"momentum": [0.5, 0.9]}, "momentum: has no effect without optimizer"),
        ({"epochs": range(1, 30), "batch_size": range(1, 30)}, "841 combinations; at most 200"),
    ],
)
def test_what_cannot_be_searched_is_refused_by_name(space, message):
    with pytest.raises(ValueError, match=message):
        search_space.grid(RECIPE, space)


def test_the_published_grid_varies_learning_rate_batch_size_and_epochs():
    assert list(search_space.PUBLISHED_FIELDS) == ["learning_rate", "batch_size", "epochs"]
    assert len(search_space.grid(Recipe(), search_space.PUBLISHED_FIELDS)) == 18


def test_every_trial_ends_as_if_it_had_been_alone(pool, source):
    recipes = search_space.grid(RECIPE, SPACE)
    sweep = sweep_of(pool, source, recipes)
    assert sweep.view().done == 0 and sweep.view().best is None
    sweep.resume()
    view = finished(sweep)
    assert [trial.recipe for trial in view.trials] == recipes
    assert {trial.status for trial in view.trials} == {"finished"}
    for trial in view.trials[::4]:
        assert trial.accuracies == (undisturbed(source, trial.recipe),)
    assert view.best.mean == max(trial.mean for trial in view.trials)
    assert (view.done, view.seconds_left) == (1, 0)


def test_seeds_are_repeated_and_their_spread_is_reported(pool, source):
    sweep = sweep_of(pool, source, search_space.grid(RECIPE, {"epochs": [2, 3]}), seeds=3)
    sweep.resume()
    for trial in finished(sweep).trials:
        each = [undisturbed(source, replace(trial.recipe, seed=seed)) for seed in (5, 6, 7)]
        assert trial.accuracies == tuple(each)
        assert (trial.low, trial.high) == (min(each), max(each))
        assert trial.mean == pytest.approx(np.mean(each))


def test_seeds_after_the_largest_start_at_0(pool, source):
    last = replace(RECIPE, epochs=1, seed=2**31 - 1)
    sweep = sweep_of(pool, source, [last], seeds=2)
    sweep.resume()
    each = [undisturbed(source, replace(last, seed=seed)) for seed in (2**31 - 1, 0)]
    assert finished(sweep).trials[0].accuracies == tuple(each)


def test_only_a_few_trainings_are_sent_to_the_workers_at_a_time(pool, source, monkeypatch):
    submit, busy = pool.submit, []
    monkeypatch.setattr(pool, "submit", lambda *call: (submit(*call), busy.append(pool.busy))[0])
    recipe = replace(RECIPE, epochs=60, batch_size=100)
    sweep = sweep_of(pool, source, search_space.grid(recipe, {"l2": [0, 1e-5, 1e-4, 1e-3]}))
    sweep.resume()
    finished(sweep)
    assert 2 <= max(busy) <= 3


def test_a_paused_sweep_stands_still_and_continues_as_if_nothing_had_happened(
    pool, source, monkeypatch
):
    recipe = replace(RECIPE, epochs=60, batch_size=50)
    recipes = search_space.grid(recipe, {"learning_rate": [0.001, 0.02]})
    sweep = sweep_of(pool, source, recipes)
    with monkeypatch.context() as patch:
        patch.setattr(
            "ann.running.dispatch.LONE_CHUNK", Limit(steps=1)
        )  # 600 of them: it is not over soon
        for _ in range(2):
            done = sweep.view().done
            sweep.resume()
            wait_until(lambda done=done: sweep.view().done > done)
            sweep.pause()
            wait_until(lambda: sweep.at_rest)
            done = sweep.view().done
            assert done < 1 and not pool.busy
            time.sleep(0.02)
            assert sweep.view().done == done
    sweep.resume()
    view = finished(sweep)
    assert view.trials[1].accuracies == (undisturbed(source, recipes[1]),)


def test_halving_drops_the_hopeless_and_the_winner_equals_an_unbroken_training(pool, source):
    rates = [1e-5, 2e-5, 5e-5, 0.0001, 0.0002, 0.0005, 0.001, 0.003, 0.01]
    recipes = search_space.grid(replace(RECIPE, epochs=18), {"learning_rate": rates})
    sweep = sweep_of(pool, source, recipes, halving=True)
    assert sweep.view().rungs == (2, 6, 18)
    sweep.resume()
    view = finished(sweep)
    epochs = sorted((trial.epochs for trial in view.trials), reverse=True)
    assert epochs == [18, 6, 6, 2, 2, 2, 2, 2, 2]
    assert [trial.status for trial in view.trials].count("dropped") == 8
    assert view.best.status == "finished"
    assert view.best.accuracies == (undisturbed(source, view.best.recipe),)
    assert view.best.recipe.learning_rate >= 0.001
    held = [t.number for t in sweep._ladder.trials if any(a.job for a in t.attempts)]
    assert held == [view.best.number], "the weights of the others are gone"
    again = sweep_of(pool, source, recipes, halving=True)
    again.resume()
    assert finished(again).result == view.result != ""


def test_trials_of_fewer_epochs_finish_earlier_and_still_compete(pool, source):
    space = {"epochs": [2, 18], "learning_rate": [1e-5, 2e-5, 0.01]}
    sweep = sweep_of(pool, source, search_space.grid(RECIPE, space), halving=True)
    sweep.resume()
    view = finished(sweep)
    assert view.rungs == (6, 18)
    assert {t.epochs for t in view.trials if t.recipe.epochs == 2} == {2}
    assert view.best.recipe.learning_rate == 0.01


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="kill -9 is for Unix")
def test_killing_the_workers_during_a_sweep_loses_nothing(source):
    pool = Pool(lambda: process_executor(2))
    rates = [0.0001, 0.001, 0.003, 0.01, 0.02, 0.03]
    recipes = search_space.grid(replace(RECIPE, epochs=40, batch_size=50), {"learning_rate": rates})
    sweep = sweep_of(pool, source, recipes, halving=True)
    try:
        pool.submit(os.getpid).result()
        with sweep.lock:  # it takes nothing up meanwhile, so it can't be over before the workers
            sweep.resume()
            time.sleep(0.02)
            for process in list(pool.executor._processes.values()):
                with suppress(ProcessLookupError):  # it ended with the one before
                    os.kill(process.pid, signal.SIGKILL)
        assert sweep.status == "running"
        view = finished(sweep)
        assert not [trial for trial in view.trials if trial.status == "failed"]
        assert view.best.accuracies == (undisturbed(source, view.best.recipe),)
    finally:
        pool.shutdown()


def test_a_trial_that_diverges_is_named_and_never_the_best(pool, source):
    diverging = replace(RECIPE, optimizer="sgd", activation="identity")
    sweep = sweep_of(pool, source, search_space.grid(diverging, {"learning_rate": [0.01, 10]}))
    sweep.resume()
    view = finished(sweep)
    assert [trial.status for trial in view.trials] == ["finished", "diverged"]
    assert view.best.recipe.learning_rate == 0.01


def test_trials_that_fail_say_why_and_continue_tries_them_again(pool, source, monkeypatch):
    recipes = search_space.grid(RECIPE, {"epochs": [2, 3]})
    sweep = sweep_of(pool, source, recipes)
    sweep._source = source._replace(folder=source.folder + "-gone")
    monkeypatch.setattr("ann.search.sweep.open_split", lambda _: open_split(source))
    for _ in range(3):
        sweep.resume()
        wait_until(lambda: sweep.status != "running")
        view = sweep.view()
        assert {trial.status for trial in view.trials} == {"failed"} and view.best is None
        assert view.status == "paused" and view.done == 0 and not view.result
        assert view.message.startswith("2 of the trainings failed; Resume tries again.")
        assert "not on this machine" in view.message
    sweep._source = source
    sweep.resume()
    view = finished(sweep)
    assert [t.accuracies for t in view.trials] == [(undisturbed(source, r),) for r in recipes]
    assert view.result != "" and not any(trial.message for trial in view.trials)


def test_a_failed_trial_that_is_retried_keeps_its_job_when_another_ends_before_it(
    pool, source, monkeypatch
):
    recipes = search_space.grid(RECIPE, {"epochs": [80, 1]})
    sweep = sweep_of(pool, source, recipes)
    sweep._source = source._replace(folder=source.folder + "-gone")
    monkeypatch.setattr("ann.search.sweep.open_split", lambda _: open_split(source))
    sweep.resume()
    wait_until(lambda: sweep.status != "running")
    sweep._source = source
    sweep.resume()
    wait_until(lambda: sweep.status != "running")
    assert [trial.epochs for trial in sweep.view().trials] == [80, 1]
    assert sweep.best_run() is not None


@pytest.fixture
def breaking(monkeypatch):
    """`breaking(recipe, times)`: a pool whose workers fail on this recipe that many times."""
    pools = []

    def make(recipe, times):
        left = [times]

        def run(sent, *rest):
            if sent.recipe == recipe and left[0]:
                left[0] -= 1
                raise MemoryError("no room")
            return run_chunk(sent, *rest)

        monkeypatch.setattr("ann.running.dispatch.run_chunk", run)
        pools.append(Pool(lambda: ThreadPoolExecutor(2)))
        return pools[0]

    yield make
    for pool in pools:
        pool.shutdown()


RATES = [0.01, 1e-5, 2e-5, 0.0001]


def test_a_comparison_waits_for_a_trial_that_failed(pool, source, breaking):
    recipes = search_space.grid(RECIPE, {"learning_rate": RATES})
    whole = sweep_of(pool, source, recipes, halving=True, seeds=2)
    whole.resume()
    finished(whole)
    sweep = sweep_of(breaking(recipes[0], 1), source, recipes, halving=True, seeds=2)
    sweep.resume()
    wait_until(lambda: sweep.status != "running")
    view = sweep.view()
    assert (view.status, view.rung) == ("paused", 1) and view.done < 1
    assert [trial.status for trial in view.trials] == ["failed"] + ["paused"] * 3
    assert view.best.recipe != recipes[0]
    sweep.resume()
    assert finished(sweep).result == finished(whole).result != ""
    assert sweep.view().best.recipe == recipes[0]


def test_a_trial_that_fails_again_does_not_hold_up_a_comparison(source, breaking):
    recipes = search_space.grid(RECIPE, {"learning_rate": RATES})
    sweep = sweep_of(breaking(recipes[0], 99), source, recipes, halving=True)
    sweep.resume()
    wait_until(lambda: sweep.status == "paused")
    sweep.resume()
    view = finished(sweep)
    assert view.trials[0].status == "dropped" and "no room" in view.trials[0].message
    assert view.best.done and view.result == "", "there is no result to compare"


def test_a_seed_that_failed_makes_its_trial_the_worst_however_good_it_was():
    trial = Trial(1, RECIPE, seeds=2)
    for attempt in trial.attempts:
        attempt.restore(Result("paused", 2.0, 0.9))
    assert trial.score() == pytest.approx(0.9)
    trial.attempts[1].restore(Result("failed", 2.0, 0.9))
    assert np.isnan(trial.score())


def test_a_failed_trial_of_a_saved_sweep_is_retried_and_a_diverged_one_is_not(source, breaking):
    diverging = replace(RECIPE, optimizer="sgd", activation="identity")
    recipes = search_space.grid(diverging, {"learning_rate": [0.01, 0.02, 10]})
    pool = breaking(recipes[0], 1)
    first = sweep_of(pool, source, recipes)
    first.resume()
    wait_until(lambda: first.status == "paused")
    kept = Results.from_json(first.results().to_json(), first.plan)
    again = sweep_of(pool, source, recipes, earlier=kept)
    assert again.status == "paused"
    with again.lock:  # what is active may have ended by then, else
        again.resume()
        begun = [a.recipe for a in again._active.values()]
    assert begun == recipes[:1]
    view = finished(again)
    assert [trial.status for trial in view.trials] == ["finished", "finished", "diverged"]
    assert view.trials[0].accuracies == (undisturbed(source, recipes[0]),)


def test_the_longest_trainings_begin_first_as_they_would_end_last():
    plan = Plan(search_space.grid(RECIPE, {"epochs": [2, 9, 5]}))
    ahead = Ladder(plan, (500, 100), Speed()).ahead()
    assert [attempt.recipe.epochs for attempt in ahead] == [9, 5, 2]


def test_a_trial_that_has_reached_a_comparison_is_not_trained_for_it_again():
    plan = Plan(search_space.grid(RECIPE, {"learning_rate": RATES}), halving=True)
    rested = Result("paused", float(plan.rungs[0]), 0.5)
    ladder = Ladder(plan, (500, 100), Speed())
    ladder.restore(Results([[rested], [Result()], [rested], [Result()]], [], rung=0, seconds=1.0))
    assert [attempt.trial.number for attempt in ladder.ahead()] == [2, 4]


@pytest.mark.parametrize("begun", [0, 3])
@pytest.mark.parametrize(
    ("refuses", "message"),
    [
        ("tempfile.mkdtemp", "No worker can take this run: No space left on device"),
        ("ann.search.sweep.open_split", "A training can't begin: No space left on device"),
    ],
)
def test_a_sweep_without_room_pauses_with_the_reason_and_continues_when_there_is_room(
    pool, source, monkeypatch, refuses, message, begun
):
    recipes = search_space.grid(RECIPE, {"learning_rate": RATES, "epochs": [1, 2]})
    sweep, calls = sweep_of(pool, source, recipes), []
    module, name = refuses.rsplit(".", 1)
    works = getattr(sys.modules[module], name)
    with monkeypatch.context() as patch:

        def refusing(*args, **named):
            calls.append(args)
            if len(calls) > begun:
                raise OSError("No space left on device")
            return works(*args, **named)

        patch.setattr(refuses, refusing)
        sweep.resume()
        wait_until(lambda: sweep.status != "running" and sweep.at_rest)
        assert (sweep.status, sweep.view().message) == ("paused", message)
        assert len(calls) < begun + 5, "it is not tried again and again"
    sweep.resume()
    view = finished(sweep)
    assert [t.accuracies for t in view.trials] == [(undisturbed(source, r),) for r in recipes]


def test_the_sweep_of_a_closed_page_pauses_by_itself(pool, source, monkeypatch):
    monkeypatch.setattr(absence, "AWAY_SECONDS", 0.05)
    recipes = search_space.grid(replace(RECIPE, epochs=5000), {"l2": [0, 1e-4, 1e-3, 1e-2]})
    sweep = sweep_of(pool, source, recipes, wanted=lambda: False)
    sweep.resume()
    wait_until(lambda: sweep.status == "paused")
    assert "closed" in sweep.view().message
    wait_until(lambda: not pool.busy)


def test_without_validation_digits_there_is_nothing_to_choose_by(pool, source):
    with pytest.raises(ValueError, match="validation_fraction: 0 leaves no digits"):
        sweep_of(pool, source._replace(n_train=600), [RECIPE])
    with pytest.raises(ValueError, match="seeds: 6 is outside 1 to 5"):
        sweep_of(pool, source, [RECIPE], seeds=6)


def test_the_work_ahead_grows_with_seeds_and_shrinks_with_halving():
    def whole(**options):
        plan = Plan(search_space.grid(Recipe(), search_space.PUBLISHED_FIELDS), **options)
        return Workload(plan, (3400, 600), Speed()).whole()

    assert whole(seeds=3) == pytest.approx(3 * whole())
    assert whole(halving=True) < 0.7 * whole()


@pytest.mark.parametrize("halving", [False, True])
def test_the_work_done_and_the_work_ahead_always_add_up_to_the_estimate(halving):
    recipes = search_space.grid(
        Recipe(epochs=18), {"learning_rate": [k / 1000 for k in range(1, 11)]}
    )
    plan, sizes = Plan(recipes, seeds=2, halving=halving), (3400, 600)
    ladder, whole = Ladder(plan, sizes, Speed()), Workload(plan, sizes, Speed()).whole()
    for rung in range(len(plan.rungs)):
        for attempt in ladder.ahead():
            assert ladder.spent() + ladder.left(ladder.ahead()) == pytest.approx(whole)
            attempt.trained = attempt.epochs = ladder.goal(attempt)
        if rung < len(plan.rungs) - 1:
            ladder.climb()
    assert ladder.spent() == pytest.approx(whole)


def test_halving_saves_no_time_on_trials_that_end_before_the_first_comparison():
    recipes = search_space.grid(
        Recipe(), {"epochs": [2, 18], "learning_rate": [0.001, 0.003, 0.01]}
    )
    plan, sizes = Plan(recipes, halving=True), (3400, 600)
    assert plan.rungs == (6, 18)
    epochs = 3 * 2 + 3 * 6 + 2 * (0 + 12) / 2  # two climb on, as likely of the one as of the other
    whole = Workload(plan, sizes, Speed()).whole()
    assert whole == pytest.approx(epochs * epoch_seconds(recipes[0], *sizes, Speed()))


@pytest.mark.parametrize("search_class", ["HalvingGridSearchCV", "HalvingRandomSearchCV"])
def test_the_estimator_works_in_scikit_learns_halving_search(source, search_class):
    split, rates = open_split(source), {"learning_rate": [1e-5, 2e-5, 0.01]}

    def found(space):
        return getattr(model_selection, search_class)(
            ANNClassifier(hidden_sizes=(8,), batch_size=16),
            space,
            resource="epochs",
            min_resources=2,
            max_resources=6,
            cv=2,
            random_state=0,
        ).fit(split.train_x, split.train_y)

    assert found(rates).best_params_ == {"learning_rate": 0.01, "epochs": 6}
    with pytest.raises(ValueError, match="Cannot use parameter epochs as the resource"):
        found(rates | {"epochs": [2, 6]})  # as `ann.search.halving` says
