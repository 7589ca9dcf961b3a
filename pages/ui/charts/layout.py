"""The frame that all figures share: margins, legend, axes, hover."""

import plotly.graph_objects as go

HEIGHT = 320


def figure(traces, *, x, y, height=HEIGHT, keep="figure", **layout):
    """A figure with titled axes on a transparent ground.

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
    # Plotly checks every property for 10 to 20 ms, many times a second while many networks train;
    # a test does it once for each figure.
    return go.Figure(traces, settings | layout, _validate=False)


def axis(spec):
    """A Plotly axis out of a title or a dictionary with a title."""
    spec = {"title": spec} if isinstance(spec, str) else dict(spec)
    title = {"text": spec.pop("title", ""), "standoff": 14}
    return {"title": title, "automargin": True, "zeroline": False} | spec
