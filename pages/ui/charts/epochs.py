"""What charts over epochs share: their axes, and the thin line of single batches."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from ann.history import History
from pages.ui import palette
from pages.ui.charts.layout import Axis, Trace

FEW_STEPS, FEW_EPOCHS = 40, 80  # up to this many points get a marker each
NEVER_LOWER = 1e-6  # a logarithmic axis cannot show 0


def accuracy_axis(histories: Iterable[History]) -> Axis:
    """The accuracy axis of all histories, from just below their points so that gaps are visible."""
    return {"title": "Accuracy", "tickformat": ".0%", "range": [_floor(histories), 1.005]}


def loss_axis(log_y: bool) -> Axis:
    """The loss axis, linear or logarithmic."""
    if log_y:
        return {
            "title": "Loss (cross-entropy, log)",
            "type": "log",
            "dtick": "D2",
            "tickformat": "~g",
        }
    return {"title": "Loss (cross-entropy)", "rangemode": "tozero"}


def epochs_axis(last: float) -> Axis:
    """Epochs from 0 to `last`, with whole numbers only, even for a short run."""
    whole: Axis = {"dtick": 1} if last < 12 else {"nticks": 12, "tickformat": "d"}
    return {"title": "Epoch", "range": [0, last * 1.03]} | whole


def last_epoch(history: History) -> float:
    """How many epochs a history covers, at least 1."""
    return max([1.0, *history.steps["epoch"][-1:]])


def batches(
    history: History, what: str, low: float | None = None, color: str = palette.TRAINING
) -> Trace:
    """The thin line: one point per batch, or per few batches; none is below `low`."""
    steps = history.steps
    return dict(
        type="scatter",
        x=steps["epoch"].astype(np.float32),
        y=lifted(steps[what], low),
        mode="lines+markers" if len(steps["epoch"]) <= FEW_STEPS else "lines",
        name="each batch",
        line={"color": palette.faded(color, 0.6), "width": 1},
        marker={"color": color, "size": 4},
    )


def lifted(values: npt.ArrayLike, low: float | None) -> np.ndarray:
    """Values for a y axis, none below `low`; as float32, which halves what is sent."""
    short = np.asarray(values, np.float32)
    return short if low is None else np.maximum(short, low)


def _floor(histories: Iterable[History]) -> float:
    """The start of an accuracy axis: a multiple of 10% just below all points."""
    epochs = [history.epochs for history in histories]
    known = np.concatenate(
        [e[k] for e in epochs for k in ("train_accuracy", "validation_accuracy")]
    )
    known = known[np.isfinite(known)]
    if not len(known):
        return 0.0
    return max(0.0, float(np.floor((known.min() - 0.1) * 10) / 10))
