"""The server's kept sweeps, and what keeps the present ones."""

import streamlit as st

from ann.kept_sweeps import KeptSweeps
from ann.sweep_keeper import SweepKeeper
from pages.ui import keeping


@st.cache_resource(show_spinner=False, on_release=KeptSweeps.close)
def kept() -> KeptSweeps:
    """The sweeps of all visitors, in the file of the kept runs."""
    return KeptSweeps(keeping.path())


@st.cache_resource(show_spinner=False, on_release=SweepKeeper.close)
def keeper() -> SweepKeeper:
    """What writes the present sweeps there."""
    return SweepKeeper(kept())
