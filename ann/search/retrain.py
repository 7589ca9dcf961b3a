"""Train a trial of a sweep again: only its numbers were saved, and now its network is wanted.

Training is deterministic, so it arrives at the same weights; their digest shows whether it did.
"""

from typing import NamedTuple

from ann.run import Run
from ann.running.job import Job
from ann.running.view import Status


class Retrain(NamedTuple):
    """One seed of a trial, trained again."""

    trial: int  # from 1, in the order of the search
    job: Job
    epochs: float  # to train
    over: bool  # the trial ended there: last epoch, stopped early, or diverged
    weights: str  # the digest of the weights it had before

    def resume(self) -> None:
        """Train, or continue after a pause."""
        if self.over:
            self.job.resume()
        else:
            self.job.train_to(round(self.epochs))  # it was paused after a comparison

    @property
    def share(self) -> float:
        """The share that is done, 0 to 1."""
        state = self.job.view().state
        done = state.epochs_done(self.job.source.n_train)
        return 1.0 if state.reason else min(done / self.epochs, 1.0)

    @property
    def same(self) -> bool:
        """Whether the weights are the same as before."""
        return self.job.view().state.digest == self.weights

    @property
    def run(self) -> Run | None:
        """The network; None until it has been trained as far as before."""
        at_rest = self.job.status in (Status.FINISHED, Status.PAUSED)
        return self.job.run() if at_rest and self.share == 1 else None
