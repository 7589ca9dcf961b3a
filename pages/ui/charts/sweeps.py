"""Figures of a sweep: how accuracy depends on one field, or on two."""

from collections.abc import Iterable, Sequence

import numpy as np

from pages.ui import palette
from pages.ui.charts.layout import SHARES, Axis, Figure, Trace, figure

WINDOW = 0.1  # below the best; all trials worse than this look alike, so that good ones do not
COLORS = [[k / (len(palette.SEQUENTIAL) - 1), c] for k, c in enumerate(palette.SEQUENTIAL)]
MOST_WRITTEN = 80  # up to this many cells have text in them


def accuracy_map(
    x: tuple[str, Sequence[str]],
    y: tuple[str, Sequence[str]],
    cells: Sequence[tuple[int, int, float, str, str]],
) -> Figure:
    """A cell for each pair of values: light is the best, dark 10 points worse or more.

    `x` and `y` are (title, texts in order). `cells` are (column, row, accuracy, text, note): the
    text appears in the cell, the note on hover, and the accuracy is NaN where there is none. Look
    for a ridge: a diagonal band of good pairs means that the two fields depend on each other.
    """
    (x_title, columns), (y_title, rows) = x, y
    values = np.full((len(rows), len(columns)), np.nan)
    notes = [[""] * len(columns) for _ in rows]
    for column, row, accuracy, _, note in cells:
        values[row, column], notes[row][column] = accuracy, note
    written = values.size <= MOST_WRITTEN
    top = np.nanmax(values) if np.isfinite(values).any() else 1.0
    low = np.nanmin(values) if np.isfinite(values).any() else 0.0
    lowest = max(min(low, top - 0.01), top - WINDOW)
    trace = dict(
        type="heatmap",
        x=list(range(len(columns))),
        y=list(range(len(rows))),
        z=values,
        zmin=lowest,
        zmax=top,
        colorscale=COLORS,
        colorbar={
            "orientation": "h",  # a phone needs the width
            "y": 1,
            "yanchor": "bottom",
            "tickformat": ".1%",
            "thickness": 10,
            "nticks": 5,
            "title": {"text": ""},
        },
        xgap=3,
        ygap=3,
        text=notes,
        hovertemplate="%{text}<extra></extra>",
    )
    texts = [
        _text(column, row, accuracy, text, (accuracy - lowest) / (top - lowest))
        for column, row, accuracy, text, _ in cells
        if written and text
    ]
    return figure(
        [trace],
        x=_stops(x_title, columns),
        y=_stops(y_title, rows),
        height=172 + 52 * max(len(rows), 3),
        keep="sweep map",
        hovermode="closest",
        annotations=texts,
        margin={"l": 8, "r": 8, "t": 40, "b": 8},
    )


def _stops(title: str, texts: Sequence[str]) -> Axis:
    """An axis with a text at each cell; as a category, Plotly would take "32" for a number."""
    ticks: Axis = {"tickmode": "array", "tickvals": list(range(len(texts))), "ticktext": texts}
    return ticks | {"title": title, "showgrid": False, "range": [-0.5, len(texts) - 0.5]}


def _text(x: int, y: int, accuracy: float, text: str, share: float) -> Trace:
    """A text in a cell, dark on the light half of the colors and light on the dark half."""
    on_color = palette.ON_LIGHT if share > 0.5 else palette.ON_DARK
    font = {"size": 14, "color": on_color if np.isfinite(accuracy) else palette.MUTED}
    return {"x": x, "y": y, "text": text, "showarrow": False, "font": font}


def accuracy_points(
    x: str | Axis, points: Iterable[tuple[float | str, float, float, float, str]]
) -> Figure:
    """A point for each value: mean accuracy, with a bar from the worst to the best seed.

    `x` is an axis of `figure`; `points` are (value, mean, low, high, note) of measured trials.
    Look for a peak between the ends: if it is at an end, the best value may lie beyond.
    """
    rows = list(points)
    mean, low, high = (np.array([row[k] for row in rows], np.float32) for k in (1, 2, 3))
    trace = dict(
        type="scatter",
        x=[value for value, *_ in rows],
        y=mean,
        mode="markers",
        marker={"size": 11, "color": palette.VALIDATION},
        error_y={
            "type": "data",
            "symmetric": False,
            "array": high - mean,
            "arrayminus": mean - low,
            "color": palette.VALIDATION,
        },
        text=[note for *_, note in rows],
        hovertemplate="%{text}<extra></extra>",
    )
    y = {"title": "Validation accuracy"} | SHARES
    return figure([trace], x=x, y=y, keep="sweep points", showlegend=False, hovermode="closest")
