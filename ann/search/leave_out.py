"""Leave one out: the same settings on one data set after another, each with another part left out.

What is left out is what the network is tested on, so each training says how a network reads digits
of somebody it has never seen. Sets are made when their turn comes and dropped when it is over, so
a class of thirty takes no more room than a few of them.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ann.events import Reason
from ann.running.job import Job
from ann.running.view import Status, View
from ann.search.group import AT_ONCE, Group


@dataclass(eq=False)
class Turn:
    """One part that is left out: it waits, then it has a job, then only the answers."""

    number: int  # of the part
    job: Job | None = None
    ended: bool = False
    answers: np.ndarray | None = None  # (N,) classes, to the digits left out; None without a result
    message: str = ""  # why it failed


class LeaveOneOut(Group[Turn]):
    """Trainings of which each leaves another one of `count` parts out.

    `new_job` makes the job for a part when its turn comes, in any thread; the validation digits of
    this job are the part. `drop` is called when the job has ended.
    """

    def __init__(
        self, count: int, new_job: Callable[[int], Job], drop: Callable[[int], None]
    ) -> None:
        self.turns = [Turn(number) for number in range(count)]
        self._new_job, self._drop = new_job, drop
        super().__init__(self.turns, AT_ONCE)

    def finish(self) -> None:
        """End what is under way, and drop it; the parts that have ended still count."""
        with self.lock:
            super().finish()
            for turn in self.turns:
                if turn.job:
                    turn.job = None
                    self._drop(turn.number)

    def progress(self) -> float:
        """The share of the work that is done."""
        with self.lock:
            jobs = [turn.job for turn in self.turns if turn.job]
            views = [job.view() for job in jobs]
            begun = sum(min(view.state.epoch / view.recipe.epochs, 1.0) for view in views)
            ended = sum(turn.ended for turn in self.turns)
            return min((ended + begun) / max(len(self.turns), 1), 1.0)

    def _make_job(self, turn: Turn) -> Job:
        turn.job = self._new_job(turn.number)
        return turn.job

    def _take(self, turn: Turn, view: View) -> None:
        """Keep only the answers of a training that has ended."""
        turn.job, turn.ended = None, True
        failed = view.status == Status.FAILED or view.state.reason == Reason.DIVERGED
        turn.message = view.message if failed else ""
        if view.state.reason and not failed:  # without a reason, somebody has stopped it
            turn.answers = view.history.answers
        self._drop(turn.number)
