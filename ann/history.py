"""The history of a training: its curves, kept short enough to draw.

A long training takes millions of steps, and a curve needs a few hundred points. So a point is the
mean of `stride` steps, and whenever there are too many points, neighbors are merged and the stride
doubles. Early in a training every step is a point; what comes out does not depend on how the
training was cut into pieces.
"""

from collections.abc import Iterable
from math import inf, isfinite

import numpy as np

from ann.counting import check_square
from ann.events import Epoch, Event, Step
from ann.recipe import FIELDS

MOST_POINTS = 600
MOST_CLASSES = 1000  # of a confusion matrix that is written: its square would be most of the file
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
        self.changes: list[tuple[int, float, str, object, object]] = []
        self.confusion: np.ndarray | None = None
        self.wrong: list[int] = []
        self.read_as: list[int] = []
        self.answers: np.ndarray | None = None  # in all validation digits; not written to JSON
        self.confidence: np.ndarray | None = None
        self._points: list[tuple[float, ...]] = []  # means of `stride` steps each
        self._pending: list[tuple[float, ...]] = []  # steps that make no whole point yet
        self._epochs: list[tuple[float, ...]] = []
        self._columns: dict[str, dict[str, np.ndarray]] = {}  # what was asked for since the last

    def add(self, event: Event) -> None:
        """Take up one event; `Finished` leaves no trace in the curves."""
        if isinstance(event, Step):
            self.add_steps([event])
        elif isinstance(event, Epoch):
            self._columns.pop("epochs", None)
            self._epochs.append(tuple(float(v) for v in event[:10]))
            self.confusion = event.confusion
            self.wrong, self.read_as = list(event.wrong), list(event.read_as)
            self.answers, self.confidence = event.answers, event.confidence

    def add_steps(self, steps: Iterable[tuple[float, ...]]) -> None:
        """Take up steps, each a `Step` or a row of its six numbers."""
        self._columns.pop("steps", None)
        for step in steps:
            self._pending.append(tuple(step))
            if len(self._pending) == self.stride:
                self._points.append(_merge(self._pending))
                self._pending = []
                if len(self._points) == MOST_POINTS:
                    pairs = zip(self._points[::2], self._points[1::2], strict=True)
                    self._points = [_merge(pair) for pair in pairs]
                    self.stride *= 2

    def add_change(self, step: int, epoch: float, name: str, old, new) -> None:
        """Note that a setting was changed midway."""
        self.changes.append((step, epoch, name, old, new))

    @property
    def steps(self) -> dict[str, np.ndarray]:
        """Columns of `Step`, one entry a point; "step" and "epoch" are of the point's last step."""
        return self._once("steps", self._points, Step._fields)

    @property
    def epochs(self) -> dict[str, np.ndarray]:
        """The numbers of `Epoch`, one entry an epoch."""
        return self._once("epochs", self._epochs, EPOCH_COLUMNS)

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
        return float(max([len(self._epochs), *self.steps["epoch"][-1:]]))

    def copy(self) -> "History":
        """A history that further events of this one do not change."""
        other = History()
        other.stride, other.confusion = self.stride, self.confusion
        other.changes = list(self.changes)
        other.wrong, other.read_as = list(self.wrong), list(self.read_as)
        other.answers, other.confidence = self.answers, self.confidence
        other._points, other._pending = list(self._points), list(self._pending)
        other._epochs, other._columns = list(self._epochs), dict(self._columns)
        return other

    def to_json(self) -> dict:
        """What outlives the training, as lists and numbers; NaN becomes None."""
        known = self.confusion is not None and len(self.confusion) <= MOST_CLASSES
        confusion = self.confusion.tolist() if known else None
        return {
            "stride": self.stride,
            "points": _without_nan(self._points),
            "pending": _without_nan(self._pending),
            "epochs": _without_nan(self._epochs),
            "changes": [list(change) for change in self.changes],
            "confusion": confusion,
            "wrong": self.wrong,
            "read_as": self.read_as,
        }

    @classmethod
    def from_json(cls, data: dict) -> "History":
        """The history that `to_json` wrote; `ValueError` where something is not what it wrote."""
        history = cls()
        try:
            history.stride = max(1, int(data["stride"]))
            history._points = _rows(data["points"], len(Step._fields), 2 * MOST_POINTS)
            history._pending = _rows(data["pending"], len(Step._fields), history.stride)
            history._epochs = _rows(data["epochs"], len(EPOCH_COLUMNS), 100_000)
            history.changes = [_change(*change) for change in data["changes"]]
            if data["confusion"] is not None:
                history.confusion = _counts(data["confusion"])
            history.wrong = [int(i) for i in data["wrong"]]
            history.read_as = [int(c) for c in data["read_as"]]
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise ValueError(f"history: not a history of ANN Lab ({error})") from error
        return history


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


def _without_nan(rows) -> list[list[float | None]]:
    return [[v if isfinite(v) else None for v in row] for row in rows]


def _rows(rows, width: int, most: int) -> list[tuple[float, ...]]:
    """Rows as `to_json` wrote them; the first two numbers of each say when that was."""
    if len(rows) > most or any(len(row) != width for row in rows):
        raise ValueError(f"needs up to {most} rows of {width} numbers")
    table = [tuple(float("nan") if v is None else float(v) for v in row) for row in rows]
    if not all(0 <= when < inf for row in table for when in row[:2]):
        raise ValueError("a step or epoch that is no count")
    return table


def _counts(rows) -> np.ndarray:
    confusion = check_square(np.array(rows, np.int64))
    if confusion.min() < 0:
        raise ValueError("confusion: a count below 0")
    return confusion


def _change(step, epoch, name, old, new) -> tuple[int, float, str, object, object]:
    """A change of a setting as `add_change` noted it; a page names the field and its values."""
    field = FIELDS[name]
    if not 0 <= epoch < inf:
        raise ValueError("a change at no epoch")
    return int(step), float(epoch), name, field.check(old), field.check(new)
