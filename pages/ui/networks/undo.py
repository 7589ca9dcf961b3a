"""The way back from the quick network: to the settings and the training that it has replaced."""

from dataclasses import dataclass

import streamlit as st

from ann.recipe import Recipe
from ann.recipes.naming import default_name
from ann.running.job import Job
from ann.running.view import UNDER_WAY, Status
from data import Dataset
from pages.ui import session, words
from pages.ui.networks import current, opened
from pages.ui.server import classes


@dataclass
class Before:
    """What the quick network has taken the place of."""

    recipe: Recipe
    chosen: str | None  # the name of the data set
    job: Job | None
    dataset: Dataset | None  # of the job
    opened: opened.Opened | None
    was_running: bool

    @classmethod
    def now(cls) -> "Before":
        """What is there now."""
        state, training = session.state(), current.training()
        return cls(
            state.recipe,
            state.dataset,
            training.job,
            training.dataset,
            opened.current(),
            training.status == Status.RUNNING,
        )

    def restore(self) -> None:
        """Go back to it: the settings, and the training where it was."""
        session.state().dataset = self.chosen
        session.set_recipe(self.recipe)
        training = current.training()
        training.job, training.dataset = self.job, self.dataset
        opened.reopen(self.opened)
        if self.job and self.was_running and not classes.hold():
            self.job.resume()


@dataclass
class Undo:
    """The last quick network of a visitor, as long as it is the current one."""

    before: Before | None = None
    quick: Job | None = None


def remember(before: Before, quick: Job) -> None:
    """The quick network has taken the place of this."""
    last = session.keep(Undo)
    last.before, last.quick = before, quick


def offer() -> None:
    """While the quick network is the current one, what it has changed, and a button to go back."""
    last = session.keep(Undo)
    if last.before is None:
        return
    if current.training().job is not last.quick or last.quick is None:
        last.before = last.quick = None  # which lets go of the paused training's memory
        return
    text = _changed(last.before, last.quick)
    if not text:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="quick.undoing"):
        st.caption(f":material/bolt: {text}", width="stretch")
        st.button(
            "Undo",
            key="quick.undo",
            type="tertiary",
            icon=":material/undo:",
            on_click=_back,
            help="Back to the settings from before and, if there was one, to the training, which "
            "continues where it was. The quick network stops.",
        )


def _changed(before: Before, quick: Job) -> str:
    """What the quick network has changed, in a sentence; empty if nothing."""
    n = len(quick.view().recipe.differences(before.recipe))
    parts = [words.counted(n, "setting")] * bool(n)
    if session.state().dataset != before.chosen:
        parts.append("the data set")
    text = f"The quick network changed {words.listed(parts)}." if parts else ""
    if before.job and before.job.status in UNDER_WAY:
        view = before.job.view()
        text += (
            f" Your training, **{words.plain(default_name(view.recipe))}**, is paused at epoch "
            f"{view.history.epochs_done:,.1f} of {view.recipe.epochs:,}."
        )
    return text.strip()


def _back() -> None:
    last = session.keep(Undo)
    if last.before and last.quick:
        last.quick.finish()
        last.before.restore()
    last.before = last.quick = None
