"""Two servers on one archive never train the same run at once."""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from ann.keeping import lease
from ann.keeping.database import ArchiveError
from ann.keeping.expiry import Clock
from ann.keeping.lease import TakenError
from ann.keeping.run_autosave import RunAutosave
from ann.keeping.runs import Archive
from ann.recipe import Recipe
from ann.running.chunk import open_split
from ann.running.job import Job
from ann.state import start
from tests.ann.keeping.trained import ANNA, RUN
from tests.waiting import wait_until

LONG = Recipe(hidden_sizes=(8,), epochs=5_000, batch_size=20)
TAKEN = r"run \d+: is being trained by another server"


@pytest.fixture
def other(archive):
    """The archive as another server sees it."""
    other = Archive(archive._db.path)
    yield other
    other.close()


@pytest.fixture
def savers(archive, other):
    savers = [RunAutosave(one, every=0.05) for one in (archive, other)]
    yield savers
    for saver in savers:
        saver.close()


def job_of(pool, source, progress=None):
    if progress:
        return Job(pool, progress.state, source, history=progress.history)
    return Job(pool, start(LONG, open_split(source)), source)


def test_a_run_that_is_being_trained_cannot_be_continued_on_another_server(
    archive, other, savers, pool, source
):
    here, there = savers
    job = job_of(pool, source)
    here.watch(ANNA, job)
    job.resume()
    wait_until(lambda: here.number(job), "it was not saved")
    number = here.number(job)
    with pytest.raises(TakenError, match=f"{TAKEN}. If that one was just stopped, try again in 15"):
        there.release(ANNA, number)
    with pytest.raises(TakenError, match=TAKEN):
        there.watch(ANNA, job_of(pool, source, other.progress(ANNA, number)), number)
    assert other.leases.is_elsewhere(number) and not archive.leases.is_elsewhere(number)
    other.leases.beat()
    assert other.list(ANNA)[0].status == "running", "it is not interrupted"
    job.pause()
    wait_until(lambda: not other.leases.is_elsewhere(number), "a paused run is still held")
    there.release(ANNA, number)
    second = job_of(pool, source, other.progress(ANNA, number))
    there.watch(ANNA, second, number)
    second.resume()
    wait_until(lambda: archive.leases.is_elsewhere(number))
    job.resume()  # on the page that is still open on the first server
    wait_until(lambda: job.status == "finished", "both servers train it")
    assert job.message == "This training continues on another server."
    step = second.run().step
    wait_until(lambda: archive.list(ANNA)[0].summary.step > step, "the second was disturbed")
    second.finish()


def test_a_server_that_wakes_up_does_not_overwrite_what_another_has_trained_since(
    archive, other, monkeypatch
):
    number = archive.save(ANNA, RUN, status="running")
    monkeypatch.setattr(lease, "LEASE_SECONDS", -1)  # as if it had been asleep
    other.leases.take(ANNA, number)
    other.update(ANNA, number, replace(RUN, message="later"), "finished")
    with pytest.raises(TakenError, match=TAKEN):
        archive.update(ANNA, number, RUN, "running")
    assert archive.open(ANNA, number).message == "later"
    archive.leases.take(ANNA, number)
    archive.update(ANNA, number, RUN, "paused")
    assert archive.open(ANNA, number).message == RUN.message


def test_a_run_that_was_only_released_is_not_held(archive, other, savers):
    """Its data set may be missing, so that nobody trains it in the end."""
    number = archive.save(ANNA, RUN, status="paused")
    savers[0].release(ANNA, number)
    savers[1].release(ANNA, number)
    assert not archive.leases.is_elsewhere(number) and not other.leases.is_elsewhere(number)
    with pytest.raises(TakenError, match=TAKEN):
        archive.update(ANNA, number, RUN, "running")


def test_a_lease_lapses_when_its_server_is_silent(tmp_path):
    now = [1_800_000_000.0]
    clock = Clock(lambda: now[0])
    silent, other = (Archive(tmp_path / "runs.sqlite", clock) for _ in "ab")
    number = silent.save(ANNA, RUN, status="running")
    for _ in range(5):
        now[0] += lease.LEASE_SECONDS - 1
        silent.leases.beat()
    other.leases.beat()
    assert other.leases.is_elsewhere(number) and other.list(ANNA)[0].status == "running"
    now[0] += lease.LEASE_SECONDS + 1
    other.leases.beat()
    assert other.list(ANNA)[0].status == "interrupted"
    other.leases.take(ANNA, number)
    assert silent.leases.is_elsewhere(number)
    for one in (silent, other):
        one.close()


def test_a_server_that_ends_gives_its_runs_up_at_once(archive, other):
    number = archive.save(ANNA, RUN, status="running")
    assert other.leases.is_elsewhere(number)
    archive.leases.leave()
    other.leases.take(ANNA, number)


SERVER = """
import sys, time
from tests.ann.keeping.trained import ANNA, RUN
from ann.keeping.runs import Archive
archive = Archive(sys.argv[1])
print(archive.save(ANNA, RUN, status="running"), flush=True)
time.sleep(60)
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows cannot ask for a process without ending it")
def test_the_runs_of_a_server_that_was_killed_on_this_machine_are_free_at_once(archive):
    server = subprocess.Popen(
        [sys.executable, "-c", SERVER, str(archive._db.path)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
    )
    number = int(server.stdout.readline())
    with pytest.raises(TakenError, match=TAKEN):
        archive.leases.take(ANNA, number)
    os.kill(server.pid, signal.SIGKILL)
    server.wait()
    server.stdout.close()
    archive.leases.beat()
    assert archive.list(ANNA)[0].status == "interrupted"
    archive.leases.take(ANNA, number)


def test_a_run_of_an_earlier_version_that_was_running_is_marked_as_interrupted(archive):
    number = archive.save(ANNA, RUN, status="running")
    with archive._db.writing() as db:
        db.execute("DELETE FROM leases")
    archive.leases.beat()
    assert archive.list(ANNA)[0].status == "interrupted"
    archive.update(ANNA, number, RUN, "running")


def test_nobody_takes_another_visitors_run(archive):
    number = archive.save(ANNA, RUN)
    for visitor, run in ((43 * "b", number), (ANNA, number + 1)):
        with pytest.raises(ArchiveError, match="no such run"):
            archive.leases.take(visitor, run)


def test_a_server_on_another_machine_is_not_asked_for_its_process(archive, other):
    number = archive.save(ANNA, RUN, status="running")
    with archive._db.writing() as db:  # no such process here
        db.execute("UPDATE servers SET host = 'elsewhere', process = 2147483646")
    assert other.leases.is_elsewhere(number)
    with archive._db.writing() as db:
        db.execute("UPDATE servers SET host = ?", (other.leases._host,))
    assert not other.leases.is_elsewhere(number)
