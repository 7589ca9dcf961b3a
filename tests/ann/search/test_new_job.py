"""Trainings begin within the limits, and cost the server nothing before a worker takes them."""

import shutil

import numpy as np
import pytest

from ann.evaluation.speed import Speed
from ann.recipe import Recipe
from ann.running.blank import Blank
from ann.running.chunk import Limit, open_split, run_chunk
from ann.running.job import Job
from ann.search.new_job import new_job
from ann.state import start
from tests.waiting import wait_until

USUAL, SLOW = Speed(), Speed(multiply_add=1.0)  # seconds: any step takes minutes
RECIPE = Recipe(hidden_sizes=(16,), epochs=2, batch_size=16, dropout=0.2, ema=0.9)


@pytest.fixture
def make(pool, source):
    def make(speed=USUAL, recipe=RECIPE):
        split = open_split(source)
        return new_job(pool, source, split, recipe, n_classes=10, speed=speed, wanted=lambda: True)

    return make


def test_initial_weights_are_drawn_by_a_worker_and_are_the_same(make, pool, source):
    job = make()
    assert not job.view().state.theta.size
    job.resume()
    other = Job(pool, start(RECIPE, open_split(source), 10), source)
    other.resume()
    wait_until(lambda: job.status == other.status == "finished")
    assert job.view().state.digest == other.view().state.digest
    assert job.view().state.scaling == other.view().state.scaling


def test_a_training_whose_steps_take_too_long_is_refused_before_anything_is_drawn(make):
    job = make(SLOW)
    job.resume()
    view = job.view()
    assert view.status == "failed" and "batch_size: a step on" in view.message
    assert not view.state.theta.size


def test_a_training_begins_again_if_its_folder_has_gone_before_the_first_answer(
    make, pool, monkeypatch
):
    job = make()
    submit, calls = pool.submit, []

    def first_here(function, *args):
        calls.append(args)
        if len(calls) == 1:
            shutil.rmtree(pool.folder)
        return submit(function, *args)

    monkeypatch.setattr(pool, "submit", first_here)
    job.resume()
    wait_until(lambda: job.status in ("finished", "failed"))
    assert job.status == "finished" and len(calls) > 1


def test_a_worker_on_another_machine_sends_the_state_back_itself(source):
    chunk = run_chunk(Blank(RECIPE, 10, None), source, Limit(steps=1))
    assert chunk.state.step == 1 and np.isfinite(chunk.state.theta).all()
