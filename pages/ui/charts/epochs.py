"""What charts over epochs share: their axes, and the thin line of single batches."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from ann.history import History
from pages.ui import palette
from pages.ui.charts.layout import Axis, Trace
from pages.ui.charts.loss_axis import NEVER_HIGHER, Curve

FEW_STEPS, FEW_EPOCHS = 40, 80  # up to this many points get a marker each


def accuracy_axis(histories: Iterable[History]) -> Axis:
    """The accuracy axis of all histories, from just below their points so that gaps are visible."""
    return {"title": "Accuracy", "tickformat": ".0%", "range": [_floor(histories), 1.005]}


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


def loss_curves(history: History) -> list[Curve]:
    """The curves of a history in a chart of the loss: each batch, and both sets."""
    steps, epochs = history.steps, history.epochs
    whole = [epochs["train_loss"], epochs["validation_loss"]]
    return [(steps["epoch"], steps["loss"]), *((epochs["epoch"], losses) for losses in whole)]


def lifted(values: npt.ArrayLike, low: float | None) -> np.ndarray:
    """Values for a y axis, none below `low`; as float32, which halves what is sent."""
    short = np.clip(values, -NEVER_HIGHER, NEVER_HIGHER).astype(np.float32)
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
