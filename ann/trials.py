"""The trials of a sweep: one recipe each, trained from one seed or from several."""

import hashlib
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from ann.jobs import Job
from ann.luck import reached
from ann.recipe import FIELDS, Recipe
from ann.state import State

OVER = ("finished", "failed")
MOST_SEED = int(FIELDS["seed"].high)


class TrialView(NamedTuple):
    """A trial at one moment; nothing in it changes later."""

    number: int  # from 1, in the order of the search
    recipe: Recipe  # with the first of its seeds
    status: str  # "waiting", "training", "kept", "dropped", "finished", "diverged" or "failed"
    epochs: float  # done, the mean over its seeds
    accuracies: tuple[float, ...]  # on the validation digits, by seed; NaN is none yet, or never
    seconds: float  # of computing, all seeds together
    message: str = ""

    @property
    def mean(self) -> float:
        """Mean validation accuracy of the seeds that have one; NaN without any.

        >>> TrialView(1, Recipe(), "finished", 9.0, (0.5, 1.0), 1.0).mean
        0.75
        """
        known = [a for a in self.accuracies if a == a]
        return float(np.mean(known)) if known else float("nan")

    @property
    def low(self) -> float:
        """The worst seed's."""
        return min((a for a in self.accuracies if a == a), default=float("nan"))

    @property
    def high(self) -> float:
        """The best seed's."""
        return max((a for a in self.accuracies if a == a), default=float("nan"))

    @property
    def done(self) -> bool:
        """Whether it was trained to its end from every seed."""
        return self.status in ("finished", "diverged")


class Attempt:
    """One seed of a trial. It keeps what its job reached, and the job while that may go on."""

    def __init__(self, recipe: Recipe):
        self.recipe = recipe
        self.job: Job | None = None
        self.epochs, self.seconds = 0.0, 0.0
        self.accuracy = float("nan")
        self.status, self.reason, self.message = "waiting", "", ""
        self.weights = ""  # a digest of those it ended with, or was given up with

    @property
    def over(self) -> bool:
        """Whether it will not go on."""
        return self.status in OVER

    def look(self) -> None:
        """Take up what the job reached so far; forget the job, and its weights, once it is over."""
        if self.job is None:
            return
        view = self.job.view()
        state = view.state
        self.epochs = min(
            state.epoch + state.position / self.job.source.n_train, view.recipe.epochs
        )
        self.seconds, self.reason = state.seconds, state.reason
        self.accuracy = reached(state, view.history)
        self.status = view.status
        if view.status == "failed":
            self.message = view.message
        if self.over:
            self._let_go(state)

    def drop(self) -> None:
        """Give it up."""
        if self.job:
            self.job.finish("Given up by the sweep.")
            self._let_go(self.job.view().state)

    def _let_go(self, state: State) -> None:
        self.weights = hashlib.sha256(state.judged[0].tobytes()).hexdigest()
        self.job = None


class Trial:
    """A recipe and its attempts, with seeds that count up from the recipe's own."""

    def __init__(self, number: int, recipe: Recipe, seeds: int):
        self.number, self.recipe, self.dropped = number, recipe, False
        each = [(recipe.seed + k) % (MOST_SEED + 1) for k in range(seeds)]
        self.attempts = [Attempt(replace(recipe, seed=seed)) for seed in each]

    def score(self) -> float:
        """What it is ranked by: the mean, or NaN, the worst, if a seed left no usable network."""
        return float(np.mean([attempt.accuracy for attempt in self.attempts]))

    def drop(self) -> None:
        """Give up every attempt."""
        self.dropped = True
        for attempt in self.attempts:
            attempt.drop()

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

    def _status(self) -> str:
        statuses = {attempt.status for attempt in self.attempts}
        if "failed" in statuses:
            return "failed"
        if self.dropped:
            return "dropped"
        if all(attempt.over for attempt in self.attempts):
            return "diverged" if any(a.reason == "diverged" for a in self.attempts) else "finished"
        if "running" in statuses:
            return "training"
        return "kept" if statuses - {"waiting"} else "waiting"
