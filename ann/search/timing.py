"""What a sweep does at the moment, and for how long it has been at work in all."""

import time
from collections.abc import Sequence

from ann.evaluation.speed import Speed, epoch_seconds
from ann.recipe import Recipe
from ann.running.view import Status
from ann.search import halving as halve
from ann.search.plan import Plan


class Timing:
    """The `status` of a `SweepView` with its message, and a clock for the time that it runs.

    `revision` grows with every turn to another status, and whenever `changed` says so.
    """

    def __init__(self):
        self.status, self.message, self.revision = Status.READY, "", 0
        self._ran, self._since = 0.0, 0.0

    @property
    def running(self) -> bool:
        """Whether work is being sent out."""
        return self.status == Status.RUNNING

    def turn(self, status: Status, message: str = "") -> None:
        """From now on another status holds."""
        self._ran, self._since = self.seconds(), time.monotonic()
        self.status, self.message = status, message
        self.changed()

    def changed(self) -> None:
        """The sweep has come to something else."""
        self.revision += 1

    def seconds(self) -> float:
        """For how long it has been running."""
        return self._ran + (time.monotonic() - self._since if self.running else 0.0)

    def has_run(self, seconds: float) -> None:
        """Before the first turn: so long it has been running in another place."""
        self._ran = seconds


class Workload:
    """Seconds that one worker of this `speed` takes; `sizes` are of training and validation set."""

    def __init__(self, plan: Plan, sizes: tuple[int, int], speed: Speed):
        self._plan = plan
        self._epoch = {recipe: epoch_seconds(recipe, *sizes, speed) for recipe in plan.recipes}

    def of(self, recipe: Recipe, epochs: float) -> float:
        """For so many epochs of one of the plan's recipes."""
        return epochs * self._epoch[recipe]

    def whole(self) -> float:
        """For the sweep from its beginning to its end."""
        end, recipes = self._plan.rungs[0], self._plan.recipes
        first = sum(self.of(r, min(end, r.epochs)) for r in recipes)
        return first * self._plan.seeds + self.after(0, recipes)

    def after(self, rung: int, alive: Sequence[Recipe]) -> float:
        """For what follows comparison `rung`, from 0: the mean of those `alive` is expected."""
        before, total = self._plan.rungs[rung], 0.0
        for k, end in enumerate(self._plan.rungs[rung + 1 :], 1):
            each = (self.of(r, max(min(end, r.epochs) - before, 0)) for r in alive)
            total += halve.left(len(alive), k) * sum(each) / len(alive)
            before = end
        return total * self._plan.seeds
