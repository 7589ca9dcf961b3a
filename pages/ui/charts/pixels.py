"""Figures about the data: how many digits of each class, and how bright their pixels are."""

from pages.ui import palette
from pages.ui.charts.layout import figure
from pages.ui.words import fitting


def class_counts(sets, class_names, *, height=300):
    """Digits of each class, a bar for each part of the data, stacked.

    `sets` maps a part's name ("training", "validation", "test") to counts (C,).
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


def pixel_histogram(edges, counts, *, title="Gray level", height=240):
    """How often each gray level occurs. `edges` (B + 1,) and `counts` (B,) as np.histogram's.

    Log scale: most pixels are pure background, and the rest would be too small to see.
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
