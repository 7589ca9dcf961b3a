"""Replays in worker processes: stopped, deserted, with killed workers."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace

import numpy as np
import pytest

from ann.evaluation.speed import Speed
from ann.inside.frames import equals
from ann.inside.replay import Plan, frame_steps
from ann.recipe import Recipe
from ann.running import absence
from ann.running.blank import blank_state
from ann.running.budget import NoRoomError, Owner
from ann.running.chunk import open_split
from ann.running.job import Job
from ann.running.limits import Limits
from ann.running.pool import Pool, process_executor
from ann.running.replay import Replay, frame_bytes
from ann.running.turns import Turns
from ann.search.new_job import new_replay
from ann.state import start
from tests.waiting import wait_until

RECIPE = Recipe(hidden_sizes=(16,), epochs=6, batch_size=16, dropout=0.2, seed=5)


def finished_run(pool, source, recipe=RECIPE):
    job = Job(pool, start(recipe, open_split(source)), source)
    job.resume()
    wait_until(lambda: job.status == "finished")
    return job.run()


def replay_of(pool, source, run, stops=None, **options):
    plan = Plan.of(run)
    stops = stops or frame_steps(plan, run.history.epochs["step"], 99)
    state = options.pop("state", None) or blank_state(plan.recipe, 50, 4)
    return Replay(pool, state, source, plan, stops, **options)


def wait_for(replay, *statuses):
    wait_until(lambda: replay.status in statuses)
    assert replay.status in statuses, replay.message
    return replay


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"batch_norm": True, "ema": 0.9},
        {"patience": 1, "learning_rate": 0.05, "epochs": 30},
        {"batch_size": 70_000},
        {"hidden_sizes": (), "optimizer": "sgd", "validation_fraction": 0.0},
    ],
)
def test_the_last_frame_of_a_replay_equals_the_run_of_the_job(pool, source, fields):
    run = finished_run(pool, source, replace(RECIPE, **fields))
    replay = replay_of(pool, source, run)
    replay.resume()
    wait_for(replay, "finished")
    assert equals(replay.frames[-1], run)
    steps = [frame.step for frame in replay.frames]
    assert tuple(dict.fromkeys(steps)) == replay.stops and replay.share == 1 and replay.complete


def test_a_stopped_training_is_replayed_up_to_where_it_was_stopped(pool, source):
    job = Job(pool, start(replace(RECIPE, epochs=5000), open_split(source)), source)
    job.resume()
    wait_until(lambda: job.view().state.step > 300)
    job.change(learning_rate=0.01, batch_size=8)
    wait_until(lambda: job.view().history.changes)
    seen = job.view().state.step
    wait_until(lambda: job.view().state.step > seen + 50)
    job.finish()
    wait_until(lambda: job.at_rest)
    run = job.run()
    replay = replay_of(pool, source, run)
    replay.resume()
    wait_for(replay, "finished")
    assert not run.reason and len(run.history.changes) == 2 and equals(replay.frames[-1], run)


def test_a_replay_can_be_stopped_and_keeps_its_frames(pool, source):
    run = replace(finished_run(pool, source), step=10**7, epoch=4000)
    run.recipe = replace(RECIPE, epochs=5000)
    replay = replay_of(pool, source, run)
    assert replay.share == 0
    replay.resume()
    wait_until(lambda: replay.frames and replay.frames[-1].step == 512)
    assert 0 < replay.share < 1 and np.isfinite(replay.view().seconds_left)
    replay.finish()
    wait_until(lambda: replay.at_rest)
    count = len(replay.frames)
    assert replay.status == "finished" and count >= 11 and not replay.complete
    replay.resume()
    assert replay.status == "finished" and len(replay.frames) == count


def test_killing_workers_during_a_replay_changes_nothing(source):
    pool = Pool(lambda: process_executor(1))
    try:
        run = finished_run(pool, source, replace(RECIPE, epochs=120))
        replay = replay_of(pool, source, run)
        replay.resume()
        for step in (1, 600, 1800):
            wait_until(lambda step=step: replay.frames and replay.frames[-1].step >= step)
            for process in list(pool.executor._processes.values()):
                with suppress(ProcessLookupError):
                    os.kill(process.pid, signal.SIGKILL)
        wait_for(replay, "finished")
        assert equals(replay.frames[-1], run)
        assert tuple(frame.step for frame in replay.frames) == replay.stops
    finally:
        pool.shutdown()


def test_a_replay_goes_no_further_than_its_last_stop_and_may_begin_on_the_way(pool, source):
    run = finished_run(pool, source)
    first = replay_of(pool, source, run, stops=(40, 70), whole=True)
    first.resume()
    wait_for(first, "finished")
    assert [frame.step for frame in first.frames] == [40, 70]
    later = replay_of(pool, source, run, stops=(70,), whole=True, state=first.frames[0].state)
    later.resume()
    (found,) = wait_for(later, "finished").frames
    for name in ("theta", "moments", "best_theta"):
        ours, theirs = getattr(found.state, name), getattr(first.frames[1].state, name)
        assert np.array_equal(ours, theirs), name


def test_frames_of_workers_without_files_are_the_same(pool, source):
    run = finished_run(pool, source)
    threads = Pool(lambda: ThreadPoolExecutor(1))
    replay = replay_of(threads, source, run)
    replay.resume()
    assert equals(wait_for(replay, "finished").frames[-1], run)


def test_a_replay_for_nobody_pauses_and_continues_when_the_page_is_back(pool, source, monkeypatch):
    monkeypatch.setattr(absence, "AWAY_SECONDS", 0.0)
    run = replace(finished_run(pool, source), step=10**7, epoch=4000)
    run.recipe = replace(RECIPE, epochs=5000)
    here = [False]
    replay = replay_of(pool, source, run, wanted=lambda: here[0])
    replay.resume()
    wait_for(replay, "paused")
    here[0] = True
    wait_for(replay, "running")
    replay.finish()


def test_its_memory_is_counted_and_bounded(pool, source):
    """That of a training and of its frames, for the visitor's own budget."""
    run, split = finished_run(pool, source), open_split(source)
    plan, size = Plan.of(run), frame_bytes(RECIPE, 50, 4)
    assert size == run.theta.nbytes + run.statistics.nbytes
    turns = Turns(pool, Limits(max_visitor_gb=0.01))
    share = turns.share(Owner("here", "me"))
    rest = {"n_classes": 4, "speed": Speed(), "wanted": lambda: True}
    many = tuple(range(int(1e7 / size)))
    with pytest.raises(NoRoomError, match="10 MB"):
        new_replay(share, source, split, plan, many, **rest)
    replay = new_replay(share, source, split, plan, many[: len(many) // 2], **rest)
    with pytest.raises(NoRoomError):
        new_replay(share, source, split, plan, many[: len(many) // 2], **rest)
    del replay
    new_replay(share, source, split, plan, many[: len(many) // 2], **rest)
