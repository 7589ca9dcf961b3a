"""The network of a link: found among the visitor's own, or trained, which gives it bit for bit."""

import streamlit as st

from ann.recipes.naming import default_name
from ann.running.job import Job
from ann.running.view import Status
from pages.ui import words
from pages.ui.inside.place import Place, Wanted
from pages.ui.networks import choice, current, opened, quick, subject
from pages.ui.networks.jobs import expected_seconds
from pages.ui.server import datasets
from pages.ui.words import duration

MOST_OPENED = 3  # saved runs with the settings of the link, of which each may have been changed


def wait(here: Place) -> bool:
    """Whether the visitor must still train the network of a link; if so, show how.

    Once the network is there, it is the one to look at.
    """
    wanted = here.wanted
    if wanted is None:
        return False
    job = current.training().job
    mine = job is not None and _fits(job, wanted)
    if not mine and not wanted.is_what_was_shown():
        here.wanted = None  # the visitor has chosen another network
        return False
    if job and mine and job.view().state.reason:
        opened.close()
        here.wanted = None
        return False
    if not mine and _open_saved(wanted):
        here.wanted = None
        return False
    if job and mine and job.status == Status.RUNNING:
        st.markdown(f"This is the network of the link: {_name(wanted)}.")
        quick.progress()
        return True
    _offer(here, wanted, job if job and mine and job.status == Status.PAUSED else None)
    return True


def _fits(job: Job, wanted: Wanted) -> bool:
    """Whether this training gives the network of the link."""
    view = job.view()
    same = (view.recipe, job.source.fingerprint) == (wanted.recipe, wanted.fingerprint)
    return same and not view.history.changes


def _open_saved(wanted: Wanted) -> bool:
    """Open a saved run that is the network of the link; False if there is none."""
    before = opened.current()
    candidates = [
        one
        for one in choice.mine()
        if (one.recipe, one.fingerprint) == (wanted.recipe, wanted.fingerprint)
        and one.summary.reason
    ]
    for one in candidates[:MOST_OPENED]:
        if opened.show(one.id, one.name, current.training().job):
            now = opened.current()
            if now is None or not now.run.history.changes:
                return True
    opened.reopen(before)
    return False


def _name(wanted: Wanted) -> str:
    title = words.plain(datasets.by_name(wanted.dataset).title)
    return f"**{words.plain(default_name(wanted.recipe))}**, trained on {title}"


def _offer(here: Place, wanted: Wanted, paused: Job | None) -> None:
    """Offer to train the network of the link, or to continue its training."""
    seconds = wanted.recipe.epochs * expected_seconds(
        wanted.recipe, datasets.by_name(wanted.dataset)
    )

    def leave() -> None:
        here.wanted = None

    with st.container(border=True):
        st.markdown(
            f"This link shows a network that is not here yet: {_name(wanted)}. Train it, and you "
            "get exactly the same one, bit for bit."
        )
        with st.container(horizontal=True):
            if paused:
                st.button(
                    "Continue its training",
                    key="inside.continue",
                    type="primary",
                    icon=":material/resume:",
                    on_click=paused.resume,
                )
            else:
                st.button(
                    f"Train it (about {duration(seconds)})",
                    key="inside.train",
                    type="primary",
                    icon=":material/bolt:",
                    on_click=quick.begin,
                    args=(wanted.recipe, wanted.dataset),
                    help="If a network of yours is training, it is paused: **Undo** continues it.",
                )
            if subject.take() is not None:
                st.button("Look at my own network instead", key="inside.leave", on_click=leave)
