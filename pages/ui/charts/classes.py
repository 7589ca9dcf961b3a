"""Figures about classes: the confusion matrix, probabilities, and whether they can be believed."""

import numpy as np

from pages.ui import palette
from pages.ui.charts.layout import figure
from pages.ui.words import counted, fitting

# Errors in orange, the diagonal in pale blue: what is right must not outshine what is wrong.
# Below 0 is the diagonal, above 0 an error; 0 is see-through, so it works on any background.
ERRORS = (
    (0.0, palette.faded(palette.TRAINING, 0.35)),
    (0.4999, palette.faded(palette.TRAINING, 0.0)),
    (0.5, palette.faded(palette.VALIDATION, 0.0)),
    (0.5001, palette.faded(palette.VALIDATION, 0.12)),
    (1.0, palette.faded(palette.VALIDATION, 0.9)),
)


MOST_BARS = 12  # of probabilities; what is hardly probable is left out of more


def confusion_matrix(confusion, class_names, *, chosen=None, height=430):
    """Counts by true class (rows) and predicted class (columns). Look for the orange cells.

    `chosen` is a pair (true class, predicted class): its cell gets a frame.
    """
    counts = np.asarray(confusion)
    names = [str(name) for name in class_names]
    ticks = {"tickmode": "array", "tickvals": list(range(len(names))), "ticktext": names}
    ticks |= {"showgrid": False, "range": [-0.5, len(names) - 0.5]}
    angle = -45 if max(map(len, names)) > 3 else 0  # of its own accord Plotly leaves some out
    return figure(
        [_cells(counts, names)],
        x=ticks | {"title": "Predicted", "side": "bottom", "tickangle": angle},
        y=ticks | {"title": "True", "range": [len(names) - 0.5, -0.5]},
        height=height,
        keep="confusion",
        hovermode="closest",
        annotations=_numbers(counts),
        shapes=_frame(*chosen) if chosen else [],
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
    )


def _cells(counts, names):
    errors = counts.astype(float)
    right = np.diag(counts).astype(float)
    np.fill_diagonal(errors, 0)
    color = errors / max(errors.max(initial=0), 1)
    np.fill_diagonal(color, -right / np.maximum(counts.sum(1), 1))
    share = counts / np.maximum(counts.sum(1, keepdims=True), 1)
    thing = fitting("digit", names)
    return dict(
        type="heatmap",
        z=color,
        customdata=share,
        x=list(range(len(names))),
        y=list(range(len(names))),
        zmin=-1,
        zmax=1,
        colorscale=[list(stop) for stop in ERRORS],
        showscale=False,
        xgap=2,
        ygap=2,
        text=[
            [
                f"true {true}, read as {guess}<br>{counted(count, thing)}"
                for guess, count in zip(names, row, strict=True)
            ]
            for true, row in zip(names, counts.tolist(), strict=True)
        ],
        hovertemplate="%{text}, %{customdata:.1%} of this class<extra></extra>",
    )


def _frame(true, predicted):
    box = {"x0": predicted - 0.5, "x1": predicted + 0.5, "y0": true - 0.5, "y1": true + 0.5}
    return [{"type": "rect", "line": {"color": palette.CHANGE, "width": 3}} | box]


def _numbers(counts):
    """The counts as annotations: those of 0, most of them, are left out."""
    font = {"size": 13}
    return [
        {"x": j, "y": i, "text": f"{counts[i, j]:,}", "showarrow": False, "font": font}
        for i, j in np.argwhere(counts).tolist()
    ]


def probability_bars(probabilities, class_names, *, true=None, height=300):
    """What the network thinks of one digit: a bar a class, the longest in color.

    With `true`, the right class is named by color: green if it won, else green beside the orange.
    Of many classes only the likeliest, and the right one, have a bar.
    """
    everything = np.asarray(probabilities, dtype=float)
    winner = int(everything.argmax())
    shown = set(np.argsort(-everything, kind="stable")[:MOST_BARS].tolist())
    shown |= set() if true is None else {int(true)}
    shown = sorted(shown)
    probabilities, names = everything[shown], [str(class_names[c]) for c in shown]
    colors = [palette.faded(palette.MUTED, 0.55)] * len(names)
    colors[shown.index(winner)] = palette.TRAINING if true is None else palette.VALIDATION
    if true is not None:
        colors[shown.index(int(true))] = palette.RIGHT
    bars = dict(
        type="bar",
        x=probabilities,
        y=names,
        orientation="h",
        marker={"color": colors, "cornerradius": 4},
        text=[f"{p:.1%}" if p >= 0.001 else "" for p in probabilities],
        textposition="outside",
        cliponaxis=False,
        hovertemplate="%{y}: %{x:.2%}<extra></extra>",
    )
    return figure(
        [bars],
        x={"title": "Probability", "range": [0, 1.14], "tickformat": ".0%", "dtick": 0.25},
        y={"title": "", "type": "category", "autorange": "reversed", "showgrid": False},
        height=height,
        keep="probabilities",
        hovermode="closest",
        bargap=0.25,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
    )


def reliability_diagram(confidence, accuracy, counts, class_names, *, height=340):
    """Whether a confidence can be believed: accuracy of the answers given with each confidence.

    `confidence`, `accuracy` and `counts` are (B,), one entry a bin; empty bins are left out.
    Look for points under the diagonal: there the network is surer than it should be.
    """
    confidence, accuracy, counts = (np.asarray(a, float) for a in (confidence, accuracy, counts))
    full, thing = counts > 0, fitting("digit", class_names)
    diagonal = dict(
        type="scatter",
        x=[0, 1],
        y=[0, 1],
        mode="lines",
        name="as sure as right",
        line={"color": palette.MUTED, "dash": "dash", "width": 1.5},
        hoverinfo="skip",
    )
    points = dict(
        type="scatter",
        x=confidence[full],
        y=accuracy[full],
        text=[counted(count, thing) for count in counts[full].astype(int).tolist()],
        mode="lines+markers",
        name="this network",
        cliponaxis=False,
        line={"color": palette.TRAINING, "width": 2},
        marker={"size": 6 + 22 * np.sqrt(counts[full] / max(counts.max(initial=1), 1))},
        hovertemplate="sure to %{x:.0%}, right in %{y:.0%} of %{text}<extra></extra>",
    )
    return figure(
        [diagonal, points],
        x={"title": "Confidence", "range": [-0.02, 1.05], "tickformat": ".0%"},
        y={"title": "Share of right answers", "range": [-0.02, 1.05], "tickformat": ".0%"},
        height=height,
        keep="reliability",
        hovermode="closest",
    )
