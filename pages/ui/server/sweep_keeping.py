"""The server's kept sweeps, and what keeps the present ones."""

import streamlit as st

from ann.keeping.sweep_autosave import SweepKeeper
from ann.keeping.sweeps import KeptSweeps
from pages.ui.server import stores


@st.cache_resource(show_spinner=False, on_release=KeptSweeps.close)
def kept() -> KeptSweeps:
    """The sweeps of all visitors, in the file of the kept runs."""
    return KeptSweeps(stores.path())


@st.cache_resource(show_spinner=False, on_release=SweepKeeper.close)
def keeper() -> SweepKeeper:
    """What writes the present sweeps there."""
    return SweepKeeper(kept())
