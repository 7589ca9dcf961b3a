"""Trainings are saved while they run, by a thread that holds nobody up."""

import gc
import os
import sqlite3
import time
import weakref
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace

import numpy as np
import pytest

from ann.keeping import autosave, database, limits
from ann.keeping.lease import HEARTBEAT_SECONDS
from ann.keeping.run_autosave import RunAutosave
from ann.recipe import Recipe
from ann.running.find_data import Source
from ann.running.job import Job
from ann.running.pool import Pool
from ann.state import Split, start
from tests.waiting import wait_until

RNG = np.random.default_rng(0)
X, Y = RNG.integers(0, 256, (400, 12)).astype(np.uint8), np.arange(400) % 3
ANNA = 43 * "a"
LONG = Recipe(hidden_sizes=(6,), epochs=5_000, batch_size=8)


@pytest.fixture
def source(tmp_path):
    np.save(tmp_path / "train_images.npy", X)
    np.save(tmp_path / "train_labels.npy", Y)
    return Source(str(tmp_path), "0123456789abcdef", 300)


@pytest.fixture
def pool():
    pool = Pool(lambda: ThreadPoolExecutor(1))
    yield pool
    pool.shutdown()


@pytest.fixture
def saver(archive):
    saver = RunAutosave(archive, every=0.2)
    yield saver
    saver.close()


def job_for(pool, source, recipe=LONG):
    split = Split(X[:300], Y[:300], X[300:], Y[300:])
    return Job(pool, start(recipe, split), source)


def test_a_training_is_saved_while_it_runs_and_when_it_ends(archive, saver, pool, source):
    job = job_for(pool, source)
    saver.watch(ANNA, job)
    job.resume()
    wait_until(lambda: saver.number(job), "it was not saved")
    (saved,) = archive.list(ANNA)
    assert saved.status == "running" and saved.id == saver.number(job)
    wait_until(lambda: archive.list(ANNA)[0].summary.step > saved.summary.step, "no later state")
    job.finish("Enough.")
    wait_until(lambda: archive.list(ANNA)[0].status == "finished", "its end was not saved")
    wait_until(lambda: archive.open(ANNA, saved.id).step == job.run().step, "not the last state")
    assert archive.open(ANNA, saved.id).message == "Enough."
    assert len(archive.list(ANNA)) == 1


def test_a_run_in_the_list_has_its_number(archive, saver, pool, source, monkeypatch):
    def slow_save(*args, save=archive.save, **options):
        number = save(*args, **options)
        time.sleep(0.5)  # written, but its number is not known yet
        return number

    monkeypatch.setattr(archive, "save", slow_save)
    job = job_for(pool, source)
    saver.watch(ANNA, job)
    job.resume()
    wait_until(lambda: archive.list(ANNA), "it was not saved")
    assert saver.number(job) == archive.list(ANNA)[0].id


def test_a_few_steps_of_trying_out_are_not_saved(archive, saver, pool, source):
    job = job_for(pool, source)
    saver.watch(ANNA, job)
    job.step()
    wait_until(lambda: job.status == "paused", "no step")
    time.sleep(1)
    assert archive.list(ANNA) == () and saver.number(job) is None
    job.epoch()
    wait_until(lambda: archive.list(ANNA), "an epoch was not saved")


def test_a_run_that_the_visitor_deletes_does_not_come_back(archive, saver, pool, source):
    job = job_for(pool, source)
    saver.watch(ANNA, job)
    job.resume()
    wait_until(lambda: saver.number(job), "it was not saved")
    archive.delete(ANNA, saver.number(job))
    wait_until(lambda: saver.number(job) is None, "it is still watched")
    step = job.run().step
    wait_until(lambda: job.run().step > step, "deleting it stopped the training")
    job.finish()
    time.sleep(0.7)
    assert archive.list(ANNA) == ()


def test_a_reason_is_no_news_once_a_later_run_is_saved(archive, saver, pool, source, monkeypatch):
    large, small = job_for(pool, source), job_for(pool, source)
    with monkeypatch.context() as patch:
        patch.setattr(limits, "MAX_RUN_BYTES", 100)
        saver.watch(ANNA, large)
        large.resume()
        wait_until(lambda: saver.problem(ANNA))
        large.finish()
        wait_until(lambda: not saver.busy(ANNA))
    assert saver.unsaved(ANNA) == (large, saver.problem(ANNA))
    saver.watch(ANNA, small)
    assert saver.unsaved(ANNA), "nothing later has been saved yet"
    small.resume()
    wait_until(lambda: saver.number(small))
    small.finish()
    assert saver.unsaved(ANNA) is None and saver.problem(ANNA) == ""


def test_a_run_that_cannot_be_saved_gives_a_reason_and_continues(
    archive, saver, pool, source, monkeypatch
):
    monkeypatch.setattr(limits, "MAX_RUN_BYTES", 100)
    job = job_for(pool, source)
    saver.watch(ANNA, job)
    job.resume()
    wait_until(lambda: saver.problem(ANNA), "no reason was given")
    assert "and was not saved" in saver.problem(ANNA)
    monkeypatch.undo()
    wait_until(lambda: archive.list(ANNA), "it was not tried again")
    wait_until(lambda: not saver.problem(ANNA), "the reason is still there")
    job.finish()


def test_unsaved_changes_are_written_when_the_server_ends(archive, pool, source):
    saver = RunAutosave(archive, every=3600)
    job = job_for(pool, source)
    saver.watch(ANNA, job)
    job.resume()
    wait_until(lambda: job.run().epoch >= 1, "no epoch")
    saver.close()
    assert archive.list(ANNA)
    job.finish()


def test_a_job_that_nobody_needs_any_more_leaves_memory(archive, saver, pool, source):
    job = job_for(pool, source, Recipe(hidden_sizes=(6,), epochs=1))
    saver.watch(ANNA, job)
    job.resume()
    wait_until(lambda: archive.list(ANNA), "it was not saved")
    gone = weakref.ref(job)
    del job

    def collected():
        gc.collect()
        return gone() is None

    wait_until(collected, "the job is still in memory")
    assert saver.number(None) is None


def test_it_is_busy_for_a_visitor_until_the_end_is_written(archive, saver, pool, source):
    job = job_for(pool, source)
    assert not saver.busy(ANNA)
    job.resume()
    saver.watch(ANNA, job)
    assert saver.busy(ANNA) and not saver.busy(43 * "b")
    wait_until(lambda: job.run().epoch >= 1, "no epoch")
    job.finish()
    wait_until(lambda: not saver.busy(ANNA), "it stays busy")
    assert archive.list(ANNA)[0].status == "finished"


def test_a_training_that_ends_while_the_file_is_locked_is_saved_once_it_is_free(
    archive, saver, pool, source, monkeypatch
):
    monkeypatch.setattr(database, "WAIT_SECONDS", 0.1)
    monkeypatch.setattr(autosave, "RETRY_SECONDS", 0.5)
    assert not archive.list(ANNA)  # so the file exists
    with closing(sqlite3.connect(archive._db.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        job = job_for(pool, source, replace(LONG, epochs=2))
        saver.watch(ANNA, job)
        job.resume()
        wait_until(lambda: saver.problem(ANNA) and job.status == "finished", "it was written")
        assert saver.problem(ANNA).startswith("Not saved yet: ") and saver.busy(ANNA)
        assert "locked" in saver.problem(ANNA)
    wait_until(lambda: archive.list(ANNA), "it was lost")
    assert archive.list(ANNA)[0].status == "finished"
    wait_until(lambda: not saver.busy(ANNA))


def test_a_run_that_can_never_be_written_leaves_memory_in_the_end(
    archive, saver, pool, source, monkeypatch
):
    monkeypatch.setattr(autosave, "RETRY_SECONDS", 0.1)
    monkeypatch.setattr(autosave, "MAX_TRIES", 3)
    tries = []

    def refuse(*args, **options):
        tries.append(1)
        raise database.UnusableError("the disk is full")

    monkeypatch.setattr(archive, "save", refuse)
    jobs = [job_for(pool, source, replace(LONG, epochs=2))]
    saver.watch(ANNA, jobs[0])
    jobs[0].resume()
    wait_until(lambda: jobs[0].status == "finished" and not saver.busy(ANNA), "it is tried forever")
    assert len(tries) >= 3
    gone = weakref.ref(jobs.pop())
    wait_until(lambda: gc.collect() >= 0 and gone() is None, "it is still in memory")


def test_a_slow_write_does_not_hold_up_the_others_nine_times_as_long(
    archive, saver, pool, source, monkeypatch
):
    def slow_save(*args, save=archive.save, **options):
        time.sleep(0.5)  # such as another program's lock
        return save(*args, **options)

    rests, wait = [], saver._stop.wait
    monkeypatch.setattr(autosave, "MAX_REST_SECONDS", 0.4)
    monkeypatch.setattr(archive, "save", slow_save)
    monkeypatch.setattr(saver, "_pause", 3600)  # so that a rest is not divided
    monkeypatch.setattr(saver._stop, "wait", lambda seconds: rests.append(seconds) or wait(0.01))
    job = job_for(pool, source, replace(LONG, epochs=2))
    saver.watch(ANNA, job)
    job.resume()
    wait_until(lambda: saver.number(job) and not saver.busy(ANNA), "it was not saved")
    others = (3600, HEARTBEAT_SECONDS)
    assert 0.3 < max(rest for rest in rests if rest not in others) <= 0.4


def test_a_training_is_saved_soon_after_its_first_epoch_though_many_others_are_being_saved(
    archive, pool, source, monkeypatch
):
    """A write takes a tenth of a second, then comes a rest of nine: a round of all takes ten."""

    again = []

    def slowly(*args, update=archive.update, **options):
        again.append(1)
        time.sleep(0.1)
        return update(*args, **options)

    monkeypatch.setattr(archive, "update", slowly)
    saver = RunAutosave(archive, every=0.01)
    others = [job_for(pool, source) for _ in range(10)]
    try:
        for other in others:
            saver.watch(43 * "b", other)
            other.epoch()
        wait_until(lambda: len(archive.list(43 * "b")) == 10, "the others were not saved")
        for other in others:
            other.resume()
        job = job_for(pool, source)
        saver.watch(ANNA, job)
        job.epoch()
        wait_until(lambda: job.status == "paused", "no epoch")
        before = len(again)
        wait_until(lambda: archive.list(ANNA), "it was not saved")
        assert len(again) - before < 5, "half of the others were saved again before"
    finally:
        monkeypatch.undo()
        for other in others:
            other.finish()
        saver.close()


@pytest.mark.skipif(os.name == "nt", reason="Windows deletes no file that is open")
def test_a_training_is_saved_anew_if_somebody_deletes_the_file_meanwhile(
    archive, saver, pool, source
):
    earlier = archive.save(ANNA, run_of(pool, source), "earlier")
    job = job_for(pool, source)
    saver.watch(ANNA, job)
    job.resume()
    wait_until(lambda: saver.number(job), "it was not saved")
    for end in ("", "-wal", "-shm"):
        archive._db.path.with_name(archive._db.path.name + end).unlink()
    other = archive.save(ANNA, run_of(pool, source), "in the new file")
    archive.save(ANNA, run_of(pool, source), "also in the new file")
    assert other == earlier, "numbers begin again, so the training's may be that of another run"
    step = job.run().step
    wait_until(lambda: len(archive.list(ANNA)) == 3, "it was lost")
    wait_until(lambda: archive.list(ANNA)[0].summary.step > step, "it is not saved any further")
    job.finish("Enough.")
    wait_until(lambda: not saver.busy(ANNA))
    assert archive.open(ANNA, saver.number(job)).message == "Enough."
    assert [saved.name for saved in archive.list(ANNA)[1:]] == [
        "also in the new file",
        "in the new file",
    ]


def run_of(pool, source):
    return job_for(pool, source).run()


def test_who_waits_for_ended_trainings_is_told_once_they_are_saved(archive, pool, source):
    told = []

    def ended(visitor, number, run):
        (saved,) = (one for one in archive.list(visitor) if one.id == number)
        told.append((visitor, number, run.step, saved.status))

    saver = RunAutosave(archive, every=0.2, ended=ended)
    long, short = job_for(pool, source), job_for(pool, source, replace(LONG, epochs=1))
    saver.watch(ANNA, long)
    long.resume()
    wait_until(lambda: saver.number(long), "it was not saved")
    assert told == []
    long.finish("Enough.")
    saver.watch(ANNA, short)
    short.resume()
    for job in (long, short):
        # a chunk that was under way when it was stopped still counts, so it may be told of twice
        wait_until(
            lambda job=job: (ANNA, saver.number(job), job.run().step, "finished") in told,
            "nobody was told",
        )
    saver.close()
    assert {one[1] for one in told} == {saver.number(long), saver.number(short)}


def test_a_training_that_another_session_resumed_is_told_of_when_it_ends(archive, pool, source):
    told = []
    saver = RunAutosave(archive, every=0.2, ended=lambda *one: told.append(one))
    job = job_for(pool, source, replace(LONG, epochs=200))
    saver.watch(ANNA, job)
    job.resume()
    wait_until(lambda: saver.number(job), "it was not saved")
    saver.release(ANNA, number := saver.number(job))
    assert told == [], "it goes on elsewhere"
    state = archive.progress(ANNA, number).state
    again = Job(pool, state, source, archive.progress(ANNA, number).history)
    saver.watch(ANNA, again, number)
    again.resume()
    again.finish("Enough.")
    wait_until(lambda: told, "nobody was told")
    saver.close()
    assert [one[:2] for one in told] == [(ANNA, number)]


def test_what_goes_wrong_there_harms_no_saving_and_passing_trouble_is_tried_again(
    archive, pool, source
):
    tries = []

    def ended(visitor, number, run):
        tries.append(number)
        if len(tries) == 1:
            raise database.UnusableError("the file is locked")
        if len(tries) == 3:
            raise RuntimeError("a bug")

    saver = RunAutosave(archive, every=0.2, ended=ended)
    for k in (1, 2, 3):
        job = job_for(pool, source, replace(LONG, epochs=1))
        saver.watch(ANNA, job)
        job.resume()
        wait_until(lambda k=k: len(archive.list(ANNA)) == k, "it was not saved")
        wait_until(lambda k=k: len(tries) >= k + 1, "nobody was told")
    saver.close()
    numbers = sorted(one.id for one in archive.list(ANNA))
    assert tries == [numbers[0], *numbers], "the first one twice, the one with the bug once"
