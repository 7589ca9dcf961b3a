"""A learner's forecast, drawn into the curve that it is about, with the gap as a number."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ann.history import History
from pages.ui import palette
from pages.ui.charts.layout import Figure, Trace


class Mark(NamedTuple):
    """How a line with points is drawn."""

    color: str
    dash: str
    symbol: str


FORECAST = Mark(palette.CHANGE, "dash", "star-diamond")


def marked(mark: Mark, x: Sequence[float], y: Sequence[float], width: float, size: int) -> Trace:
    """A line with points at (x, y); its width and the size of its points are in pixels."""
    return dict(
        type="scatter",
        x=list(x),
        y=list(y),
        mode="lines+markers",
        line={"color": mark.color, "width": width, "dash": mark.dash},
        marker={"symbol": mark.symbol, "size": size, "color": mark.color},
    )


class Forecast(NamedTuple):
    """What a learner expects of a curve: values at the end of some epochs, in the chart's units."""

    part: str  # "train" or "validation"
    what: str  # "loss" or "accuracy"
    epochs: tuple[float, ...]
    values: tuple[float, ...]
    name: str  # in the legend
    gap: str  # in words, once it is known; else ""


def draw(figure: Figure, history: History, forecasts: Sequence[Forecast], what: str) -> Figure:
    """Add to the figure of a loss or an accuracy those forecasts that are about it.

    The axes grow where a forecast lies beyond them.
    """
    ours = [one for one in forecasts if one.what == what]
    for one in ours:
        figure["data"] += _traces(figure, one, history)
        _make_room(figure["layout"], one)
        if one.gap:
            figure["layout"].setdefault("annotations", []).append(_note(one))
    return figure


def _traces(figure: Figure, one: Forecast, history: History) -> list[Trace]:
    """The forecast as points, joined if there are several, and a line from each to the result."""
    taken = len(figure["data"])
    line = marked(FORECAST, one.epochs, one.values, 2.5, 13) | dict(
        name=one.name,
        cliponaxis=False,
        uid=f"forecast{taken}",
        hovertemplate="%{y:.1%}" if one.what == "accuracy" else "%{y:.3f}",
    )
    x: list[float | None] = []
    y: list[float | None] = []
    reached = dict(
        zip(history.epochs["epoch"], history.epochs[f"{one.part}_{one.what}"], strict=True)
    )
    for epoch, value in zip(one.epochs, one.values, strict=True):
        real = reached.get(epoch)
        if one.gap and real is not None and np.isfinite(real):
            x += [epoch, epoch, None]
            y += [value, float(real), None]
    gap: Trace = dict(
        type="scatter",
        x=x,
        y=y,
        mode="lines",
        name="gap",
        showlegend=False,
        hoverinfo="skip",
        uid=f"gap{taken}",
        line={"color": FORECAST.color, "width": 5},
        opacity=0.45,
    )
    return [gap, line]


def _make_room(layout: Figure, one: Forecast) -> None:
    x, y = layout["xaxis"], layout["yaxis"]
    if "range" in x:
        x["range"] = [x["range"][0], max(x["range"][1], one.epochs[-1] * 1.03)]
        if x["range"][1] >= 12:
            x.pop("dtick", None)
            x |= {"nticks": 12, "tickformat": "d"}
    if "range" in y and y.get("type") != "log":
        low, high = y["range"]
        y["range"] = [min(low, max(0.0, min(one.values) - 0.05)), max(high, max(one.values))]


def _note(one: Forecast) -> Trace:
    """The gap in words, at the last point of the forecast."""
    return {
        "x": one.epochs[-1],
        "y": one.values[-1],
        "text": one.gap,
        "showarrow": False,
        "xanchor": "right",
        "xshift": -12,
        "yshift": 14 if one.values[-1] < 0.5 else -14,
        "font": {"size": 13, "color": FORECAST.color, "shadow": palette.HALO},
    }
