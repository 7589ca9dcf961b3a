"""The server's kept runs: where they are, and what keeps the present trainings."""

import os
from pathlib import Path

import streamlit as st

from ann.keeping.run_autosave import Keeper
from ann.keeping.runs import Archive
from ann.running.job import Job
from pages.ui.server.visitor import visitor_id

PATH = Path(__file__).parents[3] / "data" / "cache" / "runs.sqlite"


def path() -> str | Path:
    """The file of all visitors' runs and sweeps: the one that ANN_RUNS names."""
    return os.environ.get("ANN_RUNS") or PATH


@st.cache_resource(show_spinner=False, on_release=Archive.close)
def archive() -> Archive:
    """The archive of all visitors."""
    return Archive(path())


@st.cache_resource(show_spinner=False, on_release=Keeper.close)
def keeper() -> Keeper:
    """What writes the present trainings to the archive."""
    return Keeper(archive())


def watch(job: Job, number: int | None = None) -> None:
    """Keep this training of the present visitor from now on, in the kept run of that number."""
    keeper().watch(visitor_id(), job, number)
