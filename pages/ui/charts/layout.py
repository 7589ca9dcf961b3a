"""The frame that all figures share: margins, legend, axes, hover."""

import numpy as np

HEIGHT = 320
LONG = 200  # from one end of an axis to the other: 1, 2, 5 of each decade would be too many numbers
SHORT = 10  # and too few
SHARES = {  # for an axis: around one height alone Plotly would show -50% to 150%
    "tickformat": "~%",  # not ".0%", which would call three lines between 97% and 98% alike
    "autorangeoptions": {"clipmin": 0, "clipmax": 1.02},  # a mark at 100% stays whole
}


def figure(traces, *, x, y, height=HEIGHT, keep="figure", **layout):
    """A figure, as the dictionary that Plotly draws, with titled axes on a transparent ground.

    A dictionary, because `go.Figure` looks at every property and copies every array, for 10 to 20
    ms: many times a second while a class trains. A test lets Plotly check each figure once.

    `x` and `y` are the axes: a title, or a dictionary with `title` as plain text. `keep` names
    the figure for Plotly's uirevision: while it stays the same, so does the reader's zoom.
    Axes are fixed on a phone's account: a finger that scrolls the page must not zoom a chart.
    """
    settings = {
        "height": height,
        "margin": {"l": 8, "r": 8, "t": 32, "b": 8},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "hovermode": "x unified",
        "dragmode": False,
        "uirevision": keep,
        "legend": {
            "orientation": "h",
            "x": 0,
            "y": 1.02,
            "yanchor": "bottom",
            "title": {"text": ""},
            "itemwidth": 30,
        },
        "xaxis": axis(x),
        "yaxis": axis(y),
    }
    return {"data": list(traces), "layout": settings | layout}


def log_axis(curves):
    """A logarithmic axis for these values: numbers at 1, 2, 5, or at 1 alone where it is long.

    >>> [log_axis([np.array([1, last])]).get("dtick") for last in (5, 20, 4000)]
    [None, 'D2', 1]
    """
    values = np.concatenate([[], *curves])
    values = values[values > 0]
    span = values.max() / values.min() if len(values) else 1.0
    dtick = {} if span < SHORT else {"dtick": 1 if span > LONG else "D2"}
    return {"type": "log", "tickformat": "~g"} | dtick


def axis(spec):
    """A Plotly axis out of a title or a dictionary with a title."""
    spec = {"title": spec} if isinstance(spec, str) else dict(spec)
    title = {"text": spec.pop("title", ""), "standoff": 14}
    return {"title": title, "automargin": True, "zeroline": False} | spec
