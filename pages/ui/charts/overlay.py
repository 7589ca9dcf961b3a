"""The curves of many runs in one chart, by epoch, step or second."""

import html
from collections.abc import Sequence

import numpy as np

from ann.history import History
from pages.ui import palette
from pages.ui.charts.epochs import lifted
from pages.ui.charts.layout import SHARES, Axis, Figure, Trace, figure, log_axis
from pages.ui.charts.loss_axis import loss_axis

DASHES = ("solid", "dash", "dot", "dashdot")
AXES = {"epoch": "Epoch", "step": "Step", "seconds": "Computing time (seconds)"}
UNITS = {"epoch": "epoch", "step": "step", "seconds": "second"}
LOWEST_ERROR = 1e-4  # a logarithmic axis cannot show 0
LOG_ERROR: Axis = {"title": "Error (1 − accuracy), log", "tickformat": "~%"}
FEW = 120  # points of all curves together: up to this many get a marker each


def overlay_curves(
    runs: Sequence[tuple[str, str, History]],
    what: str,
    *,
    x: str = "epoch",
    part: str = "validation",
    smooth: float = 0.0,
    log_x: bool = False,
    log_y: bool = False,
) -> Figure:
    """Loss or accuracy of up to 20 runs; `what` is "loss" or "accuracy".

    `runs` are (name, what differs, history). `part` is "validation", "train" or "batch". `smooth`
    is the weight of the past in each point, from 0 to below 1. With `log_y`, accuracy is drawn as
    its error, 1 - accuracy, so that 99% and 99.9% are as far apart as 90% and 99%.
    Look for which curve improves fastest, and which ends best.
    """
    traces: list[Trace] = []
    curves = [points(history, what, x, part) for _, _, history in runs]
    curves = [(xs, smoothed(ys, smooth)) for xs, ys in curves]
    low, notes, log = None, [], log_y
    if what == "loss":
        scale = loss_axis(curves, log_y, UNITS[x])
        y, low, notes, log = scale.axis, scale.low, scale.notes, scale.log
    elif log_y:
        curves = [(xs, np.maximum(1 - ys, LOWEST_ERROR)) for xs, ys in curves]
        y = log_axis(ys for _, ys in curves) | LOG_ERROR
    else:
        y = {"title": "Accuracy"} | SHARES
    marked = sum(len(xs) for xs, _ in curves) <= FEW
    for number, ((name, apart, _), (xs, ys)) in enumerate(zip(runs, curves, strict=True)):
        color, dash = style(number)
        traces.append(
            dict(
                type="scatter",
                x=xs.astype(np.float32),
                y=lifted(ys, low),
                mode="lines+markers" if marked or len(xs) == 1 else "lines",
                name=html.escape(name),
                line={"color": color, "dash": dash, "width": 2},
                marker={"size": 5},
                hovertemplate=_hover(name, apart, x, what, log_y),
            )
        )
    across = [trace["x"] for trace in traces]
    return figure(
        traces,
        x={"title": AXES[x]} | (log_axis(across) if log_x else {"rangemode": "tozero"}),
        y=y,
        height=360,
        keep=f"overlay {what} {x} {log_x} {log}",
        showlegend=False,
        hovermode="closest",
        annotations=notes,
    )


def style(number: int) -> tuple[str, str]:
    """Color and dash of the run with this number; among the first 40, no two are the same.

    >>> style(0), len({style(k) for k in range(40)})
    (('#2d7dd2', 'solid'), 40)
    """
    colors = len(palette.CLASSES)
    return palette.CLASSES[number % colors], DASHES[(number + number // colors) % len(DASHES)]


def points(history: History, what: str, x: str, part: str) -> tuple[np.ndarray, np.ndarray]:
    """The points of one curve as two arrays, without those that are not finite."""
    table = history.steps if part == "batch" else history.epochs
    ys = table[what if part == "batch" else f"{part}_{what}"]
    xs = seconds(history, table["step"]) if x == "seconds" else table[x]
    known = np.isfinite(ys)
    return xs[known], ys[known]


def seconds(history: History, steps: np.ndarray) -> np.ndarray:
    """How long the training took to reach these steps (N,).

    The time is measured at the end of each epoch and interpolated between.
    """
    epochs = history.epochs
    ends = np.concatenate([[0.0], epochs["step"]])
    times = np.concatenate([[0.0], np.cumsum(epochs["seconds"])])
    if len(ends) == 1:
        return np.full(len(steps), np.nan)
    beyond = (times[-1] - times[-2]) / max(ends[-1] - ends[-2], 1)
    return np.interp(steps, ends, times) + np.maximum(steps - ends[-1], 0) * beyond


def smoothed(values: np.ndarray, share: float) -> np.ndarray:
    """A moving mean in which each value has `share` times the weight of the one after it.

    >>> smoothed(np.array([1.0, 0.0]), 0.5).round(3).tolist()
    [1.0, 0.333]
    """
    if not share:
        return values
    mean, weight, out = 0.0, 0.0, np.empty(len(values))
    for k, value in enumerate(values):
        mean, weight = share * mean + (1 - share) * value, share * weight + 1 - share
        out[k] = mean / weight
    return out


def _hover(name: str, apart: str, x: str, what: str, log_y: bool) -> str:
    """The text on hover: a run's name, what differs, and a point's values."""
    lines: list[str] = []
    line = ""
    for part in apart.split(", "):  # too long a line would be cut off at the edge of the window
        if len(line) + len(part) > 44 and line:
            lines, line = [*lines, line], ""
        line = f"{line}, {part}" if line else part
    apart = "<br>".join(html.escape(text) for text in [*lines, line] if text)
    value = "%{y:.2%}" if what == "accuracy" else "%{y:.4f}"
    value = f"error {value}" if what == "accuracy" and log_y else value
    head = f"<b>{html.escape(name)}</b>" + (f"<br>{apart}" if apart else "")
    return f"{head}<br>{x} %{{x:.4~g}}: {value}<extra></extra>"
