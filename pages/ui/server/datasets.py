"""The opened data sets, which all visitors of the server share."""

import streamlit as st

import data
from ann.running import find_data
from pages.ui import session


def _is_here(found: data.Dataset) -> bool:
    """Whether the workers would find it: somebody may have emptied data/cache meanwhile."""
    return find_data.is_here(str(found.folder), found.fingerprint)


@st.cache_resource(show_spinner="Opening the digits…", max_entries=8, validate=_is_here)
def opened(name: str | None) -> data.Dataset:
    """A data set by its name in `data.available()`; None is the default one.

    Its arrays are mapped from files, so that it is in memory once for all visitors and workers.
    """
    return data.load(name)


def chosen() -> data.Dataset:
    """The visitor's data set; the default one, with a message, where it cannot be opened."""
    state = session.state()
    try:
        return opened(state.dataset)
    except data.DataError as error:
        session.say(f"{error} The embedded digits are used instead.", "warning")
        state.dataset = data.DEFAULT
        return opened(state.dataset)


def find(fingerprint: str) -> tuple[str | None, data.Dataset] | None:
    """The name and the data set with this fingerprint; None if it is not on this machine."""
    here = [info.name for info in data.available() if info.here]
    for name in dict.fromkeys([session.state().dataset, *here]):
        try:
            found = opened(name)
        except data.DataError:
            continue
        if found.fingerprint == fingerprint:
            return name, found
    return None
