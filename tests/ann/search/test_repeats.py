"""Repeats over seeds: they train by themselves, a few at a time, and pause with their page."""

import gc
import weakref
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import replace
from time import monotonic

import numpy as np
import pytest

from ann.evaluation.significance import SEEDS
from ann.finish import reached
from ann.history import History
from ann.recipe import Recipe
from ann.running.chunk import open_split
from ann.running.job import Job
from ann.running.pool import Pool
from ann.search.group import AT_ONCE
from ann.search.repeats import Repeats
from ann.state import start
from ann.train import train
from tests.waiting import wait_until

RECIPE = Recipe(hidden_sizes=(8,), epochs=2, batch_size=50, dropout=0.2, seed=5)


class Silent(Executor):
    """Takes chunks and never finishes one: a training that is always under way."""

    def submit(self, function, *args):
        return Future()


@pytest.fixture
def new_job(source):
    """`new_job(recipe)` trains in a thread; with `make=Silent` it never gets an answer."""
    pools = []

    def new(recipe, make=lambda: ThreadPoolExecutor(1), **options):
        pools.append(Pool(make))
        return Job(pools[-1], start(recipe, open_split(source)), source, **options)

    yield new
    for pool in pools:
        pool.shutdown()


@pytest.fixture
def trained(new_job):
    job = new_job(RECIPE)
    job.resume()
    wait_until(lambda: job.status == "finished")
    return job.view()


@pytest.fixture
def still(new_job):
    return lambda recipe: new_job(recipe, Silent)


def test_repeats_finish_without_a_page_as_if_each_had_been_alone(pool, source):
    def new_job(recipe):
        return Job(pool, start(recipe, open_split(source)), source)

    other = replace(RECIPE, learning_rate=0.01)
    repeats = Repeats([new_job(recipe).view() for recipe in (RECIPE, other)], new_job)
    assert repeats.status == "ready"
    repeats.resume()
    wait_until(lambda: repeats.status == "finished")
    for lane, recipe in enumerate((RECIPE, other)):
        each = [undisturbed(source, replace(recipe, seed=seed)) for seed in range(5, 5 + SEEDS)]
        assert repeats.accuracies(lane) == each
        assert repeats.table(lane)[:, -1].tolist() == each
    assert repeats.progress()[0] == 1 and not any(run.job for run in repeats.runs)


def undisturbed(source, recipe):
    """The validation accuracy of an unbroken training."""
    state, history = start(recipe, open_split(source)), History()
    for event in train(state, open_split(source)):
        history.add(event)
    return reached(state, history)


def test_the_weights_of_a_repeat_that_has_ended_take_up_no_memory(trained, new_job):
    made = []

    def remembered(recipe):
        job = new_job(recipe)
        made.append(weakref.ref(job))
        return job

    gc.disable()  # which would find what refers to itself, but only after a while
    try:
        repeats = Repeats([trained], remembered)
        repeats.resume()
        wait_until(lambda: repeats.status == "finished")
        wait_until(lambda: not any(job() for job in made), seconds=10)
        assert len(made) == SEEDS - 1
    finally:
        gc.enable()


def test_only_a_few_repeats_train_at_a_time_and_stopping_ends_them(still):
    views = [still(RECIPE).view(), still(replace(RECIPE, dropout=0.5)).view()]
    repeats = Repeats(views, still)
    repeats.resume()
    repeats.resume()
    jobs = [run.job for run in repeats.runs if run.job]
    assert len(jobs) == AT_ONCE and repeats.status == "running"
    assert [run.recipe.seed for run in repeats.lanes[1]] == list(range(5, 5 + SEEDS))
    repeats.finish()
    repeats.resume()
    assert repeats.status == "finished" and {job.status for job in jobs} == {"finished"}
    assert np.isnan(repeats.accuracies(0)).all() and not any(run.job for run in repeats.runs)


def test_repeats_of_a_closed_page_pause_within_seconds_however_short_each_is(
    trained, new_job, monkeypatch
):
    monkeypatch.setattr("ann.running.absence.AWAY_SECONDS", 0.05)
    open_, begun = [True], []

    def job_of_the_page(recipe):
        begun.append(monotonic())
        return new_job(recipe, wanted=lambda: open_[0])

    views = [trained._replace(recipe=replace(RECIPE, l2=i / 1e5)) for i in range(40)]
    repeats = Repeats(views, job_of_the_page)
    repeats.resume()
    wait_until(lambda: len(begun) > 10)
    open_[0], closed = False, monotonic()
    wait_until(lambda: repeats.status == "paused")
    assert "closed" in repeats.message and begun[-1] - closed < 5
    assert len(begun) < len(repeats.runs)
    open_[0] = True  # the network is back
    repeats.resume()
    wait_until(lambda: repeats.status == "finished")
    assert all(run.ended for run in repeats.runs)


def test_repeats_pause_with_a_message_if_a_job_cannot_be_made(trained):
    def no_data(recipe):
        raise FileNotFoundError("the digits are gone")

    repeats = Repeats([trained], no_data)
    repeats.resume()
    assert repeats.status == "paused" and "the digits are gone" in repeats.message


def test_a_training_that_has_already_ended_is_not_repeated(trained, still):
    begun = still(replace(RECIPE, dropout=0.5)).view()
    repeats = Repeats([trained, begun], still)
    assert [run.ended for run in repeats.lanes[0]] == [True] + [False] * (SEEDS - 1)
    assert not any(run.ended for run in repeats.lanes[1])
    assert repeats.accuracies(0)[0] == trained.history.epochs["validation_accuracy"][-1]
    assert repeats.table(0).shape == (SEEDS, RECIPE.epochs)


def test_a_training_that_was_changed_midway_is_repeated_too(trained, still):
    history = trained.history.copy()
    history.add_change(1, 0.1, "learning_rate", 0.1, RECIPE.learning_rate)
    repeats = Repeats([trained._replace(history=history)], still)
    assert not any(run.ended for run in repeats.lanes[0])
