"""A sweep: many trainings side by side on the pool, to find the settings that do best.

Its trials train a few at a time, so that a sweep takes no more of the workers than a few learners
would. They are judged by validation digits only. The weights of the best trial are kept in memory
as long as the sweep is.
"""

from collections.abc import Callable

from ann.evaluation.speed import Speed
from ann.run import Run
from ann.running.chunk import open_split
from ann.running.find_data import Source
from ann.running.job import Job
from ann.running.pool import Pool
from ann.running.turns import Share
from ann.running.view import Status
from ann.search.group import Group
from ann.search.ladder import Ladder
from ann.search.new_job import new_job
from ann.search.plan import Plan
from ann.search.results import Results
from ann.search.retrain import Retrain
from ann.search.trial import Attempt
from ann.search.view import SweepView
from ann.version import version

SPARE = 1  # jobs more than workers: while a result is on its way, its worker has another chunk
BACK = "Finished trainings are restored; unfinished ones will start again from the beginning."
FAILED = "{} of the trainings failed; Resume tries again. "
CHANGED = " The lab has changed since then: what is trained now may differ in the last digits."


class Sweep(Group[Attempt]):
    """The trials of `plan`, on the digits of `source` with C `n_classes`.

    `wanted` is asked as in `Job`: once the page is closed, the sweep pauses. `speed` is for the
    estimate of the time left. Given the results of an `earlier` sweep of the same plan, it
    continues from those when it is resumed, and arrives at the same result. `ValueError` if there
    are no validation digits.
    """

    def __init__(
        self,
        pool: Pool | Share,
        source: Source,
        plan: Plan,
        *,
        n_classes: int,
        wanted: Callable[[], bool] = lambda: True,
        speed: Speed = Speed(),  # noqa: B008, immutable
        earlier: Results | None = None,
    ) -> None:
        sizes = source.n_train, len(open_split(source).validation_x)
        if not sizes[1]:
            raise ValueError("validation_fraction: 0 leaves no digits to judge the trials by")
        self.plan = plan
        self._pool, self._source, self._n_classes = pool, source, n_classes
        self._pages, self._speed = [wanted], speed
        self._seen: tuple[object, SweepView] | None = None
        self._ladder = Ladder(plan, sizes, speed)
        if earlier:
            self._ladder.restore(earlier)
        super().__init__(self._ladder.ahead())
        if earlier:
            self._continue_from(earlier)

    # What a page can ask for, besides `pause`.

    def resume(self) -> None:
        """Start, or continue after `pause` as if nothing had happened; retry what has failed."""
        with self.lock:
            if self.status in (Status.READY, Status.PAUSED):
                self._ladder.begin()
                self._waiting.extend(self._ladder.retry())
                super().resume()

    def join(self, wanted: Callable[[], bool]) -> None:
        """Another page shows this sweep: it continues as long as one of them is open."""
        with self.lock:  # those that are closed need not be asked again
            self._pages = [*(page for page in self._pages if page()), wanted]

    # What a page can see.

    def view(self) -> SweepView:
        """The sweep as it is now, made only when something has changed: a page asks often."""
        with self.lock:
            version = self.revision, [job.revision for job in self._active], self.place
            if self._seen is None or self._seen[0] != version:
                self._seen = version, self._view()
            return self._seen[1]

    def _view(self) -> SweepView:
        for attempt in self._active.values():
            attempt.look()
        finished = self.status == Status.FINISHED
        spent, ahead = self._ladder.spent(), 0.0 if finished else self._ahead()
        seconds = self._timing.seconds()
        return SweepView(
            status=self.status,
            message=self.message,
            trials=tuple(trial.view() for trial in self._ladder.trials),
            rung=self._ladder.rung + 1,
            rungs=self.plan.rungs,
            done=spent / (spent + ahead) if spent + ahead else 1.0,
            seconds=seconds,
            seconds_left=seconds * ahead / spent if spent else float("nan"),
            result=self._ladder.digest() if finished else "",
            made=self._ladder.made,
            place=self.place,
        )

    def best_run(self) -> Run | None:
        """The network of the best trial, from its first seed; None if the weights are not here."""
        with self.lock:
            best = self.view().best
            return self._ladder.trials[best.number - 1].run() if best else None

    def retrain_best(self) -> Retrain | None:
        """A training, not begun, that arrives at that network where its weights are not here."""
        with self.lock:
            best = self.view().best
            first = self._ladder.trials[best.number - 1].first() if best else None
            if best is None or first is None:
                return None
            job = self._new_job(first)
            return Retrain(best.number, job, first.epochs, first.over, first.weights)

    def results(self) -> Results:
        """What another sweep would continue from."""
        with self.lock:
            return self._ladder.results(self._timing.seconds())

    # How it gets done.

    @property
    def at_once(self) -> int:
        """Enough to keep the workers busy."""
        return self._pool.workers + SPARE

    def _continue_from(self, earlier: Results) -> None:
        self._timing.has_run(earlier.seconds)
        if self._ladder.at_the_top and not self._waiting and not self._ladder.failed():
            self._timing.turn(Status.FINISHED)
        else:
            changed = CHANGED if earlier.made != version() else ""
            self._timing.turn(Status.PAUSED, BACK + changed)

    def _make_job(self, attempt: Attempt) -> Job:
        attempt.job = self._new_job(attempt)
        return attempt.job

    def _new_job(self, attempt: Attempt) -> Job:
        """A training of this attempt from its first step, not begun."""
        return new_job(
            self._pool,
            self._source,
            open_split(self._source),
            attempt.recipe,
            n_classes=self._n_classes,
            speed=self._speed,
            wanted=self._wanted,
        )

    def _wanted(self) -> bool:
        return any(wanted() for wanted in self._pages)

    def _train(self, attempt: Attempt, job: Job) -> None:
        job.train_to(self._ladder.goal(attempt))

    def _take_up(self, attempt: Attempt, job: Job) -> bool:
        attempt.look()
        if not attempt.over and attempt.trained < self._ladder.goal(attempt):
            return False
        attempt.settle(job)
        if attempt.trial.over:
            self._ladder.weigh(attempt.trial)
        return True

    def _none_left(self) -> None:
        """The end of a rung: see who climbs to the next."""
        if failed := self._ladder.held_up():
            self._timing.turn(Status.PAUSED, FAILED.format(len(failed)) + failed[0].message)
        elif self._ladder.at_the_top:
            self._timing.turn(Status.FINISHED)
        elif self._timing.running:
            self._ladder.climb()
            self._waiting.extend(self._ladder.ahead())
            self._timing.changed()

    def _ahead(self) -> float:
        """The work that is left, in seconds of one worker."""
        return self._ladder.left([*self._waiting, *self._active.values(), *self._ladder.failed()])
