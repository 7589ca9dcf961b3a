"""The curves of a training: loss, accuracy and learning rate over the epochs.

Every figure takes an `ann.history.History`. The thin line is the loss or accuracy of single
batches, measured while dropout is on; the points are whole sets at the end of each epoch, with
dropout off. Purple lines mark what the learner changed midway.
"""

import numpy as np

from pages.ui import palette
from pages.ui.charts.layout import figure

FEW_STEPS, FEW_EPOCHS = 40, 80  # so many can be told apart as points
TOO_NEAR = 0.03  # of the axis: where two labels would cover each other
STYLES = (  # of training and of validation: (color, dash, symbol)
    (palette.TRAINING, "solid", "circle"),
    (palette.VALIDATION, "solid", "diamond"),
)
IN_THE_BACK = (palette.MUTED, "solid", "circle")
NEVER_LOWER = 1e-6  # a logarithmic axis can't show 0


def loss_curve(history, *, log_y=False):
    """Cross-entropy over epochs. Look for the gap: training falls on while validation rises."""
    low = NEVER_LOWER if log_y else None
    return _curves(history, "loss", loss_axis(log_y), low, hover=".4f")


def accuracy_curve(history, *, lane=None):
    """Share of digits read correctly over epochs. Look for a gap that opens between the sets.

    With `lane`, of `palette.LANES`, validation looks as in the chart of all lanes.
    """
    styles = STYLES if lane is None else (IN_THE_BACK, lane)
    return _curves(history, "accuracy", accuracy_axis([history]), hover=".2%", styles=styles)


def learning_rate_curve(history):
    """The size of the steps over epochs: what the schedule and the learner made of it."""
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
    marks = _changes(history, "bottom")
    x = epochs_axis(last_epoch(history))
    return figure([line], x=x, y=y, height=220, keep="rate", showlegend=False, **marks)


def accuracy_axis(histories):
    """The accuracy axis of all of them: from just under their points, so that gaps can be seen."""
    return {"title": "Accuracy", "tickformat": ".0%", "range": [_floor(histories), 1.005]}


def loss_axis(log_y):
    """The loss axis."""
    if log_y:
        return {
            "title": "Loss (cross-entropy, log)",
            "type": "log",
            "dtick": "D2",
            "tickformat": "~g",
        }
    return {"title": "Loss (cross-entropy)", "rangemode": "tozero"}


def epochs_axis(last):
    """Epochs from 0 to `last`; whole numbers only, so that a short run does not count in tenths."""
    whole = {"dtick": 1} if last < 12 else {"nticks": 12, "tickformat": "d"}
    return {"title": "Epoch", "range": [0, last * 1.03]} | whole


def last_epoch(history):
    """How far a history goes, an epoch at least."""
    return max([1.0, *history.steps["epoch"][-1:]])


def batches(history, what, low=None, color=palette.TRAINING):
    """The thin line: one point for a batch, or for a few of them; none is below `low`."""
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


def lifted(values, low):
    """Values for a y axis, half as long on their way to the browser."""
    values = np.asarray(values, np.float32)
    return values if low is None else np.maximum(values, low)


def _curves(history, what, y, low=None, hover=".4f", styles=STYLES):
    traces = [batches(history, what, low, styles[0][0]), *_sets(history, what, low, styles)]
    for trace in traces:
        trace["hovertemplate"] = f"%{{y:{hover}}}"
    traces.append(_best(history, what, low, styles[1][0]))
    return figure(
        traces,
        x=epochs_axis(last_epoch(history)),
        y=y,
        keep=what,
        showlegend=True,
        margin={"l": 8, "r": 8, "t": 60, "b": 8},  # two rows of legend: its growth moves nothing
        **_changes(history, "bottom" if what == "accuracy" else "top"),
    )


def _sets(history, what, low, styles):
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


def _best(history, what, low, color):
    """A ring around the epoch with the lowest validation loss.

    It is there from the start, around nothing: a legend that grows would push the curves down.
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


def _changes(history, end):
    """Upright lines where the learner changed a setting midway, with a label at this end of it."""
    shapes, labels = [], []
    for epoch, field, old, new in _moves(history):
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
                "text": f"{field.replace('_', ' ')} {old:g} → {new:g}",
                "font": {"size": 11, "color": palette.CHANGE, "shadow": palette.HALO},
            }
        )
    return {"shapes": shapes, "annotations": labels}


def _moves(history):
    """(epoch, field, old, new): a slider that passes several stops on its way makes one change."""
    near, moves = TOO_NEAR * last_epoch(history), []
    for _, epoch, field, old, new in history.changes:
        if moves and moves[-1][1] == field and epoch - moves[-1][0] < near:
            old = moves.pop()[2]
        moves.append((epoch, field, old, new))
    return moves


def _floor(histories):
    epochs = [history.epochs for history in histories]
    known = np.concatenate(
        [e[k] for e in epochs for k in ("train_accuracy", "validation_accuracy")]
    )
    known = known[np.isfinite(known)]
    if not len(known):
        return 0.0
    return max(0.0, float(np.floor((known.min() - 0.1) * 10) / 10))
