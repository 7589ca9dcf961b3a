"""The loss axis of every chart: scaled to what matters, also after a spike.

A step that overshoots can raise the loss to millions for a moment. An axis up to there would press
all other points onto its floor, so a spike leaves the chart at the top, and a note says how high it
went. If the loss is that high again and again, no linear axis can show it: the axis becomes
logarithmic.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from pages.ui import palette
from pages.ui.charts.layout import Axis, Trace, log_axis
from pages.ui.words import figures, large

NEVER_LOWER = 1e-6  # a logarithmic axis cannot show 0
NEVER_HIGHER = 1e38  # nor can float32, in which curves are sent, show more
ROOM = 4.0  # times the median of a curve still belong to it
AT_START = 10.0  # a network may begin with a loss of up to this; guessing among 10 costs 2.3
RARE = 0.25  # share of points: more of them are no spikes
DECADES = 100.0  # ratio of losses that a linear axis cannot show
TITLE, LOG_TITLE = "Loss (cross-entropy)", "Loss (cross-entropy, log)"

Curve = tuple[np.ndarray, np.ndarray]  # x and loss of each point


class LossAxis(NamedTuple):
    """An axis, whether it is logarithmic, and what must be said about it in the chart."""

    axis: Axis
    log: bool
    notes: list[Trace]  # annotations

    @property
    def low(self) -> float | None:
        """The lowest value that this axis can show, if there is one."""
        return NEVER_LOWER if self.log else None

    def keep(self, what: str) -> str:
        """`what` as a uirevision: a part zoomed to on one kind of axis is nothing on another."""
        return f"{what}, log" if self.log else what


def loss_axis(curves: Sequence[Curve], log_y: bool, unit: str = "epoch") -> LossAxis:
    """The axis for these curves, logarithmic if `log_y` asks for it or nothing else shows them.

    `unit` is what x counts, for the note on a spike.
    """
    known = [(x[good], y[good]) for x, y in curves if (good := np.isfinite(y)).any()]
    xs = np.concatenate([[], *(x for x, _ in known)])
    losses = np.concatenate([[], *(y for _, y in known)])
    if log_y or not len(losses):
        return _logarithmic(losses) if log_y else _linear(None, [])
    top = _top([y for _, y in known])
    if losses.max() <= 1.5 * top:
        return _linear(None, [])
    if np.mean(losses > top) > RARE:
        lowest = max(float(losses.min()), NEVER_LOWER)
        if losses.max() < DECADES * lowest:
            return _linear(None, [])
        span = f"Log scale, because the loss reaches {large(losses.max())}"
        return _logarithmic(losses, [_note(span, 1.0, "right")])
    worst = int(losses.argmax())
    right = bool(xs[worst] > 0.5 * xs.max())
    place = float(xs[worst] / max(xs.max(), 1e-9))
    text = f"↑ spike to {large(losses[worst])} at {unit} {figures(xs[worst])}, cut off"
    return _linear(top, [_note(text, place, "right" if right else "left")])


def _top(curves: Sequence[np.ndarray]) -> float:
    """The highest loss that belongs to the curves rather than to a spike."""
    middle = max(float(np.quantile(y, 0.5, method="lower")) for y in curves)
    starts = [float(y[0]) for y in curves if y[0] <= AT_START]
    return max(ROOM * middle, *starts, 1e-3)


def _linear(top: float | None, notes: list[Trace]) -> LossAxis:
    axis: Axis = {"title": TITLE, "rangemode": "tozero"}
    return LossAxis(axis | ({"range": [0, 1.05 * top]} if top else {}), False, notes)


def _logarithmic(losses: np.ndarray, notes: Sequence[Trace] = ()) -> LossAxis:
    shown = np.clip(losses, NEVER_LOWER, NEVER_HIGHER)
    return LossAxis(log_axis([shown]) | {"title": LOG_TITLE}, True, list(notes))


def _note(text: str, x: float, anchor: str) -> Trace:
    place: Trace = {"xref": "paper", "x": x, "xanchor": anchor, "yref": "paper", "y": 1}
    font = {"size": 12, "color": palette.CHANGE, "shadow": palette.HALO}
    return place | {"yanchor": "top", "text": text, "showarrow": False, "font": font}
