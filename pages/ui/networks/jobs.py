"""A new job on the server's workers: what every page that trains a network begins with."""

from ann.recipe import Recipe
from ann.running.job import Job
from ann.saving.checkpoint import Progress
from ann.state import Split, start
from data import Dataset
from pages.ui.server import datasets, internals, workers


def new_job(recipe: Recipe, dataset: Dataset, begun: Progress | None = None) -> Job:
    """A job for this visitor, not started yet; it pauses when the visitor's page is closed.

    It draws fresh weights, or continues what was `begun`.
    """
    split = Split(*dataset.split(recipe.validation_fraction))
    source = datasets.source(dataset, len(split.train_x))
    return Job(
        workers.pool(),
        begun.state if begun else start(recipe, split, n_classes=len(dataset.class_names)),
        source,
        wanted=internals.connection(),
        express=workers.express(),
        history=begun.history if begun else None,
    )
