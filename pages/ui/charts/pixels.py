"""Figures about the data: how many digits each class has, and how bright the pixels are."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from pages.ui import palette
from pages.ui.charts.layout import Figure, figure
from pages.ui.words import fitting


def class_counts(
    sets: Mapping[str, npt.ArrayLike], class_names: Sequence[str], *, height: int = 300
) -> Figure:
    """How many digits each class has in each part of the data, as stacked bars.

    `sets` maps a part's name ("training", "validation", "test") to counts (C,). Look for classes
    of unequal size.
    """
    colors = {"training": palette.TRAINING, "validation": palette.VALIDATION, "test": palette.MUTED}
    bars = [
        dict(
            type="bar",
            x=[str(name) for name in class_names],
            y=counts,
            name=part,
            marker={"color": colors.get(part, palette.RIGHT)},
            hovertemplate="%{y:,}",
        )
        for part, counts in sets.items()
    ]
    x = {"title": "Class", "type": "category", "showgrid": False}
    y = fitting("Digits", class_names)
    return figure(bars, x=x, y=y, height=height, keep="counts", barmode="stack", bargap=0.25)


def pixel_histogram(
    edges: np.ndarray, counts: np.ndarray, *, title: str = "Gray level", height: int = 240
) -> Figure:
    """How often each gray level occurs; `edges` (B + 1,) and `counts` (B,) as from np.histogram.

    The scale is logarithmic: most pixels are background, and the others would be too small to see.
    Look for the two peaks, background and ink.
    """
    bars = dict(
        type="bar",
        x=(edges[:-1] + edges[1:]) / 2,
        y=counts,
        width=edges[1:] - edges[:-1],
        marker={"color": palette.TRAINING, "line": {"width": 0}},
        hovertemplate="%{x:.2f}: %{y:,} pixels<extra></extra>",
    )
    y = {"title": "Pixels (log)", "type": "log", "dtick": 1, "tickformat": ","}
    return figure([bars], x=title, y=y, height=height, keep="pixels", hovermode="closest", bargap=0)
