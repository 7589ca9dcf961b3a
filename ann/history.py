"""The history of a training: its curves, kept short enough to draw.

A long training takes millions of steps, but a curve needs only a few hundred points. So a point is
the mean of `stride` steps, and whenever there are too many points, neighbors are merged and the
stride doubles. Early in a training, every step is a point. The result does not depend on how the
training was divided into chunks.
"""

from collections.abc import Iterable, Sequence
from copy import copy

import numpy as np

from ann.events import Epoch, Event, Signals, Step

Row = tuple[float, ...]  # of numbers, in the order of a `Step` or an `Epoch`
Change = tuple[int, float, str, object, object]  # step, epoch, field, its old and new value

MOST_POINTS = 600
MOST_CHANGES = 300  # of settings during training; a chart with more could not be read
MOST_SIGNALS, EARLY = 120, 12  # how many stay, and how many of the first are never thinned
EPOCH_COLUMNS = Epoch._fields[:10]  # the numbers; mistakes are kept for the last epoch only


class History:
    """The curves of one run; `add` its events in order.

    >>> history = History()
    >>> for i in range(3):
    ...     history.add(Step(i + 1, (i + 1) / 10, loss=2.0 - i, accuracy=0.5, penalty=0.0,
    ...                      learning_rate=0.1))
    >>> history.steps["loss"].tolist()
    [2.0, 1.0, 0.0]
    """

    def __init__(self) -> None:
        self.stride = 1
        self.changes: list[Change] = []
        self.confusion: np.ndarray | None = None
        self.wrong: list[int] = []
        self.mistaken_for: list[int] = []
        self.answers: np.ndarray | None = None  # of all validation digits; not saved
        self.confidence: np.ndarray | None = None
        self.points: list[Row] = []  # means of `stride` steps each
        self.pending: list[Row] = []  # steps that do not fill a point yet
        self.epoch_rows: list[Row] = []
        self.first_loss = self.highest_loss = float("nan")  # of single batches, never averaged
        self.signals: list[Signals] = []
        self._columns: dict[str, dict[str, np.ndarray]] = {}  # made since the last event

    def add(self, event: Event) -> None:
        """Add one event; `Finished` adds nothing to the curves."""
        if isinstance(event, Step):
            self.add_steps([event])
        elif isinstance(event, Signals):
            self.signals.append(event)
            if len(self.signals) > MOST_SIGNALS:
                del self.signals[EARLY:-1:2]
        elif isinstance(event, Epoch):
            self._columns.pop("epochs", None)
            self.epoch_rows.append(tuple(float(v) for v in event[:10]))
            self.confusion = event.confusion
            self.wrong, self.mistaken_for = list(event.wrong), list(event.mistaken_for)
            self.answers, self.confidence = event.answers, event.confidence

    def add_steps(self, steps: Iterable[tuple[float, ...]]) -> None:
        """Add steps, each a `Step` or a row of its six numbers."""
        self._columns.pop("steps", None)
        for step in steps:
            if step[0] == 1:
                self.first_loss = step[2]
            self.highest_loss = float(np.fmax(self.highest_loss, step[2]))
            self.pending.append(tuple(step))
            if len(self.pending) == self.stride:
                self.points.append(_merge(self.pending))
                self.pending = []
                if len(self.points) == MOST_POINTS:
                    pairs = zip(self.points[::2], self.points[1::2], strict=True)
                    self.points = [_merge(pair) for pair in pairs]
                    self.stride *= 2

    def add_change(self, step: int, epoch: float, name: str, old: object, new: object) -> None:
        """Record that a setting was changed during training; only the last MOST_CHANGES stay."""
        self.changes.append((step, epoch, name, old, new))
        del self.changes[:-MOST_CHANGES]

    @property
    def steps(self) -> dict[str, np.ndarray]:
        """The columns of `Step`, one entry per point, whose last step gives "step" and "epoch"."""
        return self._once("steps", self.points, Step._fields)

    @property
    def epochs(self) -> dict[str, np.ndarray]:
        """The numbers of `Epoch`, one entry per epoch."""
        return self._once("epochs", self.epoch_rows, EPOCH_COLUMNS)

    def _once(self, name: str, rows: list[Row], fields: Sequence[str]) -> dict[str, np.ndarray]:
        """The columns of a table, made again only after an addition, because pages ask often."""
        if name not in self._columns:
            self._columns[name] = _columns(rows, fields)
        return self._columns[name]

    @property
    def best_epoch(self) -> int | None:
        """The epoch (from 1) with the lowest validation loss; None if there is none yet."""
        losses = self.epochs["validation_loss"]
        if not np.isfinite(losses).any():
            return None
        return int(self.epochs["epoch"][np.nanargmin(losses)])

    @property
    def epochs_done(self) -> float:
        """Epochs done, with a fraction."""
        return float(max([len(self.epoch_rows), *self.steps["epoch"][-1:]]))

    def copy(self) -> "History":
        """A copy that does not change when this history grows."""
        other = copy(self)
        for name, entries in vars(self).items():
            if isinstance(entries, (list, dict)):
                setattr(other, name, copy(entries))
        return other


def _merge(points: Sequence[Row]) -> Row:
    """One point for several: the last step, epoch and learning rate, and the means of the rest."""
    if len(points) == 1:
        return points[0]
    step, epoch, *_, rate = points[-1]
    means = (sum(p[i] for p in points) / len(points) for i in (2, 3, 4))
    return (step, epoch, *means, rate)


def _columns(rows: list[Row], names: Sequence[str]) -> dict[str, np.ndarray]:
    table = np.array(rows, np.float64).reshape(-1, len(names))
    table.flags.writeable = False
    return dict(zip(names, np.ascontiguousarray(table.T), strict=True))
