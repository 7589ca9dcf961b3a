"""The trials of a sweep: one recipe each, trained from one seed or several."""

import numpy as np

from ann.events import Reason
from ann.finish import reached
from ann.recipe import Recipe
from ann.recipes.variants import reseed
from ann.run import Run
from ann.running.job import Job
from ann.running.view import Status
from ann.search.results import Result
from ann.search.view import NAN, TrialStatus, TrialView

OVER = (TrialStatus.FINISHED, TrialStatus.FAILED)


class Attempt:
    """One seed of a trial. It keeps what its job reached, and the job for as long as it is useful.

    What another sweep has reached counts as reached: a job that has to start from the first step is
    only catching up. `result` is what counted when the job was last at rest.
    """

    epochs: float

    def __init__(self, trial: "Trial", recipe: Recipe) -> None:
        self.trial, self.recipe = trial, recipe
        self.job: Job | None = None
        self.failures = 0
        self.restart()

    def restart(self) -> None:
        """Start again from the first step, as if nothing had happened."""
        self.let_go()
        self.trained = 0.0  # epochs of the job
        self.restore(Result())

    @property
    def over(self) -> bool:
        """Whether it has ended."""
        return self.status in OVER

    def look(self) -> None:
        """Note what the job has reached so far."""
        if self.job is None:
            return
        view = self.job.view()
        state = view.state
        done = state.epochs_done(self.job.source.n_train)
        self.trained = min(done, view.recipe.epochs)
        if view.status != Status.READY:
            self.status = TrialStatus(view.status)
        if view.status == Status.FAILED:
            self.message = view.message
        if self.trained >= self.epochs:
            self.epochs, self.seconds, self.reason = self.trained, state.seconds, state.reason
            self.accuracy = reached(state, view.history)

    def settle(self, job: Job) -> None:
        """Record the result of an attempt that has ended or reached a comparison."""
        self.failures += self.status == TrialStatus.FAILED
        self.weights = job.view().state.digest
        self.result = Result(
            status=self.status,
            epochs=self.epochs,
            accuracy=self.accuracy,
            seconds=self.seconds,
            reason=self.reason,
            message=self.message,
            weights=self.weights,
        )

    def restore(self, result: Result) -> None:
        """Before anything else: continue from what another sweep has reached."""
        self.result = result
        self.status, self.accuracy = result.status, result.accuracy
        self.epochs = result.epochs
        self.seconds, self.reason = result.seconds, result.reason
        self.message, self.weights = result.message, result.weights

    def let_go(self) -> None:
        """Forget the job and its weights; if it could still continue, it is ended for good."""
        if self.job:
            self.job.finish("Given up by the sweep.")
        self.job = None


class Trial:
    """A recipe and its attempts, with seeds that count up from the recipe's own."""

    def __init__(self, number: int, recipe: Recipe, seeds: int) -> None:
        self.number, self.recipe, self.dropped = number, recipe, False
        self.attempts = [Attempt(self, one) for one in reseed(recipe, seeds, recipe.seed)]

    @property
    def over(self) -> bool:
        """Whether all attempts have ended, or were given up."""
        return self.dropped or all(attempt.over for attempt in self.attempts)

    def score(self) -> float:
        """What it is ranked by: the mean accuracy, or NaN, the worst, if a seed has failed."""
        failed = any(attempt.status == TrialStatus.FAILED for attempt in self.attempts)
        return NAN if failed else float(np.mean([a.accuracy for a in self.attempts]))

    def drop(self) -> None:
        """Give up every attempt."""
        self.dropped = True
        self.let_go()

    def let_go(self) -> None:
        """Forget the weights of every attempt."""
        for attempt in self.attempts:
            attempt.let_go()

    def first(self) -> Attempt | None:
        """The first seed that has a usable network."""
        return next((a for a in self.attempts if a.accuracy == a.accuracy), None)

    def job(self) -> Job | None:
        """The job of that seed, if its weights are still here."""
        first = self.first()
        return first.job if first and first.trained >= first.epochs else None

    def run(self) -> Run | None:
        """The network of that seed, if its weights are still here."""
        job = self.job()
        return job.run() if job else None

    def view(self) -> TrialView:
        """The trial as it is now."""
        return TrialView(
            number=self.number,
            recipe=self.recipe,
            status=self._status(),
            epochs=float(np.mean([attempt.epochs for attempt in self.attempts])),
            accuracies=tuple(attempt.accuracy for attempt in self.attempts),
            seconds=sum(attempt.seconds for attempt in self.attempts),
            message=next((a.message for a in self.attempts if a.message), ""),
        )

    def _status(self) -> TrialStatus:
        statuses = {attempt.status for attempt in self.attempts}
        if self.dropped:
            return TrialStatus.DROPPED
        if TrialStatus.FAILED in statuses:
            return TrialStatus.FAILED
        if all(attempt.over for attempt in self.attempts):
            diverged = any(a.reason == Reason.DIVERGED for a in self.attempts)
            return TrialStatus.DIVERGED if diverged else TrialStatus.FINISHED
        if TrialStatus.RUNNING in statuses:
            return TrialStatus.RUNNING
        begun = statuses - {TrialStatus.WAITING}
        return TrialStatus.PAUSED if begun else TrialStatus.WAITING
