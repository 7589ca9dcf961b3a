"""Is it luck? Trainings that a page shows, each repeated from several seeds once that is asked for.

Repeats are not kept among the visitor's runs: five seeds of four lanes, a few times, would drive
out what was trained on purpose. What they come to is on the page, and a click brings it back.
"""

from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

from ann.recipe import Recipe
from ann.recipes.naming import default_name
from ann.running.job import Job
from ann.running.view import ENDED, Status
from ann.search.repeats import Repeats
from data import Dataset
from pages.ui import session
from pages.ui.networks.jobs import new_job
from pages.ui.networks.training import Training


class Lane(NamedTuple):
    """A setting and its training."""

    name: str
    recipe: Recipe
    job: Job


@dataclass
class Luck:
    """The lanes whose luck can be asked for, and their repeats once it was."""

    lanes: list[Lane] = field(default_factory=list)
    digits: Dataset | None = None
    repeats: Repeats | None = None

    @property
    def possible(self) -> bool:
        """Whether every lane has come to its end."""
        return all(lane.job.status in ENDED for lane in self.lanes)

    @property
    def status(self) -> Status | None:
        """What the repeats are doing; None before they were asked for."""
        return self.repeats.status if self.repeats else None

    def ask(self) -> None:
        """For a button's callback: run every lane over several seeds."""
        views = [lane.job.view() for lane in self.lanes]
        self.repeats = Repeats.of(views, partial(new_job, dataset=self.digits))
        self.repeats.go_on()

    def stop(self) -> None:
        """End the repeats; what has come to its end is kept. Also for a button's callback."""
        if self.repeats:
            self.repeats.stop()


@dataclass
class Place:
    """Where the luck of the Train page's network is."""

    luck: Luck | None = None


def of_training(training: Training) -> Luck | None:
    """The luck of the visitor's own training, when it has ended; None before that."""
    place, job = session.keep(Place), training.job
    if place.luck and place.luck.lanes[0].job is not job:
        place.luck.stop()
        place.luck = None
    if place.luck is None and job and job.has_begun and job.status == Status.FINISHED:
        recipe = job.view().recipe
        place.luck = Luck([Lane(default_name(recipe), recipe, job)], training.dataset)
    return place.luck
