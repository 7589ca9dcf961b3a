"""The open data sets, which all visitors of the server share."""

import streamlit as st

import data
from ann.running.find_data import Source, is_here
from pages.ui import session

CACHE = "data/cache"  # where a worker on another machine finds digits in its own copy of the lab


def source(digits: data.Dataset, n_train: int) -> Source:
    """Where workers find these digits; the first `n_train` are for training."""
    return Source(str(digits.folder), digits.fingerprint, n_train, CACHE)


def _is_here(found: data.Dataset) -> bool:
    """Whether the workers would find it: someone may have emptied data/cache in the meantime."""
    return is_here(source(found, n_train=0))


@st.cache_resource(show_spinner="Opening the digits…", max_entries=8, validate=_is_here)
def opened(name: str | None) -> data.Dataset:
    """A data set by its name in `data.available()`; None is the default one.

    Its arrays are memory-mapped, so all visitors and workers share one copy in memory.
    """
    return data.load(name)


def chosen() -> data.Dataset:
    """The visitor's data set, or the default one, with a message, if it cannot be opened."""
    state = session.state()
    try:
        return opened(state.dataset)
    except data.DataError as error:
        session.say(f"{error} The embedded digits are used instead.", "warning")
        state.dataset = data.DEFAULT
        return opened(state.dataset)


def find(fingerprint: str) -> tuple[str | None, data.Dataset] | None:
    """The data set with this fingerprint, after its name; None if it is not on this machine."""
    here = [info.name for info in data.available() if info.here]
    for name in dict.fromkeys([session.state().dataset, *here]):
        try:
            found = opened(name)
        except data.DataError:
            continue
        if found.fingerprint == fingerprint:
            return name, found
    return None
