"""What all visitors of the server share: the pool of workers and the opened data sets."""

import streamlit as st

import data
from ann.pool import Pool


@st.cache_resource(show_spinner=False)
def pool() -> Pool:
    """The workers that every run's chunks go to; started once, before they are needed."""
    pool = Pool()
    pool.warm()
    return pool


@st.cache_resource(show_spinner="Opening the digits…", max_entries=8)
def dataset(name: str | None) -> data.Dataset:
    """A data set by its name in `data.available()`; None is the default one.

    Its arrays are mapped from files, so that it is in memory once for all visitors and workers.
    """
    return data.load(name)
