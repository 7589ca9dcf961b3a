"""Lanes, and their repeats: what a page shows is trained from several seeds if that is asked for.

Repeats are not saved among the visitor's runs: five seeds of four lanes, a few times, would push
out runs that were trained on purpose. Their result is on the page, and a click brings it back.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

from ann.recipe import Recipe
from ann.recipes.naming import default_name
from ann.running.job import Job
from ann.running.view import ENDED, Status
from ann.search.repeats import Repeats
from data import Dataset
from pages.ui import session
from pages.ui.networks.jobs import job_maker
from pages.ui.networks.training import Training
from pages.ui.server import classes


class Lane(NamedTuple):
    """A setting and its training."""

    name: str
    recipe: Recipe
    job: Job


@dataclass
class LaneRepeats:
    """Lanes that can be repeated over several seeds, and their repeats once that was asked for."""

    lanes: list[Lane] = field(default_factory=list)
    dataset: Dataset | None = None
    repeats: Repeats | None = None

    @property
    def possible(self) -> bool:
        """Whether every lane has ended."""
        return all(lane.job.status in ENDED for lane in self.lanes)

    @property
    def status(self) -> Status | None:
        """What the repeats are doing; None before they were asked for."""
        return self.repeats.status if self.repeats else None

    def start(self) -> None:
        """For a button's callback: train every lane from several seeds."""
        if self.dataset and not classes.refused():
            views = [lane.job.view() for lane in self.lanes]
            self.repeats = Repeats(views, job_maker(self.dataset))
            self.repeats.resume()

    def resume(self) -> None:
        """Continue where the repeats have paused, such as for a lost connection."""
        if self.repeats:
            self.repeats.resume()

    def stop(self) -> None:
        """End the repeats; the seeds that have ended still count. Also for a button's callback."""
        if self.repeats:
            self.repeats.finish()


@dataclass
class CurrentRepeats:
    """The repeats of the visitor's current training."""

    repeats: LaneRepeats | None = None


def of_training(training: Training) -> LaneRepeats | None:
    """The repeats of the visitor's current training, once it has ended; None before that."""
    current, job = session.keep(CurrentRepeats), training.job
    if current.repeats and current.repeats.lanes[0].job is not job:
        current.repeats.stop()
        current.repeats = None
    if current.repeats is None and job and job.has_begun and job.status == Status.FINISHED:
        recipe = job.view().recipe
        lane = Lane(default_name(recipe), recipe, job)
        current.repeats = LaneRepeats([lane], training.dataset)
    return current.repeats
