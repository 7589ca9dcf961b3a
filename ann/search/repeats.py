"""Several settings, each trained from several seeds: could a difference be due to chance?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ann.evaluation.significance import SEEDS
from ann.finish import reached
from ann.recipe import Recipe
from ann.recipes.variants import reseed
from ann.running.job import Job
from ann.running.view import View
from ann.search.group import AT_ONCE, Group

NAN = float("nan")


@dataclass(eq=False)
class Repeat:
    """One setting with one seed: it waits, then it has a job, then only a result."""

    recipe: Recipe
    job: Job | None = None
    ended: bool = False
    accuracy: float = NAN  # of the resulting network on the validation digits; NaN without one
    _curve: np.ndarray | None = None

    @property
    def curve(self) -> np.ndarray:
        """Validation accuracy (E,) after each epoch so far."""
        if self.job:
            return self.job.view().history.epochs["validation_accuracy"]
        return np.empty(0) if self._curve is None else self._curve

    def take(self, view: View) -> None:
        """Keep only the result of a training that has ended."""
        self.job, self.ended = None, True
        self._curve = view.history.epochs["validation_accuracy"]
        self.accuracy = reached(view.state, view.history) if view.state.reason else NAN


class Repeats(Group[Repeat]):
    """The trainings of `views`, all with the first one's seed and those that follow it.

    `lanes` holds, for each setting, its repeats in the order of the seeds. `new_job` makes a job
    for a recipe when its turn comes, in any thread. A training that has already ended, with one of
    these seeds, is not repeated, unless its settings were changed while it ran.
    """

    def __init__(self, views: Sequence[View], new_job: Callable[[Recipe], Job]) -> None:
        first = views[0].recipe.seed
        self.lanes = [[Repeat(r) for r in reseed(view.recipe, SEEDS, first)] for view in views]
        self._new_job = new_job
        for lane, view in zip(self.lanes, views, strict=True):
            for run in lane:
                as_planned = run.recipe == view.recipe and not view.history.changes
                if as_planned and view.state.reason:
                    run.take(view)
        super().__init__([run for run in self.runs if not run.ended], AT_ONCE)

    @property
    def runs(self) -> list[Repeat]:
        """All of them, seed by seed: the first seed of every lane comes before any second."""
        return [run for seed in zip(*self.lanes, strict=True) for run in seed]

    def finish(self) -> None:
        """End what is under way, and drop it; the seeds that have ended still count."""
        with self.lock:
            super().finish()
            for run in self.runs:
                if not run.ended:
                    run.job = None

    def table(self, lane: int) -> np.ndarray:
        """Validation accuracy (S, E) by seed and epoch, NaN for epochs that are still to come.

        A run that ended early keeps the accuracy of its network until the last epoch.
        """
        with self.lock:
            runs = self.lanes[lane]
            curves = [run.curve for run in runs]
            table = np.full((len(runs), max(map(len, curves))), np.nan)
            for row, run, curve in zip(table, runs, curves, strict=True):
                row[: len(curve)] = curve
                if run.ended:
                    row[len(curve) :] = run.accuracy
            return table

    def accuracies(self, lane: int) -> list[float]:
        """The accuracy of each seed; NaN for one that did not finish."""
        return [run.accuracy for run in self.lanes[lane]]

    def progress(self) -> tuple[float, float]:
        """The share of the work that is done, and the seconds left (NaN if unknown)."""
        done = whole = speed = 0.0
        with self.lock:
            jobs = [(run, run.job) for run in self.runs]
            n_train = next((job.source.n_train for _, job in jobs if job), 1)
            for run, job in jobs:
                view = job.view() if job else None
                images = run.recipe.epochs * run.recipe.training_size(n_train)
                whole += images
                done += images if run.ended else view.state.images_seen if view else 0
                speed += view.images_per_second if view else 0
        share = min(done / whole, 1.0)
        return share, (whole - done) / speed if speed else NAN

    def _make_job(self, run: Repeat) -> Job:
        run.job = self._new_job(run.recipe)
        return run.job

    def _take(self, run: Repeat, view: View) -> None:
        run.take(view)
