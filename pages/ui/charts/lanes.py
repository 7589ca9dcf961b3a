"""Figures that compare two to four lanes, each with a color, a dash and a symbol of its own.

A lane looks the same in all of them (`palette.LANES`).
"""

import html
from collections.abc import Iterable, Sequence

import numpy as np

from ann.evaluation.significance import Verdict
from ann.history import History
from pages.ui import palette
from pages.ui.charts import epochs
from pages.ui.charts.layout import SHARES, Figure, Trace, band, figure, log_axis
from pages.ui.charts.loss_axis import Curve, loss_axis

TWO_ROWS = {"l": 8, "r": 8, "t": 60, "b": 8}  # of legend


def race_curves(lanes: Sequence[tuple[str, History]], what: str, *, log_y: bool = False) -> Figure:
    """Validation after each epoch and, as thin lines, each batch; `what` is "accuracy" or "loss".

    `lanes` are (name, history). Look for which lane is ahead, and whether it stays ahead.
    """
    histories = [history for _, history in lanes]
    y, low, notes, keep = epochs.accuracy_axis(histories), None, [], f"race {what}"
    if what == "loss":
        scale = loss_axis([curve for one in histories for curve in _drawn_losses(one)], log_y)
        y, low, notes, keep = scale.axis, scale.low, scale.notes, scale.keep(keep)
    traces: list[Trace] = []
    for (name, history), (color, dash, symbol) in zip(lanes, palette.LANES, strict=False):
        thin = epochs.batches(history, what, low, color)
        thin |= {"hoverinfo": "skip", "showlegend": False, "name": f"{name}, each batch"}
        thin["legendgroup"] = name
        after = history.epochs  # what was measured after each epoch
        values = epochs.lifted(after[f"validation_{what}"], low)
        traces += [thin, _line(name, after["epoch"], values, color, dash, symbol)]
        traces[-1]["hovertemplate"] = "%{y:.4f}" if what == "loss" else "%{y:.2%}"
    last = max(map(epochs.last_epoch, histories))
    return figure(
        traces,
        x=epochs.epochs_axis(last),
        y=y,
        keep=keep,
        showlegend=True,
        annotations=notes,
        margin=TWO_ROWS,
    )


def _drawn_losses(history: History) -> list[Curve]:
    """The curves of a lane: each batch, and the validation set."""
    batches, _, validation = epochs.loss_curves(history)
    return [batches, validation]


def _line(name: str, x: np.ndarray, y: np.ndarray, color: str, dash: str, symbol: str) -> Trace:
    return dict(
        type="scatter",
        x=x,
        y=y,
        mode="lines+markers" if len(x) <= epochs.FEW_EPOCHS else "lines",
        name=name,
        legendgroup=name,  # what belongs to a lane is hidden with it
        line={"color": color, "width": 2.5, "dash": dash},
        marker={"symbol": symbol, "size": 8},
    )


def repeat_bands(lanes: Iterable[tuple[str, np.ndarray]]) -> Figure:
    """The mean validation accuracy over seeds, in a band from the worst seed to the best.

    `lanes` are (name, accuracy (S, E) by seed and epoch, NaN where a seed has not got that far).
    Look for bands that separate: where they overlap, another seed may reverse the order.
    """
    traces: list[Trace] = []
    last, floor = 1, 1.0
    for (name, table), (color, dash, symbol) in zip(lanes, palette.LANES, strict=False):
        table = table[:, np.isfinite(table).any(axis=0)]
        if not table.size:
            continue
        x = np.arange(1, table.shape[1] + 1)
        low, high = (f(table, axis=0).astype(np.float32) for f in (np.nanmin, np.nanmax))
        traces.append(band(x, low, high, color, name=f"{name}, all seeds", legendgroup=name))
        mean = np.nanmean(table, axis=0).astype(np.float32)
        traces.append(_line(name, x, mean, color, dash, symbol) | {"hovertemplate": "%{y:.2%}"})
        last, floor = max(last, len(x)), min(floor, float(low.min()))
    floor = max(0.0, np.floor((floor - 0.02) * 20) / 20) if traces else 0.0
    return figure(
        traces,
        x=epochs.epochs_axis(last),
        y={"title": "Validation accuracy", "tickformat": ".0%", "range": [floor, 1.005]},
        keep="repeats",
        showlegend=True,
        margin=TWO_ROWS,
    )


def difference_intervals(rows: Sequence[tuple[str, int, Verdict]], base: tuple[str, int]) -> Figure:
    """How much more accurate each lane is than `base`, with the 95% confidence interval.

    `rows` are (name, number of the lane, verdict); `base` is (name, number) and is drawn at 0.
    Look for the line there: if an interval touches it, the difference may be random variation.
    """
    traces: list[Trace] = []
    names = [base[0], *(name for name, *_ in rows)]
    _, _, symbol = palette.LANES[base[1]]
    at_zero = {"color": palette.LANES[base[1]][0], "symbol": symbol, "size": 12}
    traces.append(
        dict(type="scatter", x=[0], y=[0], mode="markers", marker=at_zero, hoverinfo="skip")
    )
    for row, (_, lane, verdict) in enumerate(rows, start=1):
        color, _, symbol = palette.LANES[lane]
        color = color if verdict.real else palette.MUTED
        half = 100 * (verdict.high - verdict.difference)
        traces.append(
            dict(
                type="scatter",
                x=[100 * verdict.difference],
                y=[row],
                mode="markers",
                marker={"color": color, "symbol": symbol, "size": 12},
                error_x={"type": "data", "array": [half], "color": color, "thickness": 3},
                hovertemplate="%{x:+.2f} points ± %{error_x.array:.2f}<extra></extra>",
            )
        )
    zero: Trace = {"type": "line", "x0": 0, "x1": 0, "y0": 0, "y1": 1, "yref": "paper"}
    zero |= {"line": {"color": palette.MUTED, "width": 1.5, "dash": "dot"}}
    reach = max([0.5, *(100 * max(abs(v.low), abs(v.high)) for *_, v in rows)]) * 1.1
    return figure(
        traces,
        x={"title": "Difference in accuracy (percentage points)", "range": [-reach, reach]},
        y={"showticklabels": False, "showgrid": False, "range": [len(rows) + 0.5, -0.6]},
        height=70 + 54 * len(names),
        keep="differences",
        hovermode="closest",
        showlegend=False,
        shapes=[zero],
        annotations=[_above(row, name) for row, name in enumerate(names)],
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
    )


def _above(row: int, name: str) -> Trace:
    """A name above its row, because a phone has no room for it beside the row."""
    place: Trace = {
        "xref": "paper",
        "x": 0,
        "xanchor": "left",
        "y": row,
        "yanchor": "bottom",
        "yshift": 8,
    }
    font = {"size": 12, "shadow": palette.HALO}
    return place | {"text": html.escape(name), "showarrow": False, "font": font}


def cost_frontier(
    lanes: Sequence[tuple[str, np.ndarray, np.ndarray]], worth: Sequence[np.ndarray], unit: str
) -> Figure:
    """Validation accuracy against cost in `unit`, one point per epoch.

    `lanes` are (name, costs (E,), accuracies (E,)). `worth` has a (E,) bool for each lane: the
    points that no cheaper point beats, which are large and joined by a gray line. Look for the
    lane on this frontier, and whether another one takes over as costs grow.
    """
    traces: list[Trace] = []
    best: list[tuple[float, float]] = []
    for (name, costs, accuracies), good, (color, _, symbol) in zip(
        lanes, worth, palette.LANES, strict=False
    ):
        point: Trace = dict(type="scatter", x=costs, mode="markers", name=name)
        point["legendgroup"] = name
        point |= {"hovertemplate": "%{x:.3s} → %{y:.2%}"}
        small = {"symbol": symbol, "size": 6, "color": palette.faded(color, 0.6)}
        large = {"symbol": symbol, "size": 11, "color": color}
        beaten, unbeaten = (np.where(keep, accuracies, np.nan) for keep in (~good, good))
        traces.append(point | {"y": beaten, "marker": small, "showlegend": False})
        traces.append(point | {"y": unbeaten, "marker": large})
        best += zip(costs[good].tolist(), accuracies[good].tolist(), strict=True)
    corners = np.array(sorted(best)).reshape(-1, 2)
    line = dict(
        type="scatter",
        x=corners[:, 0],
        y=corners[:, 1],
        mode="lines",
        name="frontier",
        line={"color": palette.MUTED, "width": 1.5, "shape": "hv"},
        hoverinfo="skip",
    )
    return figure(
        [line, *traces],
        x=log_axis([costs for _, costs, _ in lanes]) | {"title": unit, "tickformat": "~s"},
        y={"title": "Validation accuracy"} | SHARES,
        keep=f"cost {unit}",
        hovermode="closest",
        showlegend=True,
        margin=TWO_ROWS,
    )
