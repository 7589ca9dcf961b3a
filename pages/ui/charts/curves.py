"""The curves of a training: loss, accuracy and learning rate over the epochs.

The thin line is the loss or accuracy of each batch, measured with dropout and augmentation. The
points are whole sets after each epoch, measured without. Purple lines mark what the learner
changed during the training.
"""

from collections.abc import Iterator, Sequence
from typing import TypeAlias

import numpy as np

from ann.history import History
from ann.recipes import wording
from pages.ui import palette
from pages.ui.charts.epochs import (
    FEW_EPOCHS,
    accuracy_axis,
    batches,
    epochs_axis,
    last_epoch,
    lifted,
    loss_curves,
)
from pages.ui.charts.forecast import Forecast, draw
from pages.ui.charts.layout import Axis, Figure, Trace, figure
from pages.ui.charts.loss_axis import loss_axis

Style: TypeAlias = tuple[str, str, str]  # color, dash, symbol of a curve
TOO_NEAR = 0.03  # of the axis: where two labels would overlap
STYLES: tuple[Style, Style] = (  # of training and validation
    (palette.TRAINING, "solid", "circle"),
    (palette.VALIDATION, "solid", "diamond"),
)
BACKGROUND: Style = (palette.MUTED, "solid", "circle")


def loss_curve(
    history: History, *, log_y: bool = False, forecasts: Sequence[Forecast] = ()
) -> Figure:
    """Cross-entropy over epochs. If validation rises, confidence in mistakes grows."""
    scale = loss_axis(loss_curves(history), log_y)
    found = _curves(history, "loss", scale.axis, scale.low, hover=".4f", notes=scale.notes)
    found["layout"]["uirevision"] = scale.keep("loss")
    return draw(found, history, forecasts, "loss")


def accuracy_curve(
    history: History, *, lane: Style | None = None, forecasts: Sequence[Forecast] = ()
) -> Figure:
    """Accuracy over epochs. Look for the best validation accuracy: that is what counts.

    With `lane`, one of `palette.LANES`, validation looks as in the chart of all lanes.
    """
    styles = STYLES if lane is None else (BACKGROUND, lane)
    found = _curves(history, "accuracy", accuracy_axis([history]), hover=".2%", styles=styles)
    return draw(found, history, forecasts, "accuracy")


def learning_rate_curve(history: History) -> Figure:
    """The learning rate over epochs. Look for the schedule and the learner's changes."""
    line = dict(
        type="scatter",
        x=history.steps["epoch"],
        y=history.steps["learning_rate"],
        mode="lines",
        name="Learning rate",
        line={"color": palette.TRAINING, "width": 2},
        hovertemplate="%{y:.3g}",
    )
    y = {"title": "Learning rate", "rangemode": "tozero", "tickformat": "~g"}
    shapes, labels = _changes(history, "bottom")
    x = epochs_axis(last_epoch(history))
    return figure(
        [line],
        x=x,
        y=y,
        height=220,
        keep="rate",
        showlegend=False,
        shapes=shapes,
        annotations=labels,
    )


def _curves(
    history: History,
    what: str,
    y: Axis,
    low: float | None = None,
    hover: str = ".4f",
    styles: tuple[Style, Style] = STYLES,
    notes: Sequence[Trace] = (),
) -> Figure:
    traces = [batches(history, what, low, styles[0][0]), *_sets(history, what, low, styles)]
    for trace in traces:
        trace["hovertemplate"] = f"%{{y:{hover}}}"
    traces.append(_best(history, what, low, styles[1][0]))
    shapes, labels = _changes(history, "bottom" if what == "accuracy" else "top")
    return figure(
        traces,
        x=epochs_axis(last_epoch(history)),
        y=y,
        keep=what,
        showlegend=True,
        margin={
            "l": 8,
            "r": 8,
            "t": 60,
            "b": 8,
        },  # room for two rows of legend, used or not
        shapes=shapes,
        annotations=[*labels, *notes],
    )


def _sets(
    history: History, what: str, low: float | None, styles: tuple[Style, Style]
) -> Iterator[Trace]:
    """A line with points for training and one for validation: whole sets, after each epoch."""
    epochs = history.epochs
    columns = {"training": f"train_{what}", "validation": f"validation_{what}"}
    for (name, column), (color, dash, symbol) in zip(columns.items(), styles, strict=True):
        values = epochs[column]
        if len(values) and not np.isfinite(values).any():
            continue  # no validation set
        yield dict(
            type="scatter",
            x=epochs["epoch"],
            y=lifted(values, low),
            mode="lines+markers" if len(values) <= FEW_EPOCHS else "lines",
            name=name,
            cliponaxis=False,
            line={"color": color, "width": 2.5, "dash": dash},
            marker={"symbol": symbol, "size": 7},
        )


def _best(history: History, what: str, low: float | None, color: str) -> Trace:
    """A ring around the epoch with the lowest validation loss.

    It is there from the start, around no point: a legend that grows would push the curves down.
    """
    epochs = history.epochs
    best = epochs["epoch"] == history.best_epoch
    return dict(
        type="scatter",
        x=epochs["epoch"][best],
        y=lifted(epochs[f"validation_{what}"][best], low),
        mode="markers",
        name="lowest loss",
        hoverinfo="skip",
        cliponaxis=False,
        marker={"symbol": "circle-open", "size": 16, "color": color, "line": {"width": 2.5}},
    )


def _changes(history: History, end: str) -> tuple[list[Trace], list[Trace]]:
    """Vertical lines where the learner changed a setting, and their labels at the `end` of each."""
    shapes: list[Trace] = []
    labels: list[Trace] = []
    for epoch, field, old, new in _moves(history):
        then, now = wording.value(field, old), wording.value(field, new)
        upright = {"x0": epoch, "x1": epoch, "y0": 0, "y1": 1, "yref": "paper", "layer": "below"}
        line = {"color": palette.CHANGE, "width": 1.5, "dash": "dot"}
        shapes.append({"type": "line", "line": line} | upright)
        labels.append(
            {
                "x": epoch,
                "y": 1 if end == "top" else 0,
                "yref": "paper",
                "xanchor": "left",
                "yanchor": end,
                "textangle": 90,
                "showarrow": False,
                "text": f"{wording.label(field)} {then} → {now}",
                "font": {"size": 11, "color": palette.CHANGE, "shadow": palette.HALO},
            }
        )
    return shapes, labels


def _moves(history: History) -> list[tuple[float, str, object, object]]:
    """(epoch, field, old, new): a slider that passes several stops on its way makes one change."""
    near = TOO_NEAR * last_epoch(history)
    moves: list[tuple[float, str, object, object]] = []
    for _, epoch, field, old, new in history.changes:
        if moves and moves[-1][1] == field and epoch - moves[-1][0] < near:
            old = moves.pop()[2]
        moves.append((epoch, field, old, new))
    return moves
