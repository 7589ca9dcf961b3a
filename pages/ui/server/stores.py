"""Where the server saves runs and sweeps, and what writes them while they train."""

from dataclasses import dataclass, field
from functools import partial

import streamlit as st

from ann.history import History
from ann.keeping.classrooms import ClassArchive
from ann.keeping.drawings import DrawingArchive
from ann.keeping.lessons import LessonArchive
from ann.keeping.run_autosave import RunAutosave
from ann.keeping.runs import Archive
from ann.keeping.summary import SavedRun
from ann.keeping.sweep_autosave import SweepAutosave
from ann.keeping.sweeps import SweepArchive
from ann.run import Run
from ann.running.job import Job
from data import made
from data.yours import brought
from pages.ui import session
from pages.ui.server import ids, posting
from pages.ui.server.runs_file import path as path
from pages.ui.server.runs_file import secret as secret
from pages.ui.server.visitor import address, visitor_id


@st.cache_resource(show_spinner=False, on_release=Archive.close)
def archive() -> Archive:
    """The saved runs of all visitors."""
    return Archive(path())


@st.cache_resource(show_spinner=False, on_release=RunAutosave.close)
def run_autosave() -> RunAutosave:
    """What saves runs while they train."""
    return RunAutosave(archive(), ended=_post)


def _post(visitor: str, number: int, run: Run) -> None:
    posting.post(classrooms(), visitor, number, run)


def watch(job: Job, number: int | None = None, posted: bool = True) -> None:
    """Save this visitor's training from now on, in the run of that number or in a new one.

    A member's goes to the board of the class when it ends, if it is to be `posted`.
    """
    run_autosave().watch(visitor_id(), job, number, address(), tell=posted)


@st.cache_resource(show_spinner=False, on_release=SweepArchive.close)
def sweeps() -> SweepArchive:
    """The saved sweeps of all visitors, in the same file."""
    return SweepArchive(path())


@st.cache_resource(show_spinner=False, on_release=SweepAutosave.close)
def sweep_autosave() -> SweepAutosave:
    """What saves sweeps while they train."""
    return SweepAutosave(sweeps())


@st.cache_resource(show_spinner=False, on_release=LessonArchive.close)
def lessons() -> LessonArchive:
    """How far all visitors are in their lessons, in the same file."""
    return LessonArchive(path())


@st.cache_resource(show_spinner=False, on_release=DrawingArchive.close)
def drawings() -> DrawingArchive:
    """The digits that visitors wrote by hand, in the same file."""
    return DrawingArchive(path())


@st.cache_resource(show_spinner=False, on_release=ClassArchive.close)
def classrooms() -> ClassArchive:
    """All classes, in the same file."""
    return ClassArchive(path(), partial(ids.derive, secret=secret()), forget=_forget)


def _forget(owner: str) -> None:
    """Delete the data sets of the member of a class that was deleted, given as an owner."""
    brought.forget(owner)
    made.forget_all(owner)


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
