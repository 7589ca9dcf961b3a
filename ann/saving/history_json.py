"""A history as lists and numbers for JSON, and back, with every value checked."""

from collections.abc import Iterable, Sequence
from math import inf, isfinite
from typing import Any

import numpy as np

from ann.events import Signals, Step
from ann.history import (
    EPOCH_COLUMNS,
    MOST_CHANGES,
    MOST_POINTS,
    MOST_SIGNALS,
    Change,
    History,
    Row,
)
from ann.hyperparameters.field import MAX_LAYERS, reason
from ann.judge import MOST_WRONG
from ann.recipe import FIELDS

MOST_CLASSES = 1000  # of a confusion matrix that is saved: a larger one would be most of the file
MOST_EPOCHS = int(FIELDS["epochs"].high or 0)
MOST_PENDING = 2**17  # steps between two points, after a hundred million steps


def to_json(history: History) -> dict[str, Any]:
    """What outlives the training, as lists and numbers; NaN becomes None."""
    confusion = history.confusion
    small = confusion is not None and len(confusion) <= MOST_CLASSES
    return {
        "stride": history.stride,
        "points": _without_nan(history.points),
        "pending": _without_nan(history.pending),
        "epochs": _without_nan(history.epoch_rows),
        "changes": [list(change) for change in history.changes],
        "confusion": confusion.tolist() if confusion is not None and small else None,
        "wrong": history.wrong,
        "read_as": history.mistaken_for,  # the entry's name in files of all versions
        "batch_losses": _without_nan([(history.first_loss, history.highest_loss)])[0],
        "signals": [[s.step, *_without_nan([(s.loss,), *s[2:]])] for s in history.signals],
    }


def from_json(data: dict[str, Any]) -> History:
    """The history that `to_json` wrote; `ValueError` for anything else."""
    history = History()
    try:
        history.stride = max(1, int(data["stride"]))
        history.points = _rows(data["points"], len(Step._fields), 2 * MOST_POINTS)
        most_pending = min(history.stride, MOST_PENDING)
        history.pending = _rows(data["pending"], len(Step._fields), most_pending)
        history.epoch_rows = _rows(data["epochs"], len(EPOCH_COLUMNS), MOST_EPOCHS)
        changes = _short(data, "changes", MOST_CHANGES)
        history.changes = [_change(*change) for change in changes]
        if data["confusion"] is not None:
            history.confusion = _counts(_short(data, "confusion", MOST_CLASSES))
        history.wrong = [int(i) for i in _short(data, "wrong", MOST_WRONG)]
        history.mistaken_for = [int(c) for c in _short(data, "read_as", MOST_WRONG)]
        if "signals" in data:  # not in earlier files
            history.first_loss, history.highest_loss = _numbers(data["batch_losses"], 2)
            history.signals = [_signals(*row) for row in _short(data, "signals", MOST_SIGNALS)]
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise ValueError(f"history: not a history of ANN Lab ({reason(error)})") from error
    return history


def _short(data: dict[str, Any], name: str, most: int) -> Sequence[Any]:
    """An entry that is a list of no more than `most`: whatever is longer slows every page down."""
    entries: Sequence[Any] = data[name]
    if len(entries) > most:
        raise ValueError(f"{name}: has {len(entries):,} entries; the limit is {most:,}")
    return entries


def _without_nan(rows: Iterable[Row]) -> list[list[float | None]]:
    return [[v if isfinite(v) else None for v in row] for row in rows]


def _rows(rows: Sequence[Sequence[float | None]], width: int, most: int) -> list[Row]:
    """Rows as `to_json` wrote them; the first two numbers of each say when that was."""
    if len(rows) > most or any(len(row) != width for row in rows):
        raise ValueError(f"needs up to {most} rows of {width} numbers")
    table = [tuple(float("nan") if v is None else float(v) for v in row) for row in rows]
    if not all(0 <= when < inf for row in table for when in row[:2]):
        raise ValueError("a step or epoch is not a count")
    return table


def _signals(step: Any, loss: Any, gradients: Any, updates: Any, dead: Any) -> Signals:
    """Signals as `to_json` wrote them; what was infinite has become NaN."""
    (loss,) = _numbers(loss, 1)
    shares = _numbers(dead)
    norms, moves = _numbers(gradients), _numbers(updates)
    if not 0 <= step < inf or any(share > 1 for share in shares):
        raise ValueError("signals at no step, or a share above 1")
    if not norms or len(moves) not in (0, len(norms)) or len(shares) > len(norms):
        raise ValueError("signals of different numbers of layers")
    return Signals(int(step), loss, norms, moves, shares)


def _numbers(values: Sequence[float | None], n: int | None = None) -> Row:
    """Numbers from 0 on, NaN for None: `n` of them, or one for each layer."""
    if len(values) > (n or MAX_LAYERS + 1) or (n and len(values) < n):
        raise ValueError(f"needs {n or f'up to {MAX_LAYERS + 1}'} numbers")
    row = tuple(float("nan") if v is None else float(v) for v in values)
    if any(v < 0 for v in row):
        raise ValueError("a number is below 0")
    return row


def _counts(rows: Any) -> np.ndarray:
    counts = np.array(rows, np.int64)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1] or not counts.size:
        raise ValueError(f"confusion: shape {counts.shape}; needs (C, C)")
    if counts.min() < 0:
        raise ValueError("confusion: a count below 0")
    return counts


def _change(step: int, epoch: float, name: str, old: object, new: object) -> Change:
    """A change of a setting as `add_change` noted it; a page names the field and its values."""
    field = FIELDS[name]
    if not 0 <= epoch < inf:
        raise ValueError("a change at no epoch")
    return int(step), float(epoch), name, field.check(old), field.check(new)
