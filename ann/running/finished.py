"""A training that has ended and was saved: to look at again, as if its page had stayed open."""

import numpy as np

from ann.run import Run
from ann.running.find_data import Source
from ann.running.job import Job
from ann.running.pool import Pool
from ann.running.turns import Share
from ann.running.view import Status, View
from ann.state import DROPOUT, State, stream


class FinishedJob(Job):
    """The job of a saved `run` on the digits of `source`. It cannot continue: its status is final.

    What only a training in progress needs, such as the moments of its optimizer, is not saved.
    """

    def __init__(
        self, pool: Pool | Share, run: Run, source: Source, status: Status = Status.FINISHED
    ) -> None:
        super().__init__(pool, _last_state(run), source, history=run.history)
        self._status, self._message, self._saved = status, run.message, run

    @property
    def can_continue(self) -> bool:
        """Never, not even for more epochs."""
        return False

    def run(self, view: View | None = None) -> Run:
        """The run as it was saved, with the version that it was trained with."""
        return self._saved


def _last_state(run: Run) -> State:
    recipe, none = run.recipe, np.empty(0, np.float32)
    return State(
        recipe=recipe,
        n_features=run.n_features,
        n_classes=run.n_classes,
        scaling=run.scaling,
        theta=run.theta,
        moments=none.reshape(0, 0),
        statistics=run.statistics,
        rng=stream(recipe.seed, DROPOUT),
        best_theta=run.theta,
        best_statistics=run.statistics,
        average=run.theta if recipe.ema else none,
        average_statistics=run.statistics if recipe.ema else none,
        best_epoch=run.history.best_epoch or 0,
        step=run.step,
        epoch=run.epoch,
        seconds=run.seconds,
        images_seen=run.images_seen,
        reason=run.reason,
        version=run.version,
    )
