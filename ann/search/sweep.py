"""A sweep: many trainings side by side on the pool, to find the settings that do best.

A sweep is to trials what a job is to chunks: a plain object that a page can start, stop and look
at. Its trials are jobs, a few at a time, so that it takes no more of the workers than a few
learners would; they are judged by validation digits only. The weights of the best trial are held
as long as the sweep is.
"""

import threading
from collections import deque
from collections.abc import Callable

from ann.evaluation.cost import Speed
from ann.run import Run
from ann.running.chunk import open_split
from ann.running.find_data import Source
from ann.running.job import Job
from ann.running.pool import Pool
from ann.running.view import Status
from ann.search.ladder import Ladder
from ann.search.plan import Plan
from ann.search.results import Results
from ann.search.retrain import Retrain
from ann.search.timing import Timing
from ann.search.trial import Attempt
from ann.search.view import SweepView
from ann.signature import version
from ann.state import start

SPARE = 1  # jobs more than workers: while a result is on its way, its worker has another chunk
BACK = "What was done is here again; what was half done will be trained anew."
FAILED = "{} of the trainings failed; Continue tries again. "
CHANGED = " The lab has changed since then: what is trained now may differ in the last digits."


class Sweep:
    """The trials of `plan`, on the digits of `source` with C `n_classes`.

    `wanted` is asked as in `Job`: without a page the sweep stops. `speed` is for the estimate.
    With the results of an `earlier` sweep of the same plan it goes on from those, once it is told
    to, and comes to the same. `ValueError` where there is nothing to judge by.
    """

    def __init__(
        self,
        pool: Pool,
        source: Source,
        plan: Plan,
        *,
        n_classes: int,
        wanted: Callable[[], bool] = lambda: True,
        speed: Speed = Speed(),  # noqa: B008, immutable
        earlier: Results | None = None,
    ):
        sizes = source.n_train, len(open_split(source).validation_x)
        if not sizes[1]:
            raise ValueError("validation_fraction: 0 leaves no digits to judge the trials by")
        self.plan = plan
        self._pool, self._source, self._n_classes = pool, source, n_classes
        self._pages = [wanted]
        self._ladder = Ladder(plan, sizes, speed)
        self._lock = threading.RLock()  # shared with the jobs, which call back while they hold it
        self._phase, self._filling = Timing(), False
        self._active: list[Attempt] = []
        self._waiting = deque(self._ladder.ahead())
        if earlier:
            self._restore(earlier)

    # What a page can ask for.

    def go(self) -> None:
        """Start, or go on after `stop` as if nothing had been; what failed is tried again."""
        with self._lock:
            if self.status not in (Status.READY, Status.PAUSED):
                return
            self._ladder.begin()
            self._waiting.extend(self._ladder.retry())
            self._phase.turn(Status.RUNNING)
            for attempt in list(self._active):  # their last chunks are still under way
                attempt.job.train_to(self._ladder.goal(attempt))
            self._fill()

    def stop(self, message: str = "Stopped.") -> None:
        """Send no more chunks; `go` goes on."""
        with self._lock:
            if self._phase.running:
                self._phase.turn(Status.PAUSED, message)
                for attempt in self._active:
                    attempt.job.pause()

    def join(self, wanted: Callable[[], bool]) -> None:
        """Another page looks at this sweep: it goes on as long as one of them is there."""
        with self._lock:  # those that are gone need not be asked again
            self._pages = [*(page for page in self._pages if page()), wanted]

    # What a page can see.

    def view(self) -> SweepView:
        """The sweep as it is now."""
        with self._lock:
            for attempt in self._active:
                attempt.look()
            spent, ahead = self._ladder.spent(), self._ahead()
            seconds = self._phase.seconds()
            return SweepView(
                status=self._phase.status,
                message=self._phase.message,
                trials=tuple(trial.view() for trial in self._ladder.trials),
                rung=self._ladder.rung + 1,
                rungs=self.plan.rungs,
                done=spent / (spent + ahead) if spent + ahead else 1.0,
                seconds=seconds,
                seconds_left=seconds * ahead / spent if spent else float("nan"),
                result=self._ladder.digest() if self._phase.status == Status.FINISHED else "",
                made=self._ladder.made,
            )

    def best_run(self) -> Run | None:
        """The network of the best trial, from the first seed; None if its weights are not here."""
        with self._lock:
            best = self.view().best
            return self._ladder.trials[best.number - 1].run() if best else None

    def best_again(self) -> Retrain | None:
        """A training, not begun, that comes to the same network where its weights are not here."""
        with self._lock:
            best = self.view().best
            if best is None:
                return None
            first = self._ladder.trials[best.number - 1].first()
            return Retrain(best.number, self._job(first), first.epochs, first.over, first.weights)

    def results(self) -> Results:
        """What another sweep would go on from."""
        with self._lock:
            return self._ladder.results(self._phase.seconds())

    @property
    def status(self) -> Status:
        """What it is doing now."""
        return self._phase.status

    @property
    def quiet(self) -> bool:
        """Whether nothing of it is under way any more, nor will be without another `go`."""
        return not self._phase.running and not self._active

    @property
    def revision(self) -> int:
        """Grows whenever `results` has changed."""
        return self._phase.revision

    # How it gets done.

    def _restore(self, earlier: Results) -> None:
        ladder = self._ladder
        ladder.restore(earlier)
        self._waiting = deque(ladder.ahead())
        self._phase.has_run(earlier.seconds)
        if ladder.at_the_top and not self._waiting and not ladder.failed():
            self._phase.turn(Status.FINISHED)
        else:
            changed = CHANGED if earlier.made != version() else ""
            self._phase.turn(Status.PAUSED, BACK + changed)

    def _fill(self) -> None:
        """Keep the workers busy; when a rung is over, see who goes on."""
        if self._filling:
            return  # a job ended within this very call: the loop below takes care of it
        self._filling = True
        try:
            while self._phase.running:
                if self._waiting and len(self._active) < self._pool.workers + SPARE:
                    self._launch(self._waiting.popleft())
                elif self._active:
                    return
                else:
                    self._end_rung()
        finally:
            self._filling = False

    def _launch(self, attempt: Attempt) -> None:
        if attempt.job is None:
            try:
                attempt.job = self._job(
                    attempt, on_rest=lambda job: self._rested(attempt), lock=self._lock
                )
            except (OSError, MemoryError) as error:  # the digits are gone, or there is no room
                self._waiting.appendleft(attempt)
                self.stop(f"A training can't begin: {error or type(error).__name__}")
                return
        self._active.append(attempt)
        attempt.job.train_to(self._ladder.goal(attempt))
        if attempt in self._active and attempt.job.status != Status.RUNNING:
            self._rested(attempt)  # no worker took it

    def _job(self, attempt: Attempt, **options) -> Job:
        """A training of this attempt from its first step, not begun."""
        state = start(attempt.recipe, open_split(self._source), self._n_classes)
        return Job(self._pool, state, self._source, self._wanted, **options)

    def _wanted(self) -> bool:
        return any(wanted() for wanted in self._pages)

    def _rested(self, attempt: Attempt) -> None:
        """Nothing of an attempt is under way any more: done, failed, or paused on the way."""
        if attempt not in self._active:
            return
        self._active.remove(attempt)
        attempt.look()
        if attempt.over or attempt.trained >= self._ladder.goal(attempt):
            attempt.settle()
            self._phase.changed()
            if attempt.trial.over:
                self._ladder.weigh(attempt.trial)
        else:
            self._waiting.appendleft(attempt)
            self.stop(attempt.job.view().message)  # the page is closed, or there are no workers
        self._fill()

    def _end_rung(self) -> None:
        if failed := self._ladder.held_up():
            self._phase.turn(Status.PAUSED, FAILED.format(len(failed)) + failed[0].message)
        elif self._ladder.at_the_top:
            self._phase.turn(Status.FINISHED)
        else:
            self._ladder.climb()
            self._waiting.extend(self._ladder.ahead())
            self._phase.changed()

    def _ahead(self) -> float:
        """The work that is left, in seconds of one worker."""
        if self._phase.status == Status.FINISHED:
            return 0.0
        return self._ladder.left([*self._waiting, *self._active, *self._ladder.failed()])
