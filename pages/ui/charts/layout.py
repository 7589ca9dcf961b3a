"""What all figures share: margins, legend, axes, hover."""

from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias
from zlib import crc32

import numpy as np

from pages.ui import palette

# Properties by Plotly's names, with values of many types: a whole figure, a trace, an axis.
Figure: TypeAlias = dict[str, Any]
Trace: TypeAlias = dict[str, Any]
Axis: TypeAlias = dict[str, Any]

HEIGHT = 320
LONG = 200  # ratio of an axis's ends above which 1, 2, 5 in each decade are too many numbers
SHORT = 10  # and below which they are too few
SHARES: Axis = {  # an axis of shares: if all are alike, Plotly would show -50% to 150%
    "tickformat": "~%",  # with ".0%", three lines between 97% and 98% would have the same number
    "autorangeoptions": {"clipmin": 0, "clipmax": 1.02},  # a marker at 100% is not cut
}


def figure(
    traces: Iterable[Trace],
    *,
    x: str | Axis,
    y: str | Axis,
    height: int = HEIGHT,
    keep: str = "figure",
    **layout: object,
) -> Figure:
    """A figure as the dictionary that Plotly draws, with titled axes on a transparent background.

    It is a dictionary because `go.Figure` checks each property and copies each array, which takes
    10 to 20 ms, many times per second while a class trains. A test lets Plotly check each figure.

    `x` and `y` are the axes: a title, or a dictionary with `title` as plain text. `keep` is
    Plotly's uirevision: as long as it is the same, the reader's zoom stays. A curve that the reader
    hides stays hidden by its `uid`, which follows from its name.
    """
    drawn = list(traces)
    for number, trace in enumerate(drawn):
        trace["uid"] = _uid(str(trace.get("name", number)), drawn[:number])
    settings = {
        "height": height,
        "margin": {"l": 8, "r": 8, "t": 32, "b": 8},
        "plot_bgcolor": "rgba(0,0,0,0)",
        "hovermode": "x unified",
        "dragmode": "zoom",
        "uirevision": keep,
        "legend": {
            "orientation": "h",
            "x": 0,
            "y": 1.02,
            "yanchor": "bottom",
            "title": {"text": ""},
            "itemwidth": 30,
            "traceorder": "normal",  # else curves that are hidden together would form columns
        },
        "xaxis": axis(x),
        "yaxis": axis(y),
    }
    return {"data": drawn, "layout": settings | layout}


def _uid(name: str, traces: Sequence[Trace]) -> str:
    """A uid for a curve of this name that none of the traces has.

    Plotly makes CSS classes of uids, so a name itself, which may hold anything, would break it.
    """
    uid = f"u{crc32(name.encode()):08x}"
    while any(trace["uid"] == uid for trace in traces):
        uid += "x"
    return uid


def band(x: np.ndarray, low: np.ndarray, high: np.ndarray, color: str, **more: object) -> Trace:
    """A trace that fills the room between two curves (S,) over x (S,) with a pale color."""
    return {
        "type": "scatter",
        "x": np.concatenate([x, x[::-1]]),
        "y": np.concatenate([low, high[::-1]]),
        "mode": "lines",
        "line": {"width": 0},
        "fill": "toself",
        "fillcolor": palette.faded(color, 0.18),
        "hoverinfo": "skip",
        "showlegend": False,
        **more,
    }


def log_axis(curves: Iterable[np.ndarray]) -> Axis:
    """A logarithmic axis for these values: numbers at 1, 2 and 5, or only at 1 if it is long.

    >>> [log_axis([np.array([1, last])]).get("dtick") for last in (5, 20, 4000)]
    [None, 'D2', 1]
    """
    values = np.concatenate([[], *curves])
    values = values[values > 0]
    span = values.max() / values.min() if len(values) else 1.0
    dtick: Axis = {} if span < SHORT else {"dtick": 1 if span > LONG else "D2"}
    return {"type": "log", "tickformat": "~g"} | dtick


def axis(spec: str | Axis) -> Axis:
    """A Plotly axis from a title, or from a dictionary with a title."""
    properties = {"title": spec} if isinstance(spec, str) else dict(spec)
    title = {"text": properties.pop("title", ""), "standoff": 14}
    return {"title": title, "automargin": True, "zeroline": False} | properties
