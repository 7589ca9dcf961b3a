"""Several trainings that start, pause and end together."""

import gc
import weakref
from concurrent.futures import Executor, Future
from dataclasses import dataclass, replace

import numpy as np
import pytest

from ann.recipe import Recipe
from ann.running.chunk import open_split
from ann.running.job import Job
from ann.running.pool import Pool
from ann.search.group import Group
from ann.state import start
from ann.train import train
from tests.waiting import wait_until

RECIPE = Recipe(hidden_sizes=(8,), epochs=3, batch_size=50, dropout=0.2, seed=5)
LONG = replace(RECIPE, epochs=5000)


@dataclass(eq=False)
class Lane:
    """The least that a member of a group needs."""

    job: Job | None


@pytest.fixture
def lanes(pool, source):
    """`lanes(recipe, n)`: n trainings, each with its own seed."""

    def make(recipe, n=3):
        recipes = [replace(recipe, seed=seed) for seed in range(n)]
        return [Lane(Job(pool, start(r, open_split(source)), source)) for r in recipes]

    return make


def statuses(lanes):
    return {lane.job.status for lane in lanes}


def test_all_train_to_the_end_as_if_each_had_been_alone(lanes, source):
    group = Group(some := lanes(RECIPE))
    assert group.status == "ready"
    group.resume()
    assert statuses(some) == {"running"}
    wait_until(lambda: group.status == "finished")
    assert statuses(some) == {"finished"} and group.at_rest
    for lane in some:
        state = start(lane.job.view().recipe, open_split(source))
        for _ in train(state, open_split(source)):
            pass
        assert np.array_equal(lane.job.view().state.theta, state.theta)


def test_the_weights_of_a_group_that_has_ended_go_with_its_members(lanes):
    group = Group(some := lanes(RECIPE))
    group.resume()
    wait_until(lambda: group.status == "finished")
    jobs = [weakref.ref(lane.job) for lane in some]
    gc.disable()  # which would find what refers to itself, but only after a while
    try:
        del some
        wait_until(lambda: not any(job() for job in jobs), seconds=10)
    finally:
        gc.enable()


def test_one_begins_when_another_ends(lanes):
    group = Group(some := lanes(RECIPE, 4), at_once=1)
    group.resume()
    with group.lock:
        assert sum(lane.job.status == "running" for lane in some) == 1
    wait_until(lambda: group.status == "finished")
    assert statuses(some) == {"finished"}


def test_they_pause_continue_and_end_together(lanes):
    group = Group(some := lanes(LONG))
    group.resume()
    wait_until(lambda: all(lane.job.has_begun for lane in some))
    group.pause()
    assert group.status == "paused" and statuses(some) == {"paused"}
    wait_until(lambda: group.at_rest)
    group.resume()
    assert group.status == "running" and statuses(some) == {"running"}
    group.finish()
    assert group.status == "finished" and statuses(some) == {"finished"}
    group.resume()
    assert statuses(some) == {"finished"}
    wait_until(lambda: group.at_rest)


def test_a_group_has_finished_when_every_member_was_ended_from_outside(lanes):
    group = Group(some := lanes(LONG))
    group.resume()
    group.pause()
    wait_until(lambda: all(lane.job.at_rest for lane in some))
    for lane in some:
        assert group.status == "paused"
        lane.job.finish("This training continues on another page.")
    assert group.status == "finished"


def test_if_no_worker_takes_one_all_pause_with_the_reason(lanes, source):
    class Full(Executor):
        def submit(self, function, *args):
            raise OSError("No space left on device")

    class Silent(Executor):
        def submit(self, function, *args):
            return Future()

    first, last = (
        Lane(Job(Pool(make), start(LONG, open_split(source)), source)) for make in (Silent, Full)
    )
    group = Group([first, last])
    group.resume()
    assert group.status == "paused" and "No space left" in group.message
    assert first.job.status == last.job.status == "paused"


def test_a_group_without_members_finishes_immediately():
    group = Group([])
    group.resume()
    assert group.status == "finished"
