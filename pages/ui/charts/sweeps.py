"""Figures of a sweep: how accuracy depends on one field, and on two."""

import numpy as np

from pages.ui import palette
from pages.ui.charts.layout import SHARES, figure

WINDOW = 0.1  # below the best; trials worse than that all look alike, or the good ones would
COLORS = [[0.0, palette.TRAINING], [0.5, palette.MUTED], [1.0, palette.VALIDATION]]
MOST_WRITTEN = 80  # cells with a text in them


def accuracy_map(x, y, cells):
    """A cell for each pair of values: orange the best, blue what is 10 points worse, or more.

    `x` and `y` are (title, texts in order); `cells` are (column, row, accuracy, text, note), the
    text to stand in the cell, the note for the hover, the accuracy NaN where there is none. Look
    for a ridge: a band of good pairs says that the two fields go together.
    """
    (x_title, columns), (y_title, rows) = x, y
    values = np.full((len(rows), len(columns)), np.nan)
    notes = [[""] * len(columns) for _ in rows]
    for column, row, accuracy, _, note in cells:
        values[row, column], notes[row][column] = accuracy, note
    written = values.size <= MOST_WRITTEN
    top = np.nanmax(values) if np.isfinite(values).any() else 1.0
    low = np.nanmin(values) if np.isfinite(values).any() else 0.0
    trace = dict(
        type="heatmap",
        x=list(range(len(columns))),
        y=list(range(len(rows))),
        z=values,
        zmin=max(min(low, top - 0.01), top - WINDOW),
        zmax=top,
        colorscale=COLORS,
        showscale=not written,  # the numbers say it, and a phone needs the room
        colorbar={"tickformat": ".1%", "thickness": 12, "title": {"text": ""}},
        xgap=3,
        ygap=3,
        text=notes,
        hovertemplate="%{text}<extra></extra>",
    )
    texts = [_text(*cell) for *cell, _ in cells if written and cell[3]]
    return figure(
        [trace],
        x=_stops(x_title, columns),
        y=_stops(y_title, rows),
        height=140 + 52 * max(len(rows), 3),
        keep="sweep map",
        hovermode="closest",
        annotations=texts,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
    )


def _stops(title, texts):
    """An axis with a text at each cell: as categories, Plotly takes "32" for a number."""
    ticks = {"tickmode": "array", "tickvals": list(range(len(texts))), "ticktext": texts}
    return ticks | {"title": title, "showgrid": False, "range": [-0.5, len(texts) - 0.5]}


def _text(x, y, accuracy, text):
    # near-black stands out on all of COLORS, white does not
    font = {"size": 14, "color": palette.DARK if np.isfinite(accuracy) else palette.MUTED}
    return {"x": x, "y": y, "text": text, "showarrow": False, "font": font}


def accuracy_points(x, points):
    """A point for each value: mean accuracy, with a bar from the worst to the best seed.

    `x` is an axis of `figure`; `points` are (value, mean, low, high, note), of measured trials.
    Look for a peak in between: where it stands at an end, the best value may lie beyond.
    """
    points = list(points)
    columns = list(zip(*points, strict=True)) or [()] * 5
    mean, low, high = (np.array(column, np.float32) for column in columns[1:4])
    trace = dict(
        type="scatter",
        x=list(columns[0]),
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
        text=list(columns[4]),
        hovertemplate="%{text}<extra></extra>",
    )
    y = {"title": "Validation accuracy"} | SHARES
    return figure([trace], x=x, y=y, keep="sweep points", showlegend=False, hovermode="closest")
