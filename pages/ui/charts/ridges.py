"""A figure of distributions: one ridge above the other, a layer each."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from pages.ui import palette
from pages.ui.charts.layout import Figure, Trace, figure

FIRST, EACH = 74, 44  # pixels: what a figure needs anyway, and for each ridge
TALL = 0.85  # of the room between two ridges


class Ridge(NamedTuple):
    """A distribution: its name, and how many values lie in each bin."""

    name: str
    counts: np.ndarray  # (B,)
    before: np.ndarray | None = None  # (B,): an earlier distribution, as a dashed line


def ridges(edges: np.ndarray, rows: Sequence[Ridge], *, title: str) -> Figure:
    """Histograms over the same bins with these edges (B + 1,), the first at the top.

    Each is as high as its fullest bin allows, so shapes can be compared and heights cannot.
    """
    x = np.repeat(edges, 2)[1:-1]
    traces: list[Trace] = []
    for k, row in enumerate(rows):
        base = float(len(rows) - 1 - k)
        counts = [row.counts] if row.before is None else [row.counts, row.before]
        most = max(1, *(int(c.max(initial=0)) for c in counts))
        tops = [base + TALL * np.repeat(c / most, 2) for c in counts]
        traces.append(
            {
                "type": "scatter",
                "name": row.name,
                "x": np.concatenate([x[:1], x, x[-1:]]),
                "y": np.concatenate([[base], tops[0], [base]]),
                "mode": "lines",
                "line": {"width": 1, "color": palette.TRAINING},
                "fill": "toself",
                "fillcolor": palette.faded(palette.TRAINING, 0.35),
                "hoverinfo": "skip",
                "showlegend": False,
            }
        )
        if row.before is not None:
            dashed = {"width": 1.5, "color": palette.MUTED, "dash": "dot"}
            traces.append(
                {
                    "type": "scatter",
                    "name": f"{row.name} before",
                    "x": x,
                    "y": tops[1],
                    "mode": "lines",
                    "line": dashed,
                    "hoverinfo": "skip",
                    "showlegend": False,
                }
            )
    names = {"tickmode": "array", "tickvals": list(range(len(rows)))}
    return figure(
        traces,
        x={"title": title, "showgrid": True},
        y=names
        | {
            "title": "",
            "ticktext": [row.name for row in reversed(rows)],
            "range": [-0.15, len(rows) - 0.05],
        },
        height=FIRST + EACH * len(rows),
        keep="ridges",
        hovermode=False,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
    )
