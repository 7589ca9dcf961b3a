"""What the coach reads off a run: its settings, curves and signals, as numbers."""

from dataclasses import dataclass, field
from math import inf, isfinite, log

import numpy as np

from ann.events import Reason, Signals
from ann.history import History
from ann.recipe import Recipe
from ann.run import Run
from ann.state import State

SETTLED = 4  # steps after which an update's size says something about the learning rate
TINY = 1e-9
SOON = 400  # steps after which a healthy network of any depth has learned something
LAST_PART = 0.2  # of the epochs: over which one looks whether the loss still falls
MOVES_THE_STEPS = {"learning_rate", "batch_size", "epochs", "dropout", "l2"}


@dataclass(frozen=True)
class Evidence:
    """A training so far: C classes, `n_train` digits to learn from (0 if that is not known yet).

    `ended` is whether it has ended by itself. A number that is not known yet is NaN.
    """

    recipe: Recipe
    history: History
    n_classes: int
    n_train: int
    ended: bool
    diverged: bool = False
    n_features: int = 784
    start: Signals | None = field(init=False)

    def __post_init__(self) -> None:
        first = next(iter(self.history.signals), None)
        object.__setattr__(self, "start", first if first and not first.step else None)

    @classmethod
    def of(cls, trained: Run | State, history: History) -> "Evidence | None":
        """That of a run, or of a training under way.

        None without signals: before the first step, or if an earlier version has trained it.
        """
        if not history.signals:
            return None
        n_train = 0
        if history.epoch_rows and trained.step:
            epoch, step = history.epoch_rows[-1][:2]
            n_train = round(trained.images_seen * step / trained.step / max(epoch, 1))
        return cls(
            trained.recipe,
            history,
            trained.n_classes,
            n_train,
            ended=bool(trained.reason),
            diverged=trained.reason == Reason.DIVERGED,
            n_features=trained.n_features,
        )

    @property
    def guessing(self) -> float:
        """The loss of a network that only guesses: ln C."""
        return log(self.n_classes)

    @property
    def steps(self) -> int:
        """Steps up to the last epoch."""
        return int(self.last("step")) if len(self.history.epoch_rows) else 0

    @property
    def batch(self) -> int:
        """Digits in a step."""
        return min(self.recipe.batch_size, self.n_train or self.recipe.batch_size)

    @property
    def changed(self) -> bool:
        """Whether settings were changed midway, so that early signals are those of other ones."""
        return any(change[2] in MOVES_THE_STEPS for change in self.history.changes)

    def last(self, column: str) -> float:
        """The latest value of a column of `Epoch`."""
        values = self.history.epochs[column]
        return float(values[-1]) if len(values) else float("nan")

    @property
    def accuracy(self) -> float:
        """On the training digits, now."""
        return self.last("train_accuracy")

    @property
    def early_accuracy(self) -> float:
        """On the training digits, after the first epoch that ended SOON steps on, or the latest."""
        epochs = self.history.epochs
        soon = np.flatnonzero(epochs["step"] >= SOON)
        return float(epochs["train_accuracy"][soon[0]]) if len(soon) else self.accuracy

    @property
    def gap(self) -> float:
        """Training accuracy minus validation accuracy."""
        return self.accuracy - self.last("validation_accuracy")

    @property
    def still_falling(self) -> float:
        """By which share the training loss has fallen over the last fifth of the epochs."""
        losses = self.history.epochs["train_loss"]
        back = max(round(len(losses) * LAST_PART), 1)
        if len(losses) <= back or not losses[-1 - back] > 0:
            return float("nan")
        return float(1 - losses[-1] / losses[-1 - back])

    @property
    def validation_rise(self) -> float:
        """The validation loss, lately, relative to its lowest; about 1 if it never rose.

        The lowest is a median of three epochs: a single one can be low by chance.
        """
        losses = self.history.epochs["validation_loss"]
        if not np.isfinite(losses).any():
            return float("nan")
        threes = [losses[max(k - 1, 0) : k + 2] for k in range(len(losses))]
        lowest = float(np.nanmin([np.median(three) for three in threes]))
        now = float(np.median(losses[-max(round(len(losses) * LAST_PART), 3) :]))
        return now / lowest if lowest > 0 else float("nan")

    @property
    def explosion(self) -> float:
        """The highest loss of a single batch, relative to the loss of guessing or of the first."""
        if self.diverged:
            return inf
        first = self.history.first_loss
        return self.history.highest_loss / max(
            self.guessing, first if isfinite(first) else inf, TINY
        )

    @property
    def update(self) -> float:
        """The largest relative update of the first layer's weights, once they have begun to move.

        The largest, because a schedule may start with a low learning rate or end with one.
        """
        settled = [s.updates[0] for s in self.history.signals if s.step >= SETTLED and s.updates]
        return max(settled, default=float("nan"))

    @property
    def gradient_ratio(self) -> float:
        """The first layer's gradient relative to the last one's, before the first step."""
        if not self.start or not self.start.gradients[-1] > 0:
            return float("nan")
        return self.start.gradients[0] / self.start.gradients[-1]

    @property
    def dead(self) -> tuple[float, int]:
        """The largest share of dead units in a hidden layer now, and the layer's number, from 1."""
        shares = self.history.signals[-1].dead if self.history.signals else ()
        return max(((s, k) for k, s in enumerate(shares, 1) if isfinite(s)), default=(0.0, 0))

    @property
    def hindrance(self) -> float:
        """How much better it classifies at rest than while it trains, with dropout and the like."""
        return self.accuracy - self.last("batch_accuracy")

    @property
    def penalty(self) -> float:
        """The share of L1 and L2 in what is minimized, at the latest steps."""
        steps = self.history.steps
        if not len(steps["loss"]):
            return 0.0
        added, loss = float(steps["penalty"][-1]), float(steps["loss"][-1])
        return added / (added + loss) if added + loss > 0 else 0.0
