"""Jobs: training in worker processes, paused, changed, killed and abandoned."""

import os
import random
import shutil
import signal
import sys
import threading
import time
from concurrent.futures import BrokenExecutor, Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ann.buffers import Buffers
from ann.history import History
from ann.recipe import Recipe
from ann.run import Run
from ann.running import absence, dispatch, limits
from ann.running.chunk import Limit, open_split, run_chunk
from ann.running.job import Job
from ann.running.limits import Limits
from ann.running.memory import step_bytes
from ann.running.pool import Pool, process_executor
from ann.state import Split, start
from ann.train import train
from tests.waiting import wait_until

RECIPE = Recipe(hidden_sizes=(16,), epochs=6, batch_size=16, dropout=0.2, seed=5)


def job_for(pool, source, recipe=RECIPE, **options):
    return Job(pool, start(recipe, open_split(source)), source, **options)


def undisturbed(source, recipe=RECIPE):
    state = start(recipe, open_split(source))
    for _ in train(state, open_split(source)):
        pass
    return state


def wait_for(job, *statuses):
    wait_until(lambda: job.status in statuses)
    return job.view()


def long(epochs=5000):
    return replace(RECIPE, epochs=epochs)


def test_a_chunk_leaves_its_argument_as_it_was(source):
    state = start(RECIPE, open_split(source))
    before = state.theta.copy()
    chunk = run_chunk(state, source, Limit(steps=3))
    assert np.array_equal(state.theta, before)
    assert (state.step, chunk.state.step, len(chunk.steps)) == (0, 3, 3)


def test_a_chunk_returns_the_answers_to_all_validation_digits_after_its_last_epoch(source):
    split = open_split(source)
    chunk = run_chunk(start(RECIPE, split), source, Limit(epochs=3))
    *earlier, last = chunk.epochs
    assert len(earlier) == 2 and all(epoch.answers is None for epoch in earlier)
    history = History()
    for epoch in chunk.epochs:
        history.add(epoch)
    p = Run.of(chunk.state, history).predict_proba(split.validation_x)
    assert np.array_equal(history.answers, p.argmax(axis=1))
    assert np.array_equal(history.copy().confidence, p.max(axis=1))
    assert (last.answers == split.validation_y).mean() == last.validation_accuracy


def test_a_job_ends_with_the_weights_of_an_unbroken_training(pool, source):
    job = job_for(pool, source)
    job.resume()
    view = wait_for(job, "finished", "failed")
    assert view.status == "finished", view.message
    assert np.array_equal(view.state.theta, undisturbed(source).theta)
    assert len(view.history.epochs["epoch"]) == 6
    assert view.history.confusion.sum() == 100


def test_pausing_and_resuming_again_and_again_changes_nothing(pool, source):
    recipe = long(100)
    job = job_for(pool, source, recipe)
    for _ in range(4):
        job.resume()
        time.sleep(0.1)
        job.pause()
    assert job.status in ("paused", "finished")
    job.resume()
    view = wait_for(job, "finished", "failed")
    assert np.array_equal(view.state.theta, undisturbed(source, recipe).theta)


def test_a_paused_job_stands_still(pool, source):
    job = job_for(pool, source, long())
    job.resume()
    wait_until(lambda: job.view().state.step > 0)
    job.pause()
    wait_until(lambda: job.at_rest)
    at = job.view().state.step
    time.sleep(0.4)
    assert job.view().state.step == at
    job.finish()


def test_step_and_epoch_train_for_exactly_one(pool, source):
    job = job_for(pool, source, long())
    job.step()
    assert wait_for(job, "paused").state.step == 1
    job.step()
    assert wait_for(job, "paused").state.step == 2
    job.epoch()
    state = wait_for(job, "paused").state
    assert (state.epoch, state.position) == (1, 0)
    job.epoch()
    assert wait_for(job, "paused").state.epoch == 2


def test_changes_midway_take_effect_and_are_recorded(pool, source):
    job = job_for(pool, source, long())
    job.step()
    wait_for(job, "paused")
    job.change(learning_rate=0.01, batch_size=32)
    job.step()
    view = wait_for(job, "paused")
    assert view.state.images_seen == 16 + 31  # 510 digits make 32 batches; the other 494 make 16
    assert view.history.steps["learning_rate"].tolist() == [0.001, 0.01]
    assert [c[0] for c in view.history.changes] == [1, 1]
    assert {c[2]: c[3:] for c in view.history.changes} == {
        "learning_rate": (0.001, 0.01),
        "batch_size": (16, 32),
    }


def test_what_cannot_change_midway_is_refused_by_name(pool, source):
    job = job_for(pool, source)
    with pytest.raises(ValueError, match="hidden_sizes"):
        job.change(hidden_sizes=(3,))
    with pytest.raises(ValueError, match="learning_rate: -1 is outside"):
        job.change(learning_rate=-1.0)
    assert job.view().recipe == RECIPE


def test_a_finished_job_stays_finished(pool, source):
    job = job_for(pool, source, long())
    job.resume()
    job.finish("Enough.")
    job.resume()
    view = job.view()
    assert (view.status, view.message) == ("finished", "Enough.")
    wait_until(lambda: job.at_rest)
    assert job.status == "finished"


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="kill -9 is for Unix")
def test_killing_the_workers_during_a_run_costs_a_chunk_and_changes_nothing(source):
    pool = Pool(lambda: process_executor(2))
    recipe = long(120)
    jobs_ = [job_for(pool, source, replace(recipe, seed=s)) for s in (1, 2, 3)]
    try:
        for job in jobs_:
            job.resume()
        for _ in range(3):
            time.sleep(0.3)
            for process in list(pool.executor._processes.values()):
                with suppress(ProcessLookupError):  # it ended with the one before
                    os.kill(process.pid, signal.SIGKILL)
        for job in jobs_:
            view = wait_for(job, "finished", "failed")
            assert view.status == "finished", view.message
            undone = undisturbed(source, view.recipe)
            assert np.array_equal(view.state.theta, undone.theta)
            assert len(view.history.epochs["epoch"]) == 120
    finally:
        pool.shutdown()


def test_the_answers_of_workers_that_died_are_removed(pool, source, monkeypatch):
    monkeypatch.setattr(dispatch.random, "uniform", lambda *_: 0.0)
    before, answers = set(Path(pool.folder).rglob("*.state")), []

    def dies_with_its_answer(function, *args):
        answers.append(future := Future())
        chunk = function(*args)
        if len(answers) <= 2:
            future.set_exception(BrokenExecutor("died"))
        else:
            future.set_result(chunk)
        return future

    monkeypatch.setattr(pool, "submit", dies_with_its_answer)
    job = job_for(pool, source, long())
    job.step()
    wait_for(job, "paused")
    left = set(Path(pool.folder).rglob("*.state")) - before
    assert len(answers) == 3 and len(left) == 1, "the state it continues from"


def test_a_worker_killed_while_nothing_trains_goes_unnoticed(source):
    pool = Pool(lambda: process_executor(1))
    try:
        pid = pool.submit(os.getpid).result()
        os.kill(pid, signal.SIGKILL)
        time.sleep(0.2)
        job = job_for(pool, source)
        job.resume()
        assert wait_for(job, "finished", "failed").status == "finished"
    finally:
        pool.shutdown()


@pytest.mark.slow
def test_a_training_that_takes_workers_down_does_not_take_the_others_with_it(source, monkeypatch):
    pool = Pool(lambda: process_executor(2))
    deadly, *others = [job_for(pool, source, replace(long(), seed=s)) for s in range(7)]
    monkeypatch.setattr(deadly._dispatcher, "send", lambda *_: pool.submit(os._exit, 1))

    def wait(low, high, uniform=random.uniform):
        """As long as usual, but not before it fails for good: then nothing is sent again."""
        return 0.0 if high == 2 ** (dispatch.MOST_TRIES - 1) else uniform(low, high)

    monkeypatch.setattr(dispatch.random, "uniform", wait)
    # short turns: between two deaths the others come to theirs, on a slow machine too
    monkeypatch.setattr(dispatch, "Limit", lambda: Limit(0.05))
    monkeypatch.setattr(dispatch, "LONE_CHUNK", Limit(0.05))
    try:
        for job in (*others, deadly):
            job.resume()
        wait_for(deadly, "failed")
        assert {job.status for job in others} == {"running"}
    finally:
        for job in others:
            job.finish()
        pool.shutdown()


def test_a_chunk_that_kills_every_worker_fails_with_a_message_instead_of_forever(
    source, monkeypatch
):
    monkeypatch.setattr(dispatch.random, "uniform", lambda *_: 0.0)

    class Broken:
        def submit(self, *_):
            future = Future()
            future.set_exception(BrokenExecutor("died"))
            return future

        def shutdown(self, **_):
            pass

    job = job_for(Pool(Broken), source)
    job.resume()
    view = wait_for(job, "failed")
    assert "BrokenExecutor: died" in view.message


def test_a_chunk_is_sent_again_if_an_executor_breaks_while_it_holds_its_own_lock(source):
    """As process pools do from Python 3.12.1 on, where the test that kills workers shows it."""

    class Breaks(ThreadPoolExecutor):
        guard, whole = threading.Lock(), True

        def submit(self, *call):
            assert self.guard.acquire(timeout=2), "nobody may wait for it in its own thread"
            try:
                return super().submit(*call) if not self.whole else self.lose()
            finally:
                self.guard.release()

        def lose(self):
            self.whole, future = False, Future()
            super().submit(self.tell, future)
            return future

        def tell(self, future):
            time.sleep(0.1)  # the job waits for it by then
            with self.guard:
                future.set_exception(BrokenExecutor("its process has gone"))

    pool = Pool(lambda: Breaks(1))
    job = job_for(pool, source)
    job.resume()
    assert wait_for(job, "finished", "failed").status == "finished"
    pool.shutdown()


def test_an_error_in_a_worker_reaches_the_page_as_a_message(pool, source, tmp_path):
    lost = source._replace(folder=str(tmp_path / "gone"))
    job = Job(pool, start(RECIPE, open_split(source)), lost)
    job.resume()
    assert "are not on this machine" in wait_for(job, "failed").message


@pytest.mark.parametrize("where", ["pack", "run_chunk"])
def test_a_run_without_room_for_its_state_pauses_and_continues_when_there_is_room(
    pool, source, monkeypatch, where
):
    def full(*_):
        raise OSError(28, "No space left on device")

    here = pool if where == "pack" else Pool(lambda: ThreadPoolExecutor(1))
    job = job_for(here, source)
    with monkeypatch.context() as patch:
        patch.setattr(dispatch, where, full)
        job.resume()
        view = wait_for(job, "paused", "failed")
    assert view.status == "paused" and "No space left on device" in view.message
    job.resume()
    assert np.array_equal(wait_for(job, "finished").state.theta, undisturbed(source).theta)


def test_the_run_of_a_closed_page_pauses_by_itself(pool, source, monkeypatch):
    monkeypatch.setattr(absence, "AWAY_SECONDS", 0.3)
    job = job_for(pool, source, long(), wanted=lambda: False)
    job.resume()
    assert "closed" in wait_for(job, "paused").message


def test_trainings_continue_after_their_states_were_removed_from_memory(pool, source):
    job = job_for(pool, source)
    job.epoch()
    wait_for(job, "paused")
    shutil.rmtree(pool.folder)  # as systemd does when the user logs out
    job.resume()
    view = wait_for(job, "finished", "failed", "paused")
    assert view.status == "finished", view.message
    assert np.array_equal(view.state.theta, undisturbed(source).theta)


@pytest.mark.parametrize("removed", ["before the chunk", "during it", "from its answer"])
def test_a_training_continues_when_its_state_is_removed_during_a_chunk(
    pool, source, monkeypatch, removed
):
    sent = []

    def emptied(function, *args):
        sent.append(future := Future())
        try:
            if removed == "before the chunk" and len(sent) == 3:
                shutil.rmtree(pool.folder)
            chunk = function(*args)
            if removed == "from its answer" and len(sent) == 3:
                Path(chunk.state.path).unlink()
            elif len(sent) == 3:
                shutil.rmtree(pool.folder, ignore_errors=True)
                raise FileNotFoundError(2, "No such file or directory", args[0].path)
            future.set_result(chunk)
        except OSError as error:
            future.set_exception(error)
        return future

    monkeypatch.setattr(pool, "submit", emptied)
    for name in ("chunk.FIRST_CHUNK", "dispatch.LONE_CHUNK"):
        monkeypatch.setattr(f"ann.running.{name}", Limit(epochs=1))
    job = job_for(pool, source)
    job.resume()
    view = wait_for(job, "finished", "failed", "paused")
    assert view.status == "finished" and len(sent) > 5, view.message
    assert np.array_equal(view.state.theta, undisturbed(source).theta)


def test_a_moment_without_a_page_does_not_pause_a_run_whose_turns_are_far_apart(
    pool, source, monkeypatch
):
    monkeypatch.setattr(absence, "AWAY_SECONDS", 0.0)  # so all turns are farther apart
    asked = []
    job = job_for(pool, source, long(), wanted=lambda: asked.append(1) or len(asked) % 2 == 0)
    job.resume()
    wait_until(lambda: len(asked) >= 5 or job.status == "paused")
    assert job.status == "running"
    job.finish()


def test_workers_have_a_low_priority_and_one_blas_thread(pool):
    own = os.nice(0)
    assert pool.submit(os.nice, 0).result() >= min(own + 10, 19)
    assert pool.submit(os.getenv, "OPENBLAS_NUM_THREADS").result() == "1"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no fork server")
def test_a_new_worker_has_already_imported_what_a_chunk_needs():
    pool = Pool(lambda: process_executor(1))
    try:
        loaded = pool.submit(eval, "'ann.running.chunk' in __import__('sys').modules").result()
        assert loaded, "the first point of a curve would wait for the imports"
    finally:
        pool.shutdown()


def test_workers_end_when_the_server_is_killed(tmp_path):
    import subprocess
    import sys

    script = tmp_path / "server.py"
    script.write_text(
        "import os, time\n"
        "from ann.running.pool import Pool, process_executor\n"
        "pool = Pool(lambda: process_executor(1))\n"
        "print(pool.submit(os.getpid).result(), flush=True)\n"
        "time.sleep(60)\n"
    )
    environment = os.environ | {"PYTHONPATH": str(Path.cwd())}
    server = subprocess.Popen(
        [sys.executable, script], stdout=subprocess.PIPE, text=True, env=environment
    )
    worker = int(server.stdout.readline())
    server.kill()
    server.wait()
    wait_until(lambda: not Path(f"/proc/{worker}").exists())


def test_many_jobs_share_the_workers_fairly(pool, source):
    crowd = [job_for(pool, source, replace(long(), seed=s)) for s in range(8)]
    for job in crowd:
        job.resume()
    wait_until(lambda: sum(job.revision for job in crowd) >= 4 * len(crowd))
    turns = [job.revision for job in crowd]
    for job in crowd:
        job.finish()
    assert min(turns) > 0.5 * np.mean(turns)


def test_the_same_chunks_run_on_threads_as_well(source):
    job = job_for(Pool(lambda: ThreadPoolExecutor(1)), source)
    job.resume()
    assert np.array_equal(wait_for(job, "finished").state.theta, undisturbed(source).theta)


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="stopping a process is for Unix")
def test_the_first_point_does_not_wait_behind_a_class_that_is_training(source):
    busy, express = Pool(lambda: process_executor(1)), Pool(lambda: process_executor(1))
    worker = busy.submit(os.getpid).result()
    try:
        os.kill(worker, signal.SIGSTOP)  # the pool itself is never free
        job = job_for(busy, source, long(), express=express)
        job.resume()
        wait_until(lambda: len(job.view().history.steps["loss"]))
        os.kill(worker, signal.SIGCONT)
        wait_until(lambda: job.view().state.epoch > 5)
        job.pause()
        wait_until(lambda: not busy.busy)
        paused = job.view().state
        again = start(long(), open_split(source))
        for _ in train(again, open_split(source)):
            if (again.step, again.epoch) == (paused.step, paused.epoch):
                break
        assert np.array_equal(again.theta, paused.theta), "it went on with the same network"
    finally:
        os.kill(worker, signal.SIGCONT)
        busy.shutdown()
        express.shutdown()


@pytest.mark.parametrize("augment", [{}, {"augment_shift": 2.0}])
@pytest.mark.parametrize("batch_norm", [False, True])
def test_the_memory_of_a_step_is_that_of_its_arrays(augment, batch_norm):
    x, y = np.zeros((60, 49), np.uint8), np.arange(60) % 10
    split = Split(x, y, x[:0], y[:0])
    recipe = replace(RECIPE, hidden_sizes=(16, 9), batch_norm=batch_norm, **augment)
    state = start(recipe, split)
    bench, n = Buffers(state, split, 40), 40
    arrays = [bench.gradient, bench.delta, *(a for room in bench.by_layer for a in room)]
    arrays += [bench._raw, bench._x, bench._augmented]
    if bench._augmenter:
        arrays += [bench._augmenter._large, bench._augmenter._first, bench._augmenter._places]
    assert step_bytes(state, n) == sum(array.nbytes for array in arrays)


def test_a_step_too_large_for_a_shared_worker_is_refused_with_a_message(pool, source, monkeypatch):
    monkeypatch.setattr(limits, "LIMITS", Limits(max_step_gb=1e-5))
    job = job_for(pool, source)
    job.resume()
    assert job.status == "failed"
    message = job.view().message
    assert "batch_size: a step on 16 samples" in message and "allowed are 1e-05 GB" in message


def test_a_batch_that_becomes_too_large_midway_pauses_the_run_and_can_be_undone(
    pool, source, monkeypatch
):
    job = job_for(pool, source, long())
    job.step()
    wait_for(job, "paused")
    room = step_bytes(job.view().state, 16)
    monkeypatch.setattr(limits, "LIMITS", Limits(max_step_gb=room / 1e9))
    job.change(batch_size=17)
    job.resume()
    assert job.status == "paused" and "batch_size" in job.view().message
    job.change(batch_size=16)
    job.step()
    assert wait_for(job, "paused").state.step == 2
