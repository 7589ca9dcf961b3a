"""What was paused because its page was closed continues when the page is back."""

import threading
from dataclasses import replace

import numpy as np
import pytest

from ann.recipe import Recipe
from ann.running import absence
from ann.running.chunk import open_split
from ann.running.job import Job
from ann.search.group import Group
from ann.state import start
from ann.train import train
from tests.waiting import wait_until

RECIPE = Recipe(hidden_sizes=(16,), epochs=300, batch_size=16, dropout=0.2, seed=5)


class Tab:
    """A browser tab whose network can be cut."""

    def __init__(self):
        self.there = threading.Event()
        self.there.set()

    def __call__(self):
        return self.there.is_set()


class Lane:
    def __init__(self, job):
        self.job = job


@pytest.fixture(autouse=True)
def hasty(monkeypatch):
    monkeypatch.setattr(absence, "AWAY_SECONDS", 0.05)
    monkeypatch.setattr(absence, "LOOK_SECONDS", 0.05)


@pytest.fixture
def tab():
    return Tab()


@pytest.fixture
def new_job(pool, source, tab):
    jobs = []

    def make(recipe=RECIPE):
        jobs.append(Job(pool, start(recipe, open_split(source)), source, wanted=tab))
        return jobs[-1]

    yield make
    for job in jobs:
        job.finish()


def leave(tab, thing):
    tab.there.clear()
    wait_until(lambda: thing.status == "paused" and thing.at_rest)
    assert thing.is_deserted and "closed" in thing.message


def test_a_training_continues_when_its_page_is_back_and_loses_nothing(new_job, tab, source):
    job = new_job()
    job.resume()
    wait_until(lambda: job.has_begun)
    leave(tab, job)
    stood = job.view().state.step
    tab.there.set()
    wait_until(lambda: job.status == "finished")
    unbroken = start(RECIPE, open_split(source))
    for _ in train(unbroken, open_split(source)):
        pass
    assert job.view().state.step > stood
    assert np.array_equal(job.view().state.theta, unbroken.theta)


def test_it_continues_only_as_far_as_it_was_asked_to(new_job, tab, monkeypatch):
    job = new_job(replace(RECIPE, hidden_sizes=(512, 512)))
    tab.there.clear()
    job.train_to(2)
    wait_until(lambda: job.is_deserted or job.view().state.epoch == 2)
    tab.there.set()
    wait_until(lambda: job.status == "paused" and not job.is_deserted)
    assert job.view().state.epoch == 2


def test_a_page_that_is_drawn_again_finds_its_training_running(new_job, tab, monkeypatch):
    monkeypatch.setattr(absence, "LOOK_SECONDS", 3)  # its thread sleeps so long at most
    job = new_job(replace(RECIPE, epochs=5000))
    job.resume()
    leave(tab, job)
    absence.look_again()
    assert job.status == "paused"
    tab.there.set()
    absence.look_again()
    assert job.status == "running"


@pytest.mark.parametrize("how", ["pause", "finish"])
def test_what_the_learner_paused_or_ended_stays_so(new_job, tab, how):
    job = new_job(replace(RECIPE, epochs=5000))
    job.resume()
    if how == "pause":
        job.pause()
        tab.there.clear()
    else:
        leave(tab, job)
        job.finish()
    was = job.status
    tab.there.set()
    absence.look_again()
    assert job.status == was


def test_a_group_continues_as_one(new_job, tab):
    lanes = [Lane(new_job()), Lane(new_job(replace(RECIPE, epochs=1)))]
    group = Group(lanes)
    group.resume()
    wait_until(lambda: lanes[1].job.status == "finished")
    leave(tab, group)
    tab.there.set()
    wait_until(lambda: group.status == "finished")
    assert all(lane.job.view().state.reason == "epochs" for lane in lanes)


def test_nothing_looks_while_nothing_waits(new_job, tab):
    def looking():
        return [t for t in threading.enumerate() if t.name == "ann-return"]

    job = new_job()
    job.resume()
    leave(tab, job)
    assert len(looking()) == 1
    tab.there.set()
    wait_until(lambda: not looking())
