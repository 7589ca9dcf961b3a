"""The opened data sets, which all visitors of the server share."""

import streamlit as st

import data
from ann.running import find_data


def _is_here(found: data.Dataset) -> bool:
    """Whether the workers would find it: somebody may have emptied data/cache meanwhile."""
    return find_data.is_here(str(found.folder), found.fingerprint)


@st.cache_resource(show_spinner="Opening the digits…", max_entries=8, validate=_is_here)
def dataset(name: str | None) -> data.Dataset:
    """A data set by its name in `data.available()`; None is the default one.

    Its arrays are mapped from files, so that it is in memory once for all visitors and workers.
    """
    return data.load(name)
