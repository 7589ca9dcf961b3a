"""The visitor's training: from the recipe on the page to a job on the server's workers.

Only one training belongs to a visitor at a time. The buttons call `ask`; the page calls `obey` when
its controls are drawn. A click may overtake the run in which a slider was read, and a training must
begin with what the sliders show.
"""

import time
from dataclasses import dataclass

import streamlit as st

from ann.recipe import LIVE_FIELDS, Recipe
from ann.run import Run
from ann.running.job import Job
from ann.running.view import UNDER_WAY, Status
from ann.saving.checkpoint import Progress
from ann.state import Split, start
from data import Dataset
from pages.ui import session
from pages.ui.networks import opened
from pages.ui.server import datasets, internals, stores, workers

FIRST_LOOK = 0.3  # seconds; more would make a click feel slow
BEGINNING = {"start": Job.resume, "step": Job.step, "epoch": Job.epoch}


class NoDataError(ValueError):
    """The data set that a training needs is not on this machine."""


@dataclass
class Desk:
    """What the visitor asked for last, and the digits that the present job learns from."""

    asked: str = ""
    offered: Status | None = None  # the status that the buttons on the page were drawn for
    digits: Dataset | None = None


def digits() -> Dataset:
    """The data set of the present job, which may not be the visitor's choice any more."""
    return session.keep(Desk).digits or datasets.chosen()


def new_job(recipe: Recipe) -> Job:
    """A job for the visitor's data set, not started yet; it becomes the session's job."""
    state, chosen = session.state(), datasets.chosen()
    job = job_for(recipe, chosen)
    if state.job:
        state.job.finish()
    _make_present(job, chosen)
    return job


def take_up(begun: Progress, number: int) -> None:
    """Go on with the kept run of that number, as the session's job; the one before is paused.

    `NoDataError` if its data set is not here.
    """
    state, found = session.state(), datasets.find(begun.fingerprint)
    if found is None:
        raise NoDataError("its data set is not on this machine")
    if state.job:
        state.job.pause()
    state.dataset, chosen = found
    session.set_recipe(begun.state.recipe)
    job = job_for(begun.state.recipe, chosen, begun)
    _make_present(job, chosen, number)
    job.resume()


def _make_present(job: Job, chosen: Dataset, number: int | None = None) -> None:
    session.state().job = job
    session.keep(Desk).digits = chosen
    stores.watch(job, number)
    opened.close()


def job_for(recipe: Recipe, chosen: Dataset, begun: Progress | None = None) -> Job:
    """A job of this visitor's on a data set, not started yet; it ends when the visitor leaves.

    It goes on with what was `begun`, else it draws fresh weights.
    """
    split = Split(*chosen.split(recipe.validation_fraction))
    source = datasets.source(chosen, len(split.train_x))
    first = begun.state if begun else start(recipe, split, n_classes=len(chosen.class_names))
    return Job(
        workers.pool(),
        first,
        source,
        wanted=internals.connection(),
        express=workers.express(),
        history=begun and begun.history,
    )


def current_run() -> Run | None:
    """The network to evaluate and to draw for: a kept run that was opened, else the job's."""
    if kept := opened.current():
        return kept.run
    job = session.state().job
    return job.run() if job and job.view().state.step else None


def status() -> Status | None:
    """What the present job is doing; None without a job."""
    job = session.state().job
    return job.status if job else None


def in_progress() -> bool:
    """Whether a training runs or is paused, or is about to begin in this run of the page."""
    return bool(session.keep(Desk).asked) or status() in UNDER_WAY


def offer(status: Status | None) -> None:
    """The buttons are drawn for this status of the job."""
    session.keep(Desk).offered = status


def ask(what: str) -> None:
    """For a button's callback: "start", "step" or "epoch"; `obey` will do it.

    A button that goes on with a paused training never begins another one: that training may have
    gone on, and ended here, in another page meanwhile. Its message tells so.
    """
    desk = session.keep(Desk)
    if desk.offered != Status.PAUSED or status() in UNDER_WAY:
        desk.asked = what


def obey(recipe: Recipe, drawn_busy: bool) -> Status | None:
    """Begin or go on as was asked, and hand on to the job what may change midway.

    Returns the status that the rest of the page is to be drawn for. The sliders were drawn with
    what `in_progress` said; where that has changed, the page runs once more.
    """
    desk, state = session.keep(Desk), session.state()
    asked, desk.asked = desk.asked, ""
    if asked and status() not in UNDER_WAY:
        new_job(recipe)
    if status() in UNDER_WAY:
        _follow(state.job, recipe)
    if asked:
        before = state.job.revision + 1
        BEGINNING[asked](state.job)
        _wait_for_news(state.job, before)
    now = status()
    if drawn_busy and now not in UNDER_WAY:
        st.rerun()  # it is over already
    return now


def _wait_for_news(job: Job, known: int) -> None:
    """Wait a moment for the first chunk, so that this very run of the page can show it."""
    deadline = time.monotonic() + FIRST_LOOK
    while job.revision <= known and time.monotonic() < deadline:
        time.sleep(0.01)


def _follow(job: Job, recipe: Recipe) -> None:
    """Change in the job what the learner changed on the page, where that is possible midway."""
    wanted = {name: getattr(recipe, name) for name in LIVE_FIELDS}
    changed = {n: v for n, v in wanted.items() if v != getattr(job.view().recipe, n)}
    if changed:
        job.change(**changed)


def pause() -> None:
    """For a button's callback: stop after the chunk that is being computed."""
    if job := session.state().job:
        job.pause()


def stop() -> None:
    """For a button's callback: end the training here and keep the network."""
    if job := session.state().job:
        job.finish("Stopped. The network is as it was at that moment.")


def reset() -> None:
    """For a button's callback: forget the network and its curves."""
    state = session.state()
    if state.job:
        state.job.finish()
    state.job = None
