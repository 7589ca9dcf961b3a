"""The visitor's current network: the recipe on the Train page, and the training that follows it.

Here a page gets the visitor's recipe, training, network and data set. A page with a training of its
own, such as a lesson, holds a `pages.ui.networks.training.Training` instead.
"""

from collections.abc import Callable
from dataclasses import dataclass

from ann.recipe import Recipe
from ann.run import Run
from ann.running.job import Job
from ann.saving.checkpoint import Progress
from data import Dataset
from pages.ui import session
from pages.ui.networks import opened
from pages.ui.networks.jobs import new_job
from pages.ui.networks.training import Training
from pages.ui.server import datasets, stores


class NoDataError(ValueError):
    """The data set that a training needs is not on this machine."""


@dataclass
class CurrentTraining(Training):
    """The training that is saved while it runs and that other pages show."""

    def take(self, job: Job, dataset: Dataset, number: int | None = None) -> None:
        """Also save the job, in the run of that number or a new one, and close an opened run."""
        stores.watch(job, number)
        super().take(job, dataset)
        opened.close()

    def extend(self, set_recipe: Callable[[Recipe], None]) -> None:
        """Also close an opened run."""
        super().extend(set_recipe)
        opened.close()


def training() -> CurrentTraining:
    """This visitor's current training; it may have no job yet."""
    return session.keep(CurrentTraining)


def recipe() -> Recipe:
    """The visitor's recipe: what the sliders of the Train page and the address show."""
    return session.state().recipe


def update_recipe(recipe: Recipe) -> None:
    """Keep the recipe that the controls on this page describe."""
    session.state().recipe = recipe


def dataset() -> Dataset:
    """The data set of the current training, or else the one the visitor has chosen."""
    return training().dataset or datasets.chosen()


def run() -> Run | None:
    """The network to evaluate and draw for: an opened saved run, or else the training's."""
    if saved := opened.current():
        return saved.run
    job = training().job
    return job.run() if job and job.has_begun else None


def take_up(begun: Progress, number: int) -> None:
    """Continue the saved run of that number as the current training; pause the previous one.

    `NoDataError` if its data set is not on this machine.
    """
    found = datasets.find(begun.fingerprint)
    if found is None:
        raise NoDataError("its data set is not on this machine")
    current = training()
    current.pause()
    session.state().dataset, chosen = found
    session.set_recipe(begun.state.recipe)
    job = new_job(begun.state.recipe, chosen, begun)
    current.take(job, chosen, number)
    job.resume()
