"""A training that a page controls: its job, and what the learner requested.

The buttons call `request`; the page calls `carry_out` after it has drawn its controls. A click may
arrive before a moved slider has been read, and a training must begin with what the sliders show.
"""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from ann.recipe import LIVE_FIELDS, Recipe
from ann.running.budget import NoRoomError
from ann.running.job import Job
from ann.running.pace import FULL, Pace
from ann.running.view import UNDER_WAY, Status
from data import Dataset
from pages.ui import session
from pages.ui.networks.jobs import new_job
from pages.ui.server import classes, workers

MORE_EPOCHS = 10  # that a finished training continues for
BEGINNING = {"start": Job.resume, "step": Job.step, "epoch": Job.epoch}


@dataclass
class Training:
    """One job at a time, its data set, and the last request."""

    job: Job | None = None
    dataset: Dataset | None = None  # the job's; the visitor may have chosen another one since
    requested: str = ""  # one of BEGINNING
    pace: Pace = FULL
    drawn: Status | None = None  # the status for which the buttons on the page were drawn

    @property
    def status(self) -> Status | None:
        """The job's status; None without a job."""
        return self.job.status if self.job else None

    @property
    def in_progress(self) -> bool:
        """Whether the job runs or is paused, or is about to begin in this run of the page."""
        return bool(self.requested) or self.status in UNDER_WAY

    def take(self, job: Job, dataset: Dataset) -> None:
        """Let this be the job from now on. The previous one is left as it is."""
        self.job, self.dataset = job, dataset

    def begin(self, recipe: Recipe, dataset: Dataset) -> Job:
        """End the job and replace it with a new one, which is not started yet."""
        job = new_job(recipe, dataset)
        if self.job:
            self.job.finish()
        self.take(job, dataset)
        return job

    def request(self, what: str) -> None:
        """For a button's callback: ask for "start", "step" or "epoch"; `carry_out` does it.

        A button that continues a paused training never begins a new one. The training may have
        been continued on another page, and so ended here; its message says so.
        """
        if (self.drawn != Status.PAUSED or self.status in UNDER_WAY) and not classes.refused():
            self.requested = what

    def carry_out(self, recipe: Recipe, dataset: Dataset, drawn_busy: bool) -> Status | None:
        """Begin or continue as requested, and pass on settings that may change midway.

        Returns the status for which to draw the rest of the page. The controls were drawn for
        `drawn_busy`, the value of `in_progress`; if the training has ended since, the page runs
        once more. A step or an epoch may be done at once, so it is waited for before the buttons
        are drawn; after Start, `beat.live` waits for the first point of the curves.
        """
        requested, self.requested = self.requested, ""
        if requested and self.status not in UNDER_WAY:
            try:
                self.begin(recipe, dataset)
            except NoRoomError as error:
                session.say(str(error), "error")
                st.rerun()
        if self.job and self.status in UNDER_WAY:
            _follow(self.job, recipe)
        if self.job:
            self.job.set_pace(self.pace)
        if self.job and requested:
            BEGINNING[requested](self.job)
            if requested != "start":
                workers.wait_for(lambda: self.status != Status.RUNNING)
        now = self.status
        if drawn_busy and now not in UNDER_WAY:
            st.rerun()  # it is over already
        return now

    def has_news(self) -> bool:
        """Whether a job that trains has a first point to show."""
        return self.job is None or self.job.has_begun or self.status != Status.RUNNING

    def extend(self, set_recipe: Callable[[Recipe], None]) -> None:
        """For a button's callback: let a training that has done its epochs do MORE_EPOCHS more.

        The page then shows its settings, with the new number of epochs.
        """
        if self.job and self.job.can_continue and not classes.refused():
            self.job.extend(MORE_EPOCHS)
            set_recipe(self.job.view().recipe)
            self.requested = "start"

    def set_pace(self, pace: Pace) -> None:
        """Let this and the next training go at this pace."""
        self.pace = pace
        if self.job:
            self.job.set_pace(pace)

    def pause(self) -> None:
        """For a button's callback: pause after the chunk that is being computed."""
        if self.job:
            self.job.pause()

    def stop(self) -> None:
        """For a button's callback: end the training now and keep the network."""
        if self.job:
            self.job.finish("Stopped. The network stays as it is.")

    def reset(self) -> None:
        """For a button's callback: discard the network and its curves."""
        if self.job:
            self.job.finish()
        self.job = None


def _follow(job: Job, recipe: Recipe) -> None:
    """Apply to the job those changes on the page that are possible midway."""
    wanted = {name: getattr(recipe, name) for name in LIVE_FIELDS}
    changed = {n: v for n, v in wanted.items() if v != getattr(job.view().recipe, n)}
    if changed:
        job.change(**changed)
