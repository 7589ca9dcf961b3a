"""The choice of the data set that all pages use, and the download of one that is not here."""

import streamlit as st

import data
from pages.ui import session, words
from pages.ui.server import datasets


def choose() -> data.Dataset:
    """A box with all data sets; one that is not here can be downloaded."""
    in_use = datasets.chosen()
    infos = {info.name: info for info in data.available()}
    names = list(dict.fromkeys([*infos, in_use.name]))
    session.seed_control("dataset", in_use.name)
    name = st.selectbox(
        "Data set",
        names,
        key="dataset",
        format_func=lambda n: f"{infos[n].title}: {infos[n].size}" if n in infos else in_use.title,
        help="The data set that all pages use. Full MNIST has 15 times as many digits as the "
        "embedded set: networks get better, and an epoch takes 15 times as long. MNIST and UCI "
        "has more writers: train on it and on MNIST alone, then draw a 7 with a bar.",
    )
    if name == in_use.name:
        st.caption(words.plain(in_use.source))
        return in_use
    if infos[name].here:
        session.state().dataset = name
        chosen = datasets.chosen()
        if session.state().dataset != name:  # it cannot be opened: a message at the top says why
            session.forget_controls()
            st.rerun()
        return chosen
    _offer(infos[name])
    return in_use


def _offer(info: data.Info) -> None:
    """Offer to download a data set; without internet, a message says so."""
    with st.container(border=True):
        st.markdown(f"**{words.plain(info.title)}** is not on this machine yet. {info.how}")
        if not st.button("Download", icon=":material/download:", type="primary"):
            return
        bar = st.progress(0.0)

        def show_progress(done: float, message: str) -> None:
            bar.progress(min(done, 1.0), message)

        try:
            data.fetch(info.name, show_progress)
        except data.DataError as error:
            bar.empty()
            st.error(str(error), icon=":material/cloud_off:")
            return
        session.state().dataset = info.name
        session.say(f"{info.title}: downloaded and in use on all pages.", "success")
        st.rerun()
