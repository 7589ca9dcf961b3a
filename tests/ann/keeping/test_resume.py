"""An interrupted run continues from its saved state, and ends like an uninterrupted one."""

import io
import shutil
import sqlite3
from dataclasses import replace
from itertools import islice

import numpy as np
import pytest

from ann.coach.signals import watched
from ann.history import History
from ann.keeping import lease, limits
from ann.keeping.database import ArchiveError
from ann.keeping.rows import unpacked_size
from ann.keeping.run_autosave import ELSEWHERE, RunAutosave
from ann.keeping.runs import Archive
from ann.recipe import Recipe
from ann.run import Run
from ann.running.chunk import open_split
from ann.running.job import Job
from ann.saving.checkpoint import save_state
from ann.saving.history_json import to_json
from ann.state import start
from ann.train import train
from tests.waiting import wait_until

RECIPE = Recipe(hidden_sizes=(8,), epochs=4, batch_size=20, dropout=0.2, batch_norm=True, ema=0.9)
ANNA, BEN = 43 * "a", 43 * "b"


def begun(source, events=None, recipe=RECIPE, loop=train):
    """State and history after this many events of `loop`; None means all of them."""
    state, history = start(recipe, open_split(source)), History()
    for event in islice(loop(state, open_split(source)), events):
        history.add(event)
    return state, history


def save(archive, state, history, **options):
    run = Run.of(state, history, "fingerprint")
    return archive.save(ANNA, run, status="paused", state=state, **options)


def without_seconds(history):
    """A history without what depends on the speed of the machine."""
    table = to_json(history)
    return table | {"epochs": [[*row[:2], *row[3:]] for row in table["epochs"]]}


@pytest.mark.parametrize("events", [1, 25, 26, 61], ids=["a step", "steps", "epoch", "later"])
def test_a_saved_state_continues_to_the_same_end_bit_for_bit(archive, source, events):
    state, history = begun(source, events)
    number = save(archive, state, history)
    archive.close()
    found = Archive(archive._db.path).progress(ANNA, number)
    for event in train(found.state, open_split(source)):
        found.history.add(event)
    whole, curves = begun(source)
    assert np.array_equal(found.state.theta, whole.theta)
    assert np.array_equal(found.state.statistics, whole.statistics)
    assert without_seconds(found.history) == without_seconds(curves)
    assert found.fingerprint == "fingerprint"


def test_a_run_left_by_a_killed_server_continues_as_the_same_run(
    tmp_path, pool, source, monkeypatch
):
    monkeypatch.setattr(lease, "LEASE_SECONDS", 4.0)  # a heartbeat is due every 3
    archive = Archive(tmp_path / "runs.sqlite")
    saver = RunAutosave(archive, every=0.05)
    recipe = replace(RECIPE, epochs=8)
    job = Job(pool, start(recipe, open_split(source)), source)
    saver.watch(ANNA, job)
    job.train_to(3)
    wait_until(lambda: job.status == "paused" and not saver.busy(ANNA), "it was not saved")
    number = saver.number(job)
    archive.update(ANNA, number, job.run(), "running", job.view().state)  # as if it were running
    for part in tmp_path.glob("runs.sqlite*"):
        shutil.copy(part, tmp_path / part.name.replace("runs", "left"))
    saver.close()
    archive.close()

    left = Archive(tmp_path / "left.sqlite")
    saver = RunAutosave(left, every=0.05)
    wait_until(lambda: left.list(ANNA)[0].status == "interrupted", "it was not marked")
    (saved,) = left.list(ANNA)
    assert saved.has_state and saved == left.latest(ANNA)
    found = left.progress(ANNA, saved.id)
    assert found.state.epoch == 3
    again = Job(pool, found.state, source, history=found.history)
    saver.watch(ANNA, again, saved.id)
    again.resume()
    wait_until(lambda: not saver.busy(ANNA), "it does not end")
    saver.close()
    (end,) = left.list(ANNA)
    assert (end.id, end.status, end.has_state) == (saved.id, "finished", False)
    whole, curves = begun(source, recipe=recipe, loop=watched)
    assert np.array_equal(left.open(ANNA, end.id).theta, whole.theta)
    assert without_seconds(left.open(ANNA, end.id).history) == without_seconds(curves)
    left.close()


def test_a_page_that_takes_over_a_run_ends_the_other_pages_job(archive, pool, source):
    there = [True]
    job = Job(
        pool,
        start(replace(RECIPE, epochs=5000), open_split(source)),
        source,
        wanted=lambda: there[0],
    )
    saver = RunAutosave(archive, every=3600)
    saver.watch(ANNA, job)
    job.epoch()
    wait_until(lambda: archive.list(ANNA), "it was not saved")
    number = saver.number(job)
    assert saver.attended(ANNA, number) and not saver.attended(BEN, number)
    there[0] = False
    assert not saver.attended(ANNA, number)
    job.resume()
    step = job.run().step
    wait_until(lambda: job.run().step > step, "it does not train")
    saver.release(ANNA, number)
    assert job.status == "finished" and "another page" in job.view().message
    found = archive.progress(ANNA, number)
    assert found.state.step > step
    saver.close()
    assert archive.latest(ANNA).has_state, "the ended job has overwritten the state"


def test_a_page_that_is_redrawn_during_the_release_says_already_where_the_run_continues(
    archive, pool, source, monkeypatch
):
    saver = RunAutosave(archive, every=3600)
    job = Job(pool, start(replace(RECIPE, epochs=5000), open_split(source)), source)
    saver.watch(ANNA, job)
    job.resume()
    wait_until(lambda: saver.number(job), "it was not saved")
    seen, update = [], archive.update

    def look_and_update(*args, **kwargs):
        seen.append(job.view())
        return update(*args, **kwargs)

    monkeypatch.setattr(archive, "update", look_and_update)
    saver.release(ANNA, saver.number(job))
    assert [(view.status, view.message) for view in seen] == [("paused", ELSEWHERE)]
    saver.close()


def test_of_two_pages_that_continue_a_run_at_once_one_succeeds(archive, pool, source):
    state, history = begun(source, 5, replace(RECIPE, epochs=5000))
    number, saver = save(archive, state, history), RunAutosave(archive, every=3600)
    jobs = []
    for _ in "ab":
        saver.release(ANNA, number)  # both release before either watches
    for _ in "ab":
        found = archive.progress(ANNA, number)
        jobs.append(Job(pool, found.state, source, history=found.history))
        saver.watch(ANNA, jobs[-1], number)
        jobs[-1].resume()
    assert [job.status for job in jobs] == ["finished", "running"]
    assert "another page" in jobs[0].view().message
    jobs[1].finish("The end.")
    saver.close()
    assert archive.open(ANNA, number).message == "The end."


def test_a_state_is_deleted_when_its_run_ends_or_is_deleted(archive, source):
    first, second = (save(archive, *begun(source, 5)) for _ in range(2))
    archive.update(ANNA, first, Run.of(*begun(source), "fingerprint"), "finished")
    assert [saved.has_state for saved in archive.list(ANNA)] == [True, False]
    with pytest.raises(ArchiveError, match=f"run {first}: can't continue, because no state"):
        archive.progress(ANNA, first)
    archive.delete(ANNA, second)
    with archive._db.reading() as db:
        assert db.execute("SELECT count(*) FROM states").fetchone() == (0,)


def test_a_state_counts_toward_the_size_and_is_left_out_if_it_does_not_fit(
    archive, source, monkeypatch
):
    state, history = begun(source, 5)
    save(archive, state, history)
    (with_state,) = archive.list(ANNA)
    content = archive.file(ANNA, with_state.id)
    size = len(content)
    assert with_state.size > 1.5 * size
    monkeypatch.setattr(limits, "MAX_RUN_BYTES", unpacked_size(content) + 100)
    save(archive, state, history)
    assert [(saved.has_state, saved.size) for saved in archive.list(ANNA)] == [
        (False, size),
        (True, with_state.size),
    ]


def test_a_file_of_an_earlier_version_gets_a_table_for_states(archive, source):
    state, history = begun(source, 5)
    number = archive.save(ANNA, Run.of(state, history, "fingerprint"), status="paused")
    archive.close()
    with sqlite3.connect(archive._db.path) as db:
        db.execute("DROP TABLE states")  # as that version wrote it
    db.close()
    later = Archive(archive._db.path)
    assert not later.list(ANNA)[0].has_state
    later.leases.take(ANNA, number)
    later.update(ANNA, number, Run.of(state, history, "fingerprint"), "paused", state)
    assert later.progress(ANNA, number).state.step == 5
    later.close()


def test_nobody_continues_another_visitors_run(archive, source):
    number = save(archive, *begun(source, 5))
    with pytest.raises(ArchiveError, match="no such run"):
        archive.progress(BEN, number)
    assert archive.latest(BEN) is None


def as_file(state):
    file = io.BytesIO()
    save_state(state, file)
    return file.getvalue()


def test_a_damaged_state_or_one_of_another_run_is_refused(archive, source):
    state, history = begun(source, 5)
    number = save(archive, state, history)
    other = begun(source, 5, replace(RECIPE, dropout=0.3))[0]
    wrong = {
        "not a state of ANN Lab": b"PK\x03\x04 rubbish",
        "": "text",
        "step: the state of another run": as_file(begun(source, 6)[0]),
        "recipe: the state of another run": as_file(other),
        "reason: the state of another run": as_file(replace(state, reason="epochs")),
        "holds a 'run'": archive.file(ANNA, number),
    }
    for why, content in wrong.items():
        with archive._db.writing() as db:
            db.execute("UPDATE states SET npz = ?", (content,))
        with pytest.raises(ArchiveError, match=f"run {number}: its state is damaged.*{why}"):
            archive.progress(ANNA, number)
    assert archive.open(ANNA, number).step == 5, "the network is still there"
