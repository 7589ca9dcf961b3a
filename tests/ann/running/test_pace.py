"""The pace of a training: it waits between its chunks, holds no worker, and changes no result."""

import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from ann.running.chunk import FIRST_CHUNK, Limit
from ann.running.pace import FULL, Pace
from ann.running.pool import Pool
from tests.ann.running.test_job import RECIPE, job_for, long, undisturbed, wait_for
from tests.waiting import wait_until


@pytest.fixture
def pool():
    one = Pool(lambda: ThreadPoolExecutor(1))
    yield one
    one.shutdown()


def step_of(job):
    return job.view().state.step


def test_a_training_at_any_pace_equals_one_at_full_speed(source, pool):
    expected = undisturbed(source)
    job = job_for(pool, source)
    job.set_pace(Pace(1, 0.02))
    job.resume()
    for pace, until in ((Pace(3, 0.01), 3), (Pace(7, 0.05), 12), (FULL, 30)):
        wait_until(lambda until=until: step_of(job) >= until or job.status == "finished")
        job.set_pace(pace)
    view = wait_for(job, "finished")
    assert np.array_equal(view.state.theta, expected.theta)
    assert np.array_equal(view.state.moments, expected.moments)
    assert not view.history.changes


def test_a_slow_training_takes_no_more_steps_than_its_pace_allows(source, pool):
    job = job_for(pool, source, long())
    job.set_pace(Pace(2, 0.1))
    began = time.monotonic()
    job.resume()
    wait_until(lambda: step_of(job) >= 10)
    seconds = time.monotonic() - began
    job.pause()
    assert seconds >= 0.1 * (10 / 2 - 1) - 0.01
    assert all(np.diff(job.view().history.steps["step"]) == 1), "each step is a point"


def test_while_a_training_waits_its_worker_is_free_for_others(source, pool):
    slow, other = job_for(pool, source, long()), job_for(pool, source)
    slow.set_pace(Pace(1, 60.0))
    slow.resume()
    wait_until(lambda: step_of(slow) == 1)
    assert not pool.busy
    other.resume()
    wait_for(other, "finished")
    assert step_of(slow) == 1 and slow.status == "running"
    slow.finish()


def test_a_new_pace_applies_at_once_also_while_the_training_waits(source, pool):
    job = job_for(pool, source)
    job.set_pace(Pace(1, 60.0))
    job.resume()
    wait_until(lambda: step_of(job) == 1)
    assert job.view().seconds_left > 60
    job.set_pace(FULL)
    wait_for(job, "finished")


def test_a_waiting_training_pauses_resumes_steps_and_stops_at_once(source, pool):
    job = job_for(pool, source, long())
    job.set_pace(Pace(1, 60.0))
    job.resume()
    wait_until(lambda: step_of(job) == 1)
    job.pause()
    assert job.at_rest
    job.resume()
    wait_until(lambda: step_of(job) == 2)
    job.pause()
    job.step()
    wait_for(job, "paused")
    assert step_of(job) == 3
    job.resume()
    job.finish()
    wait_until(lambda: job.at_rest)
    assert step_of(job) <= 4


def test_the_time_left_and_the_speed_follow_the_pace(source, pool):
    job = job_for(pool, source, long())
    job.set_pace(Pace(1, 0.5))
    job.resume()
    wait_until(lambda: step_of(job) >= 2)
    view = job.view()
    job.finish()
    assert view.images_per_second <= 2 * RECIPE.batch_size
    steps = 5000 * -(-job.source.n_train // RECIPE.batch_size)
    assert view.seconds_left == pytest.approx(steps / 2, rel=0.1)


def test_an_epoch_that_is_asked_for_keeps_the_pace_and_a_step_does_not_wait():
    assert Pace(2, 1.0).limit(Limit(epochs=1)) == Limit(epochs=1, steps=2)
    assert Pace(2, 1.0).limit(Limit(steps=1)) == Limit(steps=1)
    assert Pace(2, 1.0).limit(FIRST_CHUNK).seconds == FIRST_CHUNK.seconds
    assert FULL.limit(Limit()) == Limit()


def test_a_late_chunk_is_not_made_up_for():
    pace = Pace(1, 1.0)
    assert pace.due(due=10.0, sent=10.1, steps=1) == 11.0, "on the beat"
    assert pace.due(due=10.0, sent=50.0, steps=1) == 50.5, "no burst after a long wait"
    assert FULL.due(10.0, 10.0, 5) == 0
