"""Several settings, each trained from several seeds: a few at a time, the rest wait their turn."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from ann.batches import batch_length, steps_per_epoch
from ann.evaluation.significance import SEEDS
from ann.finish import reached
from ann.recipe import FIELDS, Recipe
from ann.running.job import Job
from ann.running.view import ENDED, Status, View

AT_ONCE = 4  # trainings of a visitor: with more, a class would wait for one learner


@dataclass
class Repeat:
    """One setting with one seed: it waits, then it has a job, then only what came of it."""

    recipe: Recipe
    job: Job | None = None
    ended: bool = False
    curve: np.ndarray = field(default_factory=lambda: np.empty(0))  # accuracy by epoch
    accuracy: float = float("nan")  # of the network that is left; NaN if it learned nothing

    def look(self) -> None:
        """Take up how far the job is; when it has ended, keep the curve and let it go."""
        if self.job is None:
            return
        view = self.job.view()
        self.curve = view.history.epochs["validation_accuracy"]
        if view.status in ENDED:
            self.take(view)
        elif view.status == Status.PAUSED:  # the page had lost its visitor, who is back
            self.job.resume()

    def take(self, view: View) -> None:
        """Keep what came of a training that has ended."""
        self.job, self.ended = None, True
        self.curve = view.history.epochs["validation_accuracy"]
        self.accuracy = reached(view.state, view.history) if view.state.reason else float("nan")


@dataclass(eq=False)
class Repeats:
    """`lanes` holds, for each setting, its runs in the order of the seeds."""

    lanes: list[list[Repeat]]
    new_job: Callable[[Recipe], Job]
    stopped: bool = False

    @classmethod
    def of(cls, views: list[View], new_job: Callable[[Recipe], Job]) -> "Repeats":
        """The trainings of `views`, all with the first one's seed and those after it.

        A training that has come to its end already, with one of these seeds, is not done again,
        unless its settings were changed on the way.
        """
        most = int(FIELDS["seed"].high) + 1
        seeds = [(views[0].recipe.seed + i) % most for i in range(SEEDS)]
        lanes = [[Repeat(replace(view.recipe, seed=seed)) for seed in seeds] for view in views]
        for lane, view in zip(lanes, views, strict=True):
            for run in lane:
                as_planned = run.recipe == view.recipe and not view.history.changes
                if as_planned and view.state.reason:
                    run.take(view)
        return cls(lanes, new_job)

    @property
    def runs(self) -> list[Repeat]:
        """All of them, seed by seed: the first seed of every lane comes before any second."""
        return [run for seed in zip(*self.lanes, strict=True) for run in seed]

    @property
    def status(self) -> Status:
        """ "running" or "finished"."""
        over = self.stopped or all(run.ended for run in self.runs)
        return Status.FINISHED if over else Status.RUNNING

    def go_on(self) -> None:
        """Take up what has ended, and begin what waits; a page calls it whenever it is drawn."""
        for run in self.runs:
            run.look()
        under_way = sum(run.job is not None for run in self.runs)
        waiting = [run for run in self.runs if not run.ended and run.job is None]
        for run in [] if self.stopped else waiting[: AT_ONCE - under_way]:
            run.job = self.new_job(run.recipe)
            run.job.resume()

    def stop(self) -> None:
        """End what is under way; what has come to its end is kept."""
        self.stopped = True
        for run in self.runs:
            if run.job:
                run.job.finish()
                run.job, run.curve = None, np.empty(0)

    def table(self, lane: int) -> np.ndarray:
        """Validation accuracy (S, E) by seed and epoch, NaN where a seed has not come so far.

        A run that ended early keeps the accuracy of the network that it left.
        """
        runs = self.lanes[lane]
        table = np.full((len(runs), max(len(run.curve) for run in runs)), np.nan)
        for row, run in zip(table, runs, strict=True):
            row[: len(run.curve)] = run.curve
            if run.ended:
                row[len(run.curve) :] = run.accuracy
        return table

    def accuracies(self, lane: int) -> list[float]:
        """What each seed reached; NaN for one that did not come to its end."""
        return [run.accuracy for run in self.lanes[lane]]

    def progress(self) -> tuple[float, float]:
        """The share of the digits that have been read, and seconds left (NaN if unknown)."""
        done = whole = speed = 0.0
        n_train = next((run.job.source.n_train for run in self.runs if run.job), 1)
        for run in self.runs:
            view = run.job.view() if run.job else None
            n = steps_per_epoch(run.recipe, n_train) * batch_length(run.recipe, n_train)
            images = run.recipe.epochs * n
            whole += images
            done += images if run.ended else view.state.images_seen if view else 0
            speed += view.images_per_second if view else 0
        share = min(done / whole, 1.0)
        return share, (whole - done) / speed if speed else float("nan")
