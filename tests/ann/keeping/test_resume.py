"""A run that was cut off goes on from what is kept of it, and ends like an unbroken one."""

import io
import shutil
import sqlite3
from dataclasses import replace
from itertools import islice

import numpy as np
import pytest

from ann.history import History
from ann.keeping import limits
from ann.keeping.database import ArchiveError
from ann.keeping.run_autosave import RunAutosave
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


def begun(source, events=None, recipe=RECIPE):
    """State and history after so many events; None is all of them."""
    state, history = start(recipe, open_split(source)), History()
    for event in islice(train(state, open_split(source)), events):
        history.add(event)
    return state, history


def keep(archive, state, history, **options):
    run = Run.of(state, history, "fingerprint")
    return archive.save(ANNA, run, status="paused", state=state, **options)


def without_seconds(history):
    """All of a history that does not depend on how fast the machine was."""
    table = to_json(history)
    return table | {"epochs": [[*row[:2], *row[3:]] for row in table["epochs"]]}


@pytest.mark.parametrize("events", [1, 25, 26, 61], ids=["a step", "steps", "epoch", "later"])
def test_a_kept_state_goes_on_to_the_same_end_bit_for_bit(archive, source, events):
    state, history = begun(source, events)
    number = keep(archive, state, history)
    archive.close()
    found = Archive(archive._db.path).progress(ANNA, number)
    for event in train(found.state, open_split(source)):
        found.history.add(event)
    whole, curves = begun(source)
    assert np.array_equal(found.state.theta, whole.theta)
    assert np.array_equal(found.state.statistics, whole.statistics)
    assert without_seconds(found.history) == without_seconds(curves)
    assert found.fingerprint == "fingerprint"


def test_what_a_killed_server_leaves_goes_on_in_the_same_run(tmp_path, pool, source):
    archive = Archive(tmp_path / "runs.sqlite")
    keeper = RunAutosave(archive, every=0.05)
    recipe = replace(RECIPE, epochs=8)
    job = Job(pool, start(recipe, open_split(source)), source)
    keeper.watch(ANNA, job)
    job.train_to(3)
    wait_until(lambda: job.status == "paused" and not keeper.busy(ANNA), "it was not kept")
    number = keeper.number(job)
    archive.update(ANNA, number, job.run(), "running", job.view().state)  # as if in mid-run
    for part in tmp_path.glob("runs.sqlite*"):
        shutil.copy(part, tmp_path / part.name.replace("runs", "left"))
    keeper.close()
    archive.close()

    left = Archive(tmp_path / "left.sqlite")
    keeper = RunAutosave(left, every=0.05)
    wait_until(lambda: left.list(ANNA)[0].status == "interrupted", "it was not marked")
    (kept,) = left.list(ANNA)
    assert kept.has_state and kept == left.latest(ANNA)
    found = left.progress(ANNA, kept.id)
    assert found.state.epoch == 3
    again = Job(pool, found.state, source, history=found.history)
    keeper.watch(ANNA, again, kept.id)
    again.resume()
    wait_until(lambda: not keeper.busy(ANNA), "it does not come to its end")
    keeper.close()
    (end,) = left.list(ANNA)
    assert (end.id, end.status, end.has_state) == (kept.id, "finished", False)
    whole, curves = begun(source, recipe=recipe)
    assert np.array_equal(left.open(ANNA, end.id).theta, whole.theta)
    assert without_seconds(left.open(ANNA, end.id).history) == without_seconds(curves)
    left.close()


def test_a_page_that_takes_a_run_over_ends_the_job_of_the_other_page(archive, pool, source):
    there = [True]
    job = Job(
        pool,
        start(replace(RECIPE, epochs=5000), open_split(source)),
        source,
        wanted=lambda: there[0],
    )
    keeper = RunAutosave(archive, every=3600)
    keeper.watch(ANNA, job)
    job.epoch()
    wait_until(lambda: archive.list(ANNA), "it was not kept")
    number = keeper.number(job)
    assert keeper.attended(ANNA, number) and not keeper.attended(BEN, number)
    there[0] = False
    assert not keeper.attended(ANNA, number)
    job.resume()
    step = job.run().step
    wait_until(lambda: job.run().step > step, "it does not train")
    keeper.release(ANNA, number)
    assert job.status == "finished" and "another page" in job.view().message
    found = archive.progress(ANNA, number)
    assert found.state.step > step
    keeper.close()
    assert archive.latest(ANNA).has_state, "the job that was ended has written its end over it"


def test_of_two_pages_that_go_on_with_a_run_at_once_one_does(archive, pool, source):
    state, history = begun(source, 5, replace(RECIPE, epochs=5000))
    number, keeper = keep(archive, state, history), RunAutosave(archive, every=3600)
    jobs = []
    for _ in "ab":
        keeper.release(ANNA, number)  # of both before either is watched
    for _ in "ab":
        found = archive.progress(ANNA, number)
        jobs.append(Job(pool, found.state, source, history=found.history))
        keeper.watch(ANNA, jobs[-1], number)
        jobs[-1].resume()
    assert [job.status for job in jobs] == ["finished", "running"]
    assert "another page" in jobs[0].view().message
    jobs[1].finish("The end.")
    keeper.close()
    assert archive.open(ANNA, number).message == "The end."


def test_a_state_goes_with_the_end_of_its_run_or_with_the_run(archive, source):
    first, second = (keep(archive, *begun(source, 5)) for _ in range(2))
    archive.update(ANNA, first, Run.of(*begun(source), "fingerprint"), "finished")
    assert [kept.has_state for kept in archive.list(ANNA)] == [True, False]
    with pytest.raises(ArchiveError, match=f"run {first}: can't continue, because no state"):
        archive.progress(ANNA, first)
    archive.delete(ANNA, second)
    with archive._db.reading() as db:
        assert db.execute("SELECT count(*) FROM states").fetchone() == (0,)


def test_a_state_counts_as_its_run_does_and_is_left_out_where_it_does_not_fit(
    archive, source, monkeypatch
):
    state, history = begun(source, 5)
    keep(archive, state, history)
    (with_state,) = archive.list(ANNA)
    size = len(archive.file(ANNA, with_state.id))
    assert with_state.size > 2 * size
    monkeypatch.setattr(limits, "MAX_RUN_BYTES", size + 100)
    keep(archive, state, history)
    assert [(kept.has_state, kept.size) for kept in archive.list(ANNA)] == [
        (False, size),
        (True, with_state.size),
    ]


def test_a_file_of_an_earlier_version_gets_room_for_states(archive, source):
    state, history = begun(source, 5)
    number = archive.save(ANNA, Run.of(state, history, "fingerprint"), status="paused")
    archive.close()
    with sqlite3.connect(archive._db.path) as db:
        db.execute("DROP TABLE states")  # as that version wrote it
    db.close()
    later = Archive(archive._db.path)
    assert not later.list(ANNA)[0].has_state
    later.update(ANNA, number, Run.of(state, history, "fingerprint"), "paused", state)
    assert later.progress(ANNA, number).state.step == 5
    later.close()


def test_nobody_goes_on_with_the_run_of_another(archive, source):
    number = keep(archive, *begun(source, 5))
    with pytest.raises(ArchiveError, match="no such run"):
        archive.progress(BEN, number)
    assert archive.latest(BEN) is None


def as_file(state):
    file = io.BytesIO()
    save_state(state, file)
    return file.getvalue()


def test_a_state_that_is_damaged_or_of_another_run_is_refused(archive, source):
    state, history = begun(source, 5)
    number = keep(archive, state, history)
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
