"""A trial of a sweep once more: only numbers of it were kept, and its network is wanted.

A training is deterministic, so it comes to the same weights; their digest tells whether it has.
"""

from typing import NamedTuple

from ann.run import Run
from ann.running.job import Job
from ann.running.view import Status


class Retrain(NamedTuple):
    """The training of one seed once more."""

    trial: int  # from 1, in the order of the search
    job: Job
    epochs: float  # how far it goes
    over: bool  # it came to its own end there: trained as far, stopped early, or diverged
    weights: str  # the digest of what it came to before

    def resume(self) -> None:
        """Train, or go on after a pause."""
        if self.over:
            self.job.resume()
        else:
            self.job.train_to(round(self.epochs))  # it was paused after a comparison

    @property
    def share(self) -> float:
        """How much of it is done, 0 to 1."""
        state = self.job.view().state
        done = state.epochs_done(self.job.source.n_train)
        return 1.0 if state.reason else min(done / self.epochs, 1.0)

    @property
    def same(self) -> bool:
        """Whether it has come to the same weights."""
        return self.job.view().state.digest == self.weights

    @property
    def run(self) -> Run | None:
        """The network; None before it has come as far."""
        at_rest = self.job.status in (Status.FINISHED, Status.PAUSED)
        return self.job.run() if at_rest and self.share == 1 else None
