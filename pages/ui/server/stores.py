"""Where the server saves runs and sweeps, and what writes them while they train."""

import os
from dataclasses import dataclass, field
from pathlib import Path

import streamlit as st

from ann.history import History
from ann.keeping.run_autosave import RunAutosave
from ann.keeping.runs import Archive
from ann.keeping.summary import SavedRun
from ann.keeping.sweep_autosave import SweepAutosave
from ann.keeping.sweeps import SweepArchive
from ann.running.job import Job
from pages.ui import session
from pages.ui.server.visitor import address, visitor_id

PATH = Path(__file__).parents[3] / "data" / "cache" / "runs.sqlite"


def path() -> str | Path:
    """The file with the runs and sweeps of all visitors; ANN_RUNS can name another one."""
    return os.environ.get("ANN_RUNS") or PATH


@st.cache_resource(show_spinner=False, on_release=Archive.close)
def archive() -> Archive:
    """The saved runs of all visitors."""
    return Archive(path())


@st.cache_resource(show_spinner=False, on_release=RunAutosave.close)
def run_autosave() -> RunAutosave:
    """What saves runs while they train."""
    return RunAutosave(archive())


def watch(job: Job, number: int | None = None) -> None:
    """Save this visitor's training from now on, in the run of that number or in a new one."""
    run_autosave().watch(visitor_id(), job, number, address())


@st.cache_resource(show_spinner=False, on_release=SweepArchive.close)
def sweeps() -> SweepArchive:
    """The saved sweeps of all visitors, in the same file."""
    return SweepArchive(path())


@st.cache_resource(show_spinner=False, on_release=SweepAutosave.close)
def sweep_autosave() -> SweepAutosave:
    """What saves sweeps while they train."""
    return SweepAutosave(sweeps())


MOST_HISTORIES = 40  # kept in memory for a visitor


@dataclass
class Histories:
    """Histories that a visitor's pages have read: run's number -> (time of saving, history)."""

    read: dict[int, tuple[float, History]] = field(default_factory=dict)


def history_of(saved: SavedRun) -> History:
    """The history of a saved run. `ArchiveError` if its file is damaged."""
    read = session.keep(Histories).read
    if saved.id not in read or read[saved.id][0] != saved.updated:
        read[saved.id] = saved.updated, archive().open(visitor_id(), saved.id).history
        while len(read) > MOST_HISTORIES:
            del read[next(iter(read))]
    return read[saved.id][1]
