"""What a page shows that needs a network, while there is none: how it comes, or how to get one."""

import streamlit as st

from ann.running.view import Status
from pages.ui import frame, words
from pages.ui.networks import current, newest, quick


def show(purpose: str) -> None:
    """The progress of a training before its first step, or the ways to a network for `purpose`."""
    job = current.training().job
    if job and job.status == Status.RUNNING:
        quick.progress()
        return
    if job and job.status == Status.FAILED:
        st.warning(words.plain(job.view().message), icon=":material/warning:")
    saved = newest.offer()
    with st.container(border=True):
        what = (
            "No network is open in this tab" if saved else f"There is no network to {purpose} yet"
        )
        st.markdown(f"{what}. Set one up and train it, or train a quick one:")
        quick.button()
        frame.page_link("train", "Go to the Train page")
