"""Fuzzers of what is saved: files of runs and states, histories, sweeps, rows of the database."""

import io
import json
import sqlite3
import tempfile
import weakref
import zipfile
from contextlib import closing
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from ann.history import History
from ann.keeping import limits
from ann.keeping.database import ArchiveError
from ann.keeping.rows import unpack_run, unpack_state
from ann.keeping.runs import Archive
from ann.keeping.summary import Summary
from ann.keeping.sweeps import SweepArchive
from ann.run import Run
from ann.running.view import Status
from ann.saving import history_json
from ann.saving.checkpoint import load_progress, load_run, save_run, save_state
from ann.saving.npz import CheckpointError
from ann.search.plan import Plan
from ann.search.results import Result, Results
from ann.state import start
from ann.train import train
from pages.ui import charts
from pages.ui.live import chart
from tests.ann.saving.files import HISTORY, RUN, RUN_FILE, SPLIT, STATE, X, members, saved, zipped
from tests.ann.sweeps import plan_of
from tests.fuzz import mutate
from tests.fuzz.fuzzer import Fuzzer

VISITOR = "v" * 43
DEFLATED = zipped(members(RUN_FILE), zipfile.ZIP_DEFLATED)
STATE_FILE = saved(save_state, STATE, HISTORY, "abc")
HALF = start(RUN.recipe, SPLIT)  # interrupted before its first step
HALF_RUN, HALF_FILE = Run.of(HALF, History(), "abc"), saved(save_state, HALF)


# Files.


def read_run(content: bytes) -> None:
    """As an upload, and as the command line reads it; an accepted run can be used everywhere."""
    loaded = load_run(io.BytesIO(content))
    unpack_run(content, limits.MAX_RUN_BYTES)
    assert loaded.predict_proba(X[:, :1].repeat(loaded.n_features, 1)).shape[1] == loaded.n_classes
    assert Summary.from_json(Summary.of(loaded).to_json()).step == loaded.step
    can_be_shown(loaded.history)
    again = load_run(io.BytesIO(saved(save_run, loaded)))
    assert np.array_equal(again.theta, loaded.theta, equal_nan=True)


def read_state(content: bytes) -> None:
    """From the command line, and from the archive; an accepted state can take a step."""
    state = load_progress(io.BytesIO(content)).state
    if len(SPLIT.train_x) < state.position or state.n_features != SPLIT.train_x.shape[1]:
        return  # another data set's
    with np.errstate(all="ignore"):
        next(train(state, SPLIT))


def read_own_state(content: bytes) -> None:
    """A state belongs to the run it is saved with."""
    assert unpack_state(content, HALF_RUN, limits.MAX_RUN_BYTES).state.recipe == RUN.recipe


# Histories.


def read_history(text: str) -> None:
    """A history is refused, or it can be drawn and written again."""
    history = history_json.from_json(json.loads(text))
    can_be_shown(history)
    again = json.dumps(history_json.to_json(history), allow_nan=False)
    assert json.dumps(history_json.to_json(history_json.from_json(json.loads(again)))) == again


def can_be_shown(history: Any) -> None:
    """The curves of a history can be drawn, and more epochs can follow."""
    for draw in (charts.loss_curve, charts.accuracy_curve, charts.learning_rate_curve):
        json.loads(chart.write(draw(history)).figure)
    history.copy()
    assert history.epochs_done >= 0


# Sweeps.


@cache
def sweep() -> tuple[Plan, Results]:
    """A plan and the results of its trials."""
    plan = plan_of()
    row = Result("finished", 6.0, 0.5, 1.0, "epochs", "", "f" * 64)
    return plan, Results([[row] * plan.seeds for _ in plan.recipes], [], 0, 1.0, "made")


def forged_sweep(rng: Random) -> tuple[str, str]:
    """The texts of a plan and its results; at least one of them is forged."""
    plan, results = (one.to_json() for one in sweep())
    which = rng.random()
    if which < 0.6:
        plan = mutate.as_text(rng, mutate.forged(rng, json.loads(plan)))
    if which > 0.4:
        results = mutate.as_text(rng, mutate.forged(rng, json.loads(results)))
    return plan, results


def read_sweep(texts: tuple[str, str]) -> None:
    """What is accepted can be written again."""
    plan = Plan.from_json(texts[0])
    assert Plan.from_json(plan.to_json()) == plan
    results = Results.from_json(texts[1], plan)
    assert Results.from_json(results.to_json(), plan).to_json() == results.to_json()


# Rows of the database.


@cache
def archive() -> Path:
    """The path of a file with a saved run, its state and a saved sweep."""
    folder = tempfile.TemporaryDirectory(prefix="ann-lab-fuzz-")
    path = Path(folder.name) / "runs.sqlite"
    weakref.finalize(archive, folder.cleanup)
    runs, sweeps = Archive(path), SweepArchive(path)
    runs.save(VISITOR, HALF_RUN, status=Status.PAUSED, state=HALF)
    sweeps.save(VISITOR, "abc", *sweep())
    runs.close()
    sweeps.close()
    return path


ROWS = {
    "runs": ("name", "note", "created", "updated", "status", "size", "fingerprint", "recipe"),
    "sweeps": ("created", "updated", "fingerprint", "plan", "results"),
    "files": ("npz",),
    "states": ("npz",),
}


def forged_row(rng: Random) -> tuple[str, str, Any]:
    """A table, a column and what is written there."""
    table = rng.choice(("runs", "runs", "runs", "sweeps", "sweeps", "files", "states"))
    column = rng.choice((*ROWS[table], "summary") if table == "runs" else ROWS[table])
    with closing(sqlite3.connect(archive())) as db:
        (before,) = db.execute(f"SELECT {column} FROM {table}").fetchone()
    kind = rng.random()
    if isinstance(before, bytes) and kind < 0.7:
        return table, column, mutate.npz(rng, before)
    if isinstance(before, str) and before.startswith(("[", "{")) and kind < 0.8:
        written = mutate.as_text(rng, mutate.forged(rng, json.loads(before)))
        return table, column, written.encode(errors="replace").decode()
    wild = rng.choice((mutate.text(rng), b"\xff\x00", 0, -1, 2**62, 1e300, float("inf"), 0.5))
    return table, column, wild.encode(errors="replace").decode() if isinstance(wild, str) else wild


def read_row(row: tuple[str, str, Any]) -> None:
    """Lists leave damaged rows out; opening one is refused; neither ends in another error."""
    table, column, content = row
    with closing(sqlite3.connect(archive())) as db, db:
        (before,) = db.execute(f"SELECT {column} FROM {table}").fetchone()
        db.execute(f"UPDATE {table} SET {column} = ?", (content,))
    runs, sweeps = Archive(archive()), SweepArchive(archive())
    try:
        for one in (*runs.list(VISITOR), *filter(None, [runs.latest(VISITOR)])):
            assert isinstance(one.name, str) and isinstance(one.created, (int, float))
            found = one.summary
            assert all(isinstance(v, (int, float)) for v in (found.epochs, found.seconds))
            assert all(isinstance(v, (int, float)) for v in (found.step, found.train_loss))
            assert isinstance(found.reason, str) and isinstance(found.message, str)
        sweeps.list(VISITOR)
        sweeps.newest(VISITOR)
        for read in (runs.open, runs.progress, sweeps.open):
            read(VISITOR, 1)
    finally:
        runs.close()
        sweeps.close()
        with closing(sqlite3.connect(archive())) as db, db:
            db.execute(f"UPDATE {table} SET {column} = ?", (before,))


FUZZERS = (
    Fuzzer(
        "runs", lambda rng: mutate.npz(rng, RUN_FILE), read_run, (CheckpointError, ArchiveError)
    ),
    Fuzzer(
        "damaged-runs",
        lambda rng: mutate.damaged(rng, rng.choice((RUN_FILE, DEFLATED))),
        read_run,
        (CheckpointError, ArchiveError),
        inputs=2000,
    ),
    Fuzzer(
        "states", lambda rng: mutate.npz(rng, STATE_FILE), read_state, (CheckpointError,), inputs=60
    ),
    Fuzzer(
        "damaged-states",
        lambda rng: mutate.damaged(rng, STATE_FILE),
        read_state,
        (CheckpointError,),
        inputs=2000,  # one in two hundred is still a state
    ),
    Fuzzer(
        "own-states",
        lambda rng: mutate.npz(rng, HALF_FILE),
        read_own_state,
        (ArchiveError,),
        inputs=60,
    ),
    Fuzzer(
        "histories",
        lambda rng: json.dumps(mutate.forged(rng, history_json.to_json(HISTORY))),
        read_history,
        (ValueError,),
    ),
    Fuzzer("sweeps", forged_sweep, read_sweep, (ValueError,)),
    Fuzzer("rows", forged_row, read_row, (ArchiveError,), inputs=50),
)
