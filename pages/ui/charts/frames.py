"""A quantity over the frames of a replay, which are not equally far apart in steps."""

from collections.abc import Sequence

import numpy as np

from pages.ui import palette
from pages.ui.charts.layout import SHARES, Axis, Figure, figure
from pages.ui.charts.loss_axis import loss_axis

MOST_TICKS = 8


def frame_curve(
    labels: Sequence[str],
    values: Sequence[float],
    at: int,
    title: str,
    *,
    share: bool = False,
    height: int = 210,
) -> Figure:
    """A value for each frame, by its label, with a marker on the frame `at`.

    With `share` the values are shares, else losses. Each frame has the same room, so the first
    steps, in which most happens, have as much as the epochs after them.
    """
    places, y = np.arange(len(labels)), np.asarray(values, np.float64)
    losses = None if share else loss_axis([(places, y)], False)
    axis: Axis = SHARES | {"title": title} if losses is None else losses.axis | {"title": title}
    write = ".1%" if share else ".3f"
    line = dict(
        type="scatter",
        x=list(labels),
        y=y,
        mode="lines+markers",
        name="",
        line={"color": palette.VALIDATION, "width": 2},
        marker={"size": 5},
        hovertemplate=f"%{{x}}: %{{y:{write}}}<extra></extra>",
    )
    now = dict(
        type="scatter",
        x=[labels[at]],
        y=y[at : at + 1],
        text=[f"now at {labels[at]}: {y[at]:{write}}"],
        mode="markers",
        name="",
        cliponaxis=False,
        marker={"size": 13, "color": palette.CHANGE},
        hoverinfo="skip",
    )
    apart = -(-len(labels) // MOST_TICKS)
    x: Axis = {"title": "Step", "type": "category", "range": [-0.4, len(labels) - 0.6]}
    x |= {"tickmode": "array", "tickvals": list(labels[::apart]), "tickangle": 0}
    upright = {"type": "line", "x0": at, "x1": at, "y0": 0, "y1": 1, "yref": "paper"}
    return figure(
        [line, now],
        x=x,
        y=axis,
        height=height,
        keep="frames",
        showlegend=False,
        hovermode="closest",
        shapes=[upright | {"line": {"color": palette.CHANGE, "width": 1, "dash": "dot"}}],
        annotations=[] if losses is None else losses.notes,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
    )
