"""The server's kept runs: where they are, and what keeps the present trainings."""

import os
from pathlib import Path

import streamlit as st

from ann.archive import Archive
from ann.jobs import Job
from ann.keeper import Keeper
from pages.ui.visitor import visitor_id

PATH = Path(__file__).parents[2] / "data" / "cache" / "runs.sqlite"


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
