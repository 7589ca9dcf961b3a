"""A sweep at one moment: how far its trials are, and which one is best."""

from enum import StrEnum
from typing import NamedTuple

from ann.recipe import Recipe
from ann.running.view import Status

NAN = float("nan")


class TrialStatus(StrEnum):
    """How far a trial of a sweep is, or one of its seeds."""

    WAITING = "waiting"  # for its turn to begin
    RUNNING = "running"
    PAUSED = "paused"  # it was trained to a comparison, and may continue
    FINISHED = "finished"  # trained to its end
    DIVERGED = "diverged"  # a seed of it ended because the loss became infinite
    FAILED = "failed"  # could not be trained; the message says why
    DROPPED = "dropped"  # given up after a comparison


DONE = (TrialStatus.FINISHED, TrialStatus.DIVERGED)  # trained to the end from every seed


class TrialView(NamedTuple):
    """A trial at one moment. Nothing in it changes later."""

    number: int  # from 1, in the order of the search
    recipe: Recipe  # with the first of its seeds
    status: TrialStatus
    epochs: float  # done, averaged over its seeds
    accuracies: tuple[float, ...]  # on the validation digits, by seed; NaN if not (yet) known
    seconds: float  # of computing time, all seeds together
    message: str = ""

    @property
    def mean(self) -> float:
        """Mean validation accuracy of the seeds that have one; NaN if none has.

        >>> TrialView(1, Recipe(), TrialStatus.FINISHED, 9.0, (0.5, 1.0), 1.0).mean
        0.75
        """
        known = [a for a in self.accuracies if a == a]
        return sum(known) / len(known) if known else NAN

    @property
    def low(self) -> float:
        """The worst seed's."""
        return min((a for a in self.accuracies if a == a), default=NAN)

    @property
    def high(self) -> float:
        """The best seed's."""
        return max((a for a in self.accuracies if a == a), default=NAN)

    @property
    def done(self) -> bool:
        """Whether it was trained to the end from every seed."""
        return self.status in DONE

    @property
    def usable(self) -> bool:
        """Whether it may be the best: every seed that has ended left a usable network.

        >>> TrialView(1, Recipe(), TrialStatus.DIVERGED, 9.0, (0.9, NAN), 1.0).usable
        False
        """
        known = [a == a for a in self.accuracies]
        return self.status != TrialStatus.FAILED and (all(known) if self.done else any(known))

    @property
    def rank(self) -> tuple[bool, bool, float, int]:
        """Sort key: the most accurate first, then those given up, then the unusable."""
        given_up, mean = self.status == TrialStatus.DROPPED, self.mean
        return not self.usable, given_up, -mean if mean == mean else 0.0, self.number


class SweepView(NamedTuple):
    """A sweep at one moment. Nothing in it changes later."""

    status: Status
    message: str
    trials: tuple[TrialView, ...]
    rung: int  # the comparison that the trials train for, from 1
    rungs: tuple[int, ...]  # the epochs after which they are compared, the last is the end
    done: float  # share of the work, 0 to 1
    seconds: float  # for which it has been running
    seconds_left: float  # NaN if unknown
    result: str  # when finished: a hash of the weights of all trials; empty if one failed
    made: str  # the version or versions of the lab that trained them
    place: int = 0  # in the line of the visitor's trainings; 0: it need not wait

    @property
    def ranked(self) -> list[TrialView]:
        """Best first."""
        return sorted(self.trials, key=lambda trial: trial.rank)

    @property
    def best(self) -> TrialView | None:
        """The best trial so far; None before one was measured."""
        first = min(self.trials, key=lambda trial: trial.rank)
        return first if first.usable else None
