"""Make a job on the server's workers, for any page that trains a network."""

from collections.abc import Callable, Sequence
from functools import partial

import data
from ann.evaluation.speed import epoch_seconds
from ann.inside.replay import Plan
from ann.recipe import Recipe
from ann.run import Run
from ann.running.budget import NoRoomError
from ann.running.finished import FinishedJob
from ann.running.job import Job
from ann.running.replay import Replay
from ann.running.turns import Share
from ann.saving.checkpoint import Progress
from ann.search import new_job as limited
from ann.state import Split, State
from data import Dataset
from data.made import Made
from pages.ui.server import classes, datasets, tabs, workers


def new_job(recipe: Recipe, dataset: Dataset, begun: Progress | None = None) -> Job:
    """A job for this visitor, not started yet; it pauses when the visitor closes the page.

    It draws initial weights, or continues what was `begun`. `NoRoomError` if there is not enough
    memory for it beside the other trainings, or if the teacher has paused the visitor's class.
    """
    _check_class()
    return job_maker(dataset)(recipe, begun)


def finished_job(run: Run, dataset: Dataset) -> Job:
    """The job of a saved run that has ended, to look at. `ValueError` if the data do not fit it."""
    pixels, classes = dataset.images.shape[1], len(dataset.class_names)
    if (run.n_features, run.n_classes) != (pixels, classes):
        raise ValueError("its data set has images of another size, or other classes")
    split = dataset.split(run.recipe.validation_fraction)
    source = datasets.source(dataset, len(split.train_images))
    history, n_validation = run.history, len(split.validation_images)
    if (
        max(history.wrong, default=0) >= n_validation
        or max(history.mistaken_for, default=0) >= classes
    ):
        history.wrong, history.mistaken_for = [], []  # in a forged file
    if history.confusion is not None and len(history.confusion) != classes:
        history.confusion = None
    return FinishedJob(workers.shares()[0], run, source)


def new_replay(
    run: Run,
    dataset: Dataset,
    plan: Plan,
    stops: Sequence[int],
    *,
    begun: State | None = None,
    whole: bool = False,
) -> Replay:
    """A job that trains this run again by its plan, for frames at these stops; not started yet.

    It begins at the start of the run, or with what was `begun`. `NoRoomError` as for `new_job`.
    """
    _check_class()
    share, express = workers.shares()
    split = Split(*dataset.split(run.recipe.validation_fraction))
    return limited.new_replay(
        share,
        datasets.source(dataset, len(split.train_x)),
        split,
        plan,
        stops,
        n_classes=run.n_classes,
        speed=workers.speed(),
        wanted=tabs.connection(),
        express=express,
        begun=begun,
        whole=whole,
    )


def _check_class() -> None:
    if why := classes.hold():
        raise NoRoomError(why)


def expected_seconds(recipe: Recipe, dataset: Dataset) -> float:
    """How long an epoch will take on these workers, shared with everyone who trains now."""
    split = dataset.split(recipe.validation_fraction)
    sizes = len(split.train_images), len(split.validation_images)
    return epoch_seconds(recipe, *sizes, workers.speed()) * workers.sharing()


def job_maker(dataset: Dataset) -> "partial[Job]":
    """A function that makes such jobs for this visitor later, when no page of theirs is running.

    Where one training begins when another ends, that is in a thread that knows no visitor.
    """
    return partial(_make, dataset, *workers.shares(), tabs.connection())


def job_on(made: Made, recipe: Recipe) -> Job:
    """As `new_job`, on a set whose validation digits do not follow from the recipe."""
    _check_class()
    return made_job_maker()(made, recipe)


def made_job_maker() -> Callable[[Made, Recipe], Job]:
    """As `job_maker`, for sets that are made only then."""
    where = *workers.shares(), tabs.connection()

    def make(made: Made, recipe: Recipe) -> Job:
        return _make(made.digits, *where, recipe, split=made.split)

    return make


def _make(
    dataset: Dataset,
    share: Share,
    express: Share | None,
    wanted: Callable[[], bool],
    recipe: Recipe,
    begun: Progress | None = None,
    split: data.Split | None = None,
) -> Job:
    parts = Split(*(split or dataset.split(recipe.validation_fraction)))
    return limited.new_job(
        share,
        datasets.source(dataset, len(parts.train_x)),
        parts,
        recipe,
        n_classes=len(dataset.class_names),
        speed=workers.speed(),
        wanted=wanted,
        express=express,
        begun=begun,
    )
