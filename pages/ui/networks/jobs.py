"""Make a job on the server's workers, for any page that trains a network."""

from collections.abc import Callable
from functools import partial

from ann.recipe import Recipe
from ann.running.job import Job
from ann.running.turns import Share
from ann.saving.checkpoint import Progress
from ann.search import new_job as limited
from ann.state import Split
from data import Dataset
from pages.ui.server import datasets, internals, workers


def new_job(recipe: Recipe, dataset: Dataset, begun: Progress | None = None) -> Job:
    """A job for this visitor, not started yet; it pauses when the visitor closes the page.

    It draws initial weights, or continues what was `begun`. `NoRoomError` if there is not enough
    memory for it beside the other trainings.
    """
    return job_maker(dataset)(recipe, begun)


def job_maker(dataset: Dataset) -> "partial[Job]":
    """A function that makes such jobs for this visitor later, when no page of theirs is running.

    Where one training begins when another ends, that is in a thread that knows no visitor.
    """
    return partial(_make, dataset, *workers.shares(), internals.connection())


def _make(
    dataset: Dataset,
    share: Share,
    express: Share | None,
    wanted: Callable[[], bool],
    recipe: Recipe,
    begun: Progress | None = None,
) -> Job:
    split = Split(*dataset.split(recipe.validation_fraction))
    return limited.new_job(
        share,
        datasets.source(dataset, len(split.train_x)),
        split,
        recipe,
        n_classes=len(dataset.class_names),
        speed=workers.speed(),
        wanted=wanted,
        express=express,
        begun=begun,
    )
