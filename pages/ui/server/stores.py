"""The server's kept runs: where they are, and what keeps the present trainings."""

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
from pages.ui.server.visitor import visitor_id

PATH = Path(__file__).parents[3] / "data" / "cache" / "runs.sqlite"


def path() -> str | Path:
    """The file of all visitors' runs and sweeps: the one that ANN_RUNS names."""
    return os.environ.get("ANN_RUNS") or PATH


@st.cache_resource(show_spinner=False, on_release=Archive.close)
def archive() -> Archive:
    """The archive of all visitors."""
    return Archive(path())


@st.cache_resource(show_spinner=False, on_release=RunAutosave.close)
def keeper() -> RunAutosave:
    """What writes the present trainings to the archive."""
    return RunAutosave(archive())


def watch(job: Job, number: int | None = None) -> None:
    """Keep this training of the present visitor from now on, in the kept run of that number."""
    keeper().watch(visitor_id(), job, number)


@st.cache_resource(show_spinner=False, on_release=SweepArchive.close)
def sweeps() -> SweepArchive:
    """The sweeps of all visitors, in the file of the kept runs."""
    return SweepArchive(path())


@st.cache_resource(show_spinner=False, on_release=SweepAutosave.close)
def sweep_autosave() -> SweepAutosave:
    """What writes the present sweeps there."""
    return SweepAutosave(sweeps())


MOST_HISTORIES = 40  # that are held


@dataclass
class Histories:
    """What was read already, and of what moment: a run that trains has later ones soon."""

    read: dict[int, tuple[float, History]] = field(default_factory=dict)


def history_of(kept: SavedRun) -> History:
    """The curves of a run. `ArchiveError` if its file is damaged."""
    read = session.keep(Histories).read
    if kept.id not in read or read[kept.id][0] != kept.updated:
        read[kept.id] = kept.updated, archive().open(visitor_id(), kept.id).history
        while len(read) > MOST_HISTORIES:
            del read[next(iter(read))]
    return read[kept.id][1]
