"""A sweep: many trainings side by side on the pool, to find the settings that do best.

A sweep is to trials what a job is to chunks: a plain object that a page can start, stop and look
at. Its trials are jobs, a few at a time, so that it takes no more of the workers than a few
learners would; they are judged by validation digits only.

scikit-learn's `HalvingGridSearchCV` and `HalvingRandomSearchCV` take `ANNClassifier` as it is (a
test runs one), and are the right choice in a script. Here they do not fit: `fit` returns when all
is over, with no progress, stop or estimate; they train in joblib's own workers, beside this pool
and unknown to the class that shares it; and at every rung they train the survivors again from the
start. Here a survivor goes on from where it was paused, which is exact: a run that is paused and
resumed equals the unbroken one bit for bit.
"""

import hashlib
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from math import ceil
from typing import NamedTuple

from ann import halving as halve
from ann.chunks import Source, open_split
from ann.cost import Speed, epoch_seconds
from ann.jobs import Job
from ann.pool import Pool
from ann.recipe import Recipe
from ann.search import MOST_TRIALS
from ann.state import start
from ann.trials import Attempt, Trial, TrialView

MOST_SEEDS = 5
SPARE = 1  # jobs more than workers: while a result is on its way, its worker has another chunk


class SweepView(NamedTuple):
    """A sweep at one moment; nothing in it changes later."""

    status: str  # "ready", "running", "stopped" or "finished"
    message: str
    trials: tuple[TrialView, ...]
    rung: int  # which comparison the trials train for, from 1
    rungs: tuple[int, ...]  # the epochs after which they are compared, the last is the end
    done: float  # share of the work, 0 to 1
    seconds: float  # it has been running
    seconds_left: float  # NaN if unknown
    result: str  # when finished: stands for the weights of all trials; empty if one failed

    @property
    def ranked(self) -> list[TrialView]:
        """Best first: trials trained to their end, then those that got furthest."""
        return sorted(self.trials, key=_rank)

    @property
    def best(self) -> TrialView | None:
        """The best trial so far; None before one was measured."""
        first = self.ranked[0]
        return first if first.mean == first.mean and first.status != "failed" else None


class Sweep:
    """Trials of `recipes` from `seeds` seeds each, on the digits of `source` with C `n_classes`.

    With `halving`, trials are compared after ever more epochs, and only the best third goes on
    each time. `wanted` is asked as in `Job`: without a page the sweep stops. `speed` is for the
    estimate. `ValueError` where there is nothing to judge by, or too much to do.
    """

    def __init__(
        self,
        pool: Pool,
        source: Source,
        recipes: Sequence[Recipe],
        *,
        n_classes: int,
        seeds: int = 1,
        halving: bool = False,
        wanted: Callable[[], bool] = lambda: True,
        speed: Speed = Speed(),  # noqa: B008, immutable
    ):
        if not 1 <= len(recipes) <= MOST_TRIALS:
            raise ValueError(f"trials: {len(recipes)} is outside 1 to {MOST_TRIALS}")
        if not 1 <= seeds <= MOST_SEEDS:
            raise ValueError(f"seeds: {seeds} is outside 1 to {MOST_SEEDS}")
        if not len(open_split(source).validation_x):
            raise ValueError("validation_fraction: 0 leaves no digits to judge the trials by")
        self._pool, self._source, self._n_classes, self._wanted = pool, source, n_classes, wanted
        self._trials = [Trial(i + 1, recipe, seeds) for i, recipe in enumerate(recipes)]
        longest = max(recipe.epochs for recipe in recipes)
        self._rungs = halve.rungs(len(recipes), longest) if halving else (longest,)
        sizes = source.n_train, len(open_split(source).validation_x)
        self._cost = {t: epoch_seconds(t.recipe, *sizes, speed) for t in self._trials}
        self._trial_of = {a: t for t in self._trials for a in t.attempts}
        self._lock = threading.RLock()  # shared with the jobs, which call back while they hold it
        self._status, self._message, self._rung, self._filling = "ready", "", 0, False
        self._waiting: deque[Attempt] = deque()
        self._active: list[Attempt] = []
        self._ran, self._since, self._result = 0.0, 0.0, ""
        self._plan_rung()

    def go(self) -> None:
        """Start, or go on after `stop` as if nothing had been."""
        with self._lock:
            if self._status not in ("ready", "stopped"):
                return
            self._status, self._message, self._since = "running", "", time.monotonic()
            for attempt in list(self._active):  # their last chunks are still under way
                attempt.job.train_to(self._goal(attempt))
            self._fill()

    def stop(self, message: str = "Stopped.") -> None:
        """Send no more chunks; `go` goes on."""
        with self._lock:
            if self._status == "running":
                self._rest("stopped", message)
                for attempt in self._active:
                    attempt.job.pause()

    def view(self) -> SweepView:
        """The sweep as it is now."""
        with self._lock:
            for attempt in self._active:
                attempt.look()
            spent, ahead = self._spent(), self._ahead()
            running = time.monotonic() - self._since if self._status == "running" else 0.0
            seconds = self._ran + running
            return SweepView(
                status=self._status,
                message=self._message,
                trials=tuple(trial.view() for trial in self._trials),
                rung=self._rung + 1,
                rungs=self._rungs,
                done=spent / (spent + ahead) if spent + ahead else 1.0,
                seconds=seconds,
                seconds_left=seconds * ahead / spent if spent else float("nan"),
                result=self._result,
            )

    @property
    def status(self) -> str:
        """As in `SweepView`."""
        return self._status

    def _plan_rung(self) -> None:
        """Queue what must train for the next comparison, the longest first: it would end last."""
        attempts = [a for t in self._trials if not t.dropped for a in t.attempts]
        ahead = [a for a in attempts if not a.over and a.epochs < self._goal(a)]
        self._waiting.extend(sorted(ahead, key=self._left, reverse=True))

    def _goal(self, attempt: Attempt) -> int:
        return min(self._rungs[self._rung], attempt.recipe.epochs)

    def _left(self, attempt: Attempt) -> float:
        epochs = max(self._goal(attempt) - attempt.epochs, 0)
        return epochs * self._cost[self._trial_of[attempt]]

    def _fill(self) -> None:
        """Keep the workers busy; when a rung is over, see who goes on."""
        if self._filling:
            return  # a job ended within this very call: the loop below takes care of it
        self._filling = True
        try:
            while self._status == "running":
                while self._waiting and len(self._active) < self._pool.workers + SPARE:
                    self._launch(self._waiting.popleft())
                if self._active or self._status != "running":
                    return
                self._end_rung()
        finally:
            self._filling = False

    def _launch(self, attempt: Attempt) -> None:
        if attempt.job is None:
            state = start(attempt.recipe, open_split(self._source), self._n_classes)
            attempt.job = Job(
                self._pool,
                state,
                self._source,
                wanted=self._wanted,
                on_rest=lambda job: self._rested(attempt),
                lock=self._lock,
            )
        self._active.append(attempt)
        attempt.job.train_to(self._goal(attempt))
        if attempt in self._active and attempt.job.status != "running":
            self._rested(attempt)  # no worker took it

    def _rested(self, attempt: Attempt) -> None:
        """Nothing of an attempt is under way any more: done, failed, or paused on the way."""
        if attempt not in self._active:
            return
        self._active.remove(attempt)
        message = attempt.job.view().message
        attempt.look()
        if not attempt.over and attempt.epochs < self._goal(attempt):
            self._waiting.appendleft(attempt)
            self.stop(message)  # the page is closed, or there are no workers
        self._fill()

    def _end_rung(self) -> None:
        """Drop all but the best third, or finish."""
        if self._rung == len(self._rungs) - 1:
            self._rest("finished", "")
            attempts = [attempt for trial in self._trials for attempt in trial.attempts]
            if not any(attempt.status == "failed" for attempt in attempts):
                weights = "".join(attempt.weights for attempt in attempts)
                self._result = hashlib.sha256(weights.encode()).hexdigest()[:12]
            return
        alive = [trial for trial in self._trials if not trial.dropped]
        best = halve.survivors([trial.score() for trial in alive])
        for i, trial in enumerate(alive):
            if i not in best:
                trial.drop()
        self._rung += 1
        self._plan_rung()

    def _rest(self, status: str, message: str) -> None:
        self._ran += time.monotonic() - self._since
        self._status, self._message = status, message

    def _spent(self) -> float:
        return sum(a.epochs * self._cost[t] for t in self._trials for a in t.attempts)

    def _ahead(self) -> float:
        """The work that is left, in seconds of one worker; of later rungs the mean is expected."""
        if self._status == "finished":
            return 0.0
        now = sum(self._left(attempt) for attempt in (*self._waiting, *self._active))
        alive = [trial for trial in self._trials if not trial.dropped]
        n, before, later = len(alive), self._rungs[self._rung], 0.0
        for end in self._rungs[self._rung + 1 :]:
            n = ceil(n / halve.FACTOR)
            each = (max(min(end, t.recipe.epochs) - before, 0) * self._cost[t] for t in alive)
            later += n * sum(each) / len(alive)
            before = end
        return now + later * len(self._trials[0].attempts)


def work(
    recipes: Sequence[Recipe], seeds: int, halving: bool, sizes: tuple[int, int], speed: Speed
) -> float:
    """Seconds that a sweep will take on one worker; `sizes` are of training and validation set."""
    total = seeds * sum(recipe.epochs * epoch_seconds(recipe, *sizes, speed) for recipe in recipes)
    longest = max(recipe.epochs for recipe in recipes)
    return total * (halve.share(len(recipes), longest) if halving else 1.0)


def _rank(trial: TrialView) -> tuple:
    known = trial.mean == trial.mean and trial.status != "failed"
    return not known, not trial.done, 0 if trial.done else -trial.epochs, -trial.mean
