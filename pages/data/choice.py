"""The choice of the data set that all pages use, and the download of one that is not here."""

import logging

import streamlit as st

import data
from pages.data import own
from pages.ui import remedies, session, words
from pages.ui.server import datasets

LOG = logging.getLogger(__name__)


def choose() -> data.Dataset:
    """A box with all data sets; one that is not here can be downloaded.

    Until then, the rest of the page shows the one in use, under a heading with its own name.
    """
    in_use = datasets.chosen()
    infos = {info.name: info for info in datasets.available()}
    names = list(dict.fromkeys([*infos, in_use.name]))
    session.seed_control("dataset", in_use.name)
    name = st.selectbox(
        "Data set",
        names,
        key="dataset",
        format_func=lambda n: _label(infos[n]) if n in infos else in_use.title,
        help="The data set that all pages use. Full MNIST has 15 times as many digits as the "
        "embedded set: networks get better, and an epoch takes 15 times as long. MNIST and UCI "
        "has more writers: train on it and on MNIST alone, then draw a 7 with a bar. "
        "Full MNIST and UCI has both.",
    )
    own.bring()
    if name == in_use.name:
        _about(in_use)
        return in_use
    if infos[name].here:
        session.state().dataset = name
        chosen = datasets.chosen()
        if session.state().dataset != name:  # it cannot be opened: a message at the top says why
            session.forget_controls()
            st.rerun()
        _about(chosen)
        return chosen
    if infos[name].can_fetch:
        _offer(infos[name])
    else:
        st.warning(
            f"**{words.plain(infos[name].title)}** cannot be used. {words.plain(infos[name].how)}",
            icon=":material/folder_off:",
        )
    st.subheader(f"In use on all pages: {words.plain(in_use.title)}", anchor=False)
    _about(in_use)
    return in_use


def _label(info: data.Info) -> str:
    """A data set in the box."""
    size = info.size if info.here or info.can_fetch else "cannot be read"
    return f"{info.title}: {size}"


def _about(dataset: data.Dataset) -> None:
    """Where a data set comes from, and what was taken for what when its files were read."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(words.plain(dataset.source), width="stretch")
        remedies.at_hand(dataset)
        own.deletion(dataset)
    remedies.offer(dataset)
    if dataset.notes:
        listed = "\n".join(f"- {words.plain(note)}" for note in dataset.notes)
        st.info(f"How the files were read:\n\n{listed}", icon=":material/fact_check:")


def _offer(info: data.Info) -> None:
    """Offer to download a data set; without internet, a message says so."""
    with st.container(border=True):
        st.markdown(
            f"**{words.plain(info.title)}** is not on this machine yet. "
            f"{words.without_paths(info.how)}"
        )
        if not st.button("Download", icon=":material/download:", type="primary"):
            return
        bar = st.progress(0.0)

        def show_progress(done: float, message: str) -> None:
            bar.progress(min(done, 1.0), message)

        try:
            data.fetch(info.name, show_progress)
        except data.DataError as error:
            bar.empty()
            LOG.warning("%s", error)
            st.error(words.plain(str(error)), icon=":material/cloud_off:")
            return
        session.state().dataset = info.name
        session.say(f"{info.title}: downloaded and in use on all pages.", "success")
        st.rerun()
