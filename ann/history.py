"""The history of a training: its curves, kept short enough to draw.

A long training takes millions of steps, and a curve needs a few hundred points. So a point is the
mean of `stride` steps, and whenever there are too many points, neighbors are merged and the stride
doubles. Early in a training every step is a point; what comes out does not depend on how the
training was cut into pieces.
"""

from collections.abc import Iterable

import numpy as np

from ann.events import Epoch, Event, Step

Row = tuple[float, ...]  # of numbers, in the order of a `Step` or an `Epoch`
Change = tuple[int, float, str, object, object]  # step, epoch, field, its old and new value

MOST_POINTS = 600
EPOCH_COLUMNS = Epoch._fields[:10]  # the numbers; the mistakes are kept for the last only


class History:
    """Curves of one run; `add` events in their order.

    >>> history = History()
    >>> for i in range(3):
    ...     history.add(Step(i + 1, (i + 1) / 10, loss=2.0 - i, accuracy=0.5, penalty=0.0,
    ...                      learning_rate=0.1))
    >>> history.steps["loss"].tolist()
    [2.0, 1.0, 0.0]
    """

    def __init__(self):
        self.stride = 1
        self.changes: list[Change] = []
        self.confusion: np.ndarray | None = None
        self.wrong: list[int] = []
        self.read_as: list[int] = []
        self.answers: np.ndarray | None = None  # in all validation digits; not written to JSON
        self.confidence: np.ndarray | None = None
        self.points: list[Row] = []  # means of `stride` steps each
        self.pending: list[Row] = []  # steps that make no whole point yet
        self.epoch_rows: list[Row] = []
        self._columns: dict[str, dict[str, np.ndarray]] = {}  # what was asked for since the last

    def add(self, event: Event) -> None:
        """Take up one event; `Finished` leaves no trace in the curves."""
        if isinstance(event, Step):
            self.add_steps([event])
        elif isinstance(event, Epoch):
            self._columns.pop("epochs", None)
            self.epoch_rows.append(tuple(float(v) for v in event[:10]))
            self.confusion = event.confusion
            self.wrong, self.read_as = list(event.wrong), list(event.read_as)
            self.answers, self.confidence = event.answers, event.confidence

    def add_steps(self, steps: Iterable[tuple[float, ...]]) -> None:
        """Take up steps, each a `Step` or a row of its six numbers."""
        self._columns.pop("steps", None)
        for step in steps:
            self.pending.append(tuple(step))
            if len(self.pending) == self.stride:
                self.points.append(_merge(self.pending))
                self.pending = []
                if len(self.points) == MOST_POINTS:
                    pairs = zip(self.points[::2], self.points[1::2], strict=True)
                    self.points = [_merge(pair) for pair in pairs]
                    self.stride *= 2

    def add_change(self, step: int, epoch: float, name: str, old, new) -> None:
        """Note that a setting was changed midway."""
        self.changes.append((step, epoch, name, old, new))

    @property
    def steps(self) -> dict[str, np.ndarray]:
        """Columns of `Step`, one entry a point; "step" and "epoch" are of the point's last step."""
        return self._once("steps", self.points, Step._fields)

    @property
    def epochs(self) -> dict[str, np.ndarray]:
        """The numbers of `Epoch`, one entry an epoch."""
        return self._once("epochs", self.epoch_rows, EPOCH_COLUMNS)

    def _once(self, name: str, rows: list, fields) -> dict[str, np.ndarray]:
        """The columns of a table, made anew only when something was added: pages ask often."""
        if name not in self._columns:
            self._columns[name] = _columns(rows, fields)
        return self._columns[name]

    @property
    def best_epoch(self) -> int | None:
        """The epoch (from 1) with the lowest validation loss; None before any was measured."""
        losses = self.epochs["validation_loss"]
        if not np.isfinite(losses).any():
            return None
        return int(self.epochs["epoch"][np.nanargmin(losses)])

    @property
    def epochs_done(self) -> float:
        """Epochs done, with a fraction.

        The last step of an epoch comes before its end, if the remaining samples fill no batch.
        """
        return float(max([len(self.epoch_rows), *self.steps["epoch"][-1:]]))

    def copy(self) -> "History":
        """A history that further events of this one do not change."""
        other = History()
        other.stride, other.confusion = self.stride, self.confusion
        other.changes = list(self.changes)
        other.wrong, other.read_as = list(self.wrong), list(self.read_as)
        other.answers, other.confidence = self.answers, self.confidence
        other.points, other.pending = list(self.points), list(self.pending)
        other.epoch_rows, other._columns = list(self.epoch_rows), dict(self._columns)
        return other


def _merge(points) -> tuple[float, ...]:
    """One point for several: the last one's step, epoch and learning rate, the mean of the rest."""
    if len(points) == 1:
        return points[0]
    step, epoch, *_, rate = points[-1]
    means = (sum(p[i] for p in points) / len(points) for i in (2, 3, 4))
    return (step, epoch, *means, rate)


def _columns(rows, names) -> dict[str, np.ndarray]:
    table = np.array(rows, np.float64).reshape(-1, len(names))
    table.flags.writeable = False
    return dict(zip(names, np.ascontiguousarray(table.T), strict=True))
