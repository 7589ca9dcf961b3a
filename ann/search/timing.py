"""How long things take: a clock for what has run, and an estimate for what a sweep has to do."""

import time
from collections.abc import Sequence

from ann.evaluation.speed import Speed, epoch_seconds
from ann.recipe import Recipe
from ann.running.view import Status
from ann.search import halving as halve
from ann.search.plan import Plan


class Timing:
    """The status of a group of trainings with its message, and a clock that runs while they do.

    `revision` grows with every change of status, and whenever `changed` is called.
    """

    def __init__(self) -> None:
        self.status, self.message, self.revision = Status.READY, "", 0
        self._ran, self._since = 0.0, 0.0

    @property
    def running(self) -> bool:
        """Whether work is being sent to the workers."""
        return self.status == Status.RUNNING

    def turn(self, status: Status, message: str = "") -> None:
        """Change the status."""
        self._ran, self._since = self.seconds(), time.monotonic()
        self.status, self.message = status, message
        self.changed()

    def changed(self) -> None:
        """Something is different from before."""
        self.revision += 1

    def seconds(self) -> float:
        """For how long it has been running in all."""
        return self._ran + (time.monotonic() - self._since if self.running else 0.0)

    def has_run(self, seconds: float) -> None:
        """Before the first turn: it has already been running for so long somewhere else."""
        self._ran = seconds


class Workload:
    """Seconds that the trainings of a `plan` take one worker of this `speed`.

    `sizes` are those of the training and the validation set.
    """

    def __init__(self, plan: Plan, sizes: tuple[int, int], speed: Speed) -> None:
        self._plan = plan
        self._epoch = {recipe: epoch_seconds(recipe, *sizes, speed) for recipe in plan.recipes}

    def of(self, recipe: Recipe, epochs: float) -> float:
        """For this many epochs of one of the plan's recipes."""
        return epochs * self._epoch[recipe]

    def whole(self) -> float:
        """For the whole sweep."""
        end, recipes = self._plan.rungs[0], self._plan.recipes
        first = sum(self.of(r, min(end, r.epochs)) for r in recipes)
        return first * self._plan.seeds + self.after(0, recipes)

    def after(self, rung: int, alive: Sequence[Recipe]) -> float:
        """For what follows comparison `rung`, from 0: survivors are taken to be average."""
        before, total = self._plan.rungs[rung], 0.0
        for k, end in enumerate(self._plan.rungs[rung + 1 :], 1):
            each = (self.of(r, max(min(end, r.epochs) - before, 0)) for r in alive)
            total += halve.left(len(alive), k) * sum(each) / len(alive)
            before = end
        return total * self._plan.seeds
