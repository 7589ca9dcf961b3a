"""The ladder of a sweep: which trials are still in it, how far each must train, and who is best.

Without halving it has one rung: all trials train to the end. With halving they are compared on
every rung, and only the best third climbs to the next.
"""

import hashlib
from collections.abc import Iterable

from ann.evaluation.speed import Speed
from ann.search import halving as halve
from ann.search.plan import Plan
from ann.search.results import Results
from ann.search.timing import Workload
from ann.search.trial import Attempt, Trial
from ann.search.view import TrialStatus
from ann.version import with_this_version


class Ladder:
    """The trials of `plan`.

    `sizes` are those of the training and the validation set; `speed` is for the estimate of time.
    Of the trials that are over, only the best one keeps its weights.
    """

    def __init__(self, plan: Plan, sizes: tuple[int, int], speed: Speed) -> None:
        self.plan, self.rung = plan, 0  # which comparison the trials train for, from 0
        self.trials = [Trial(i + 1, recipe, plan.seeds) for i, recipe in enumerate(plan.recipes)]
        self._workload = Workload(plan, sizes, speed)
        self._best: Trial | None = None
        self.made = ""  # see `Results`

    @property
    def at_the_top(self) -> bool:
        """Whether trials are now trained to the end."""
        return self.rung == len(self.plan.rungs) - 1

    @property
    def alive(self) -> list[Trial]:
        """The trials that have not been given up."""
        return [trial for trial in self.trials if not trial.dropped]

    def goal(self, attempt: Attempt) -> int:
        """The epoch that an attempt must reach on this rung."""
        return min(self.plan.rungs[self.rung], attempt.recipe.epochs)

    def ahead(self) -> list[Attempt]:
        """What must train on this rung, longest first, as it would end last."""
        attempts = [a for trial in self.alive for a in trial.attempts]
        ahead = [a for a in attempts if not a.over and a.epochs < self.goal(a)]
        return sorted(ahead, key=self._left, reverse=True)

    def failed(self) -> list[Attempt]:
        """What has failed, and may succeed next time."""
        return [a for trial in self.alive for a in trial.attempts if a.status == TrialStatus.FAILED]

    def held_up(self) -> list[Attempt]:
        """What has failed and must be tried again; before a comparison only once.

        Otherwise a trial that can't be trained at all would hold up the others forever.
        """
        failed = self.failed()
        return failed if self.at_the_top or any(a.failures < 2 for a in failed) else []

    def retry(self) -> list[Attempt]:
        """Let what has failed start again."""
        failed = self.failed()
        for attempt in failed:
            attempt.restart()
        if self._best and not self._best.over:
            self._best = None  # else a trial that ends before it would take its job away
        return failed

    def climb(self) -> None:
        """Give up all but the best third, which climbs to the next rung."""
        alive = self.alive
        best = halve.survivors([trial.score() for trial in alive])
        for i, trial in enumerate(alive):
            if i not in best:
                trial.drop()
        self.rung += 1

    def weigh(self, trial: Trial) -> None:
        """A trial is over: keep its weights only if it is the best so far."""
        both = [one for one in (self._best, trial) if one]
        self._best = min(both, key=lambda one: one.view().rank)
        for one in both:
            if one is not self._best:
                one.let_go()

    def digest(self) -> str:
        """A short hash of the weights of all trials; empty if one has failed."""
        attempts = [attempt for trial in self.trials for attempt in trial.attempts]
        if any(attempt.status == TrialStatus.FAILED for attempt in attempts):
            return ""
        weights = "".join(attempt.weights for attempt in attempts)
        return hashlib.sha256(weights.encode()).hexdigest()[:12]

    def results(self, seconds: float) -> Results:
        """What another sweep would continue from; this one has been running for `seconds`."""
        return Results(
            trials=[[attempt.result for attempt in trial.attempts] for trial in self.trials],
            dropped=[trial.number - 1 for trial in self.trials if trial.dropped],
            rung=self.rung,
            seconds=seconds,
            made=self.made,
        )

    def restore(self, earlier: Results) -> None:
        """Before anything else: take over what another sweep of this plan has reached."""
        self.rung, self.made = earlier.rung, earlier.made
        for trial, results in zip(self.trials, earlier.trials, strict=True):
            trial.dropped = trial.number - 1 in earlier.dropped
            for attempt, result in zip(trial.attempts, results, strict=True):
                attempt.restore(result)
            if trial.over:
                self.weigh(trial)

    def begin(self) -> None:
        """From now on, trials are trained by this version of the lab."""
        self.made = with_this_version(self.made)

    def spent(self) -> float:
        """The work that is done, in seconds of one worker."""
        return sum(self._workload.of(t.recipe, a.epochs) for t in self.trials for a in t.attempts)

    def left(self, attempts: Iterable[Attempt]) -> float:
        """The work that is left, given the `attempts` still ahead on this rung."""
        later = self._workload.after(self.rung, [trial.recipe for trial in self.alive])
        return sum(map(self._left, attempts)) + later

    def _left(self, attempt: Attempt) -> float:
        epochs = max(self.goal(attempt) - attempt.trained, 0)
        return self._workload.of(attempt.trial.recipe, epochs)
