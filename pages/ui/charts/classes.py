"""Figures about classes: the confusion matrix, probabilities, and their calibration."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from pages.ui import palette
from pages.ui.charts.layout import Axis, Figure, Trace, figure
from pages.ui.words import counted, fitting

# Mistakes are red and the diagonal is pale blue, so that what is right does not outshine what is
# wrong. Values below 0 are the diagonal, above 0 mistakes; 0 is transparent, for any background.
ERRORS = (
    (0.0, palette.faded(palette.TRAINING, 0.35)),
    (0.4999, palette.faded(palette.TRAINING, 0.0)),
    (0.5, palette.faded(palette.MISTAKE, 0.0)),
    (0.5001, palette.faded(palette.MISTAKE, 0.12)),
    (1.0, palette.faded(palette.MISTAKE, 0.9)),
)


MOST_BARS = 12  # of probabilities; of more classes, the least probable are left out


def confusion_matrix(
    confusion: npt.ArrayLike,
    class_names: Sequence[str],
    *,
    chosen: tuple[int, int] | None = None,
    height: int = 430,
) -> Figure:
    """Counts by true class (rows) and predicted class (columns). Look for the red cells.

    The cell `chosen`, a pair (true class, predicted class), gets a frame.
    """
    counts = np.asarray(confusion)
    names = [str(name) for name in class_names]
    ticks: Axis = {"tickmode": "array", "tickvals": list(range(len(names))), "ticktext": names}
    ticks |= {"showgrid": False, "range": [-0.5, len(names) - 0.5]}
    angle = -45 if max(map(len, names)) > 3 else 0  # left to itself, Plotly skips some
    return figure(
        [_cells(counts, names)],
        x=ticks | {"title": "Predicted class", "side": "bottom", "tickangle": angle},
        y=ticks | {"title": "True class", "range": [len(names) - 0.5, -0.5]},
        height=height,
        keep="confusion",
        hovermode="closest",
        annotations=_numbers(counts),
        shapes=_frame(*chosen) if chosen else [],
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
    )


def _cells(counts: np.ndarray, names: Sequence[str]) -> Trace:
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
                f"true {true}, predicted {guess}<br>{counted(count, thing)}"
                for guess, count in zip(names, row, strict=True)
            ]
            for true, row in zip(names, counts.tolist(), strict=True)
        ],
        hovertemplate="%{text}, %{customdata:.1%} of this class<extra></extra>",
    )


def _frame(true: int, predicted: int) -> list[Trace]:
    box = {"x0": predicted - 0.5, "x1": predicted + 0.5, "y0": true - 0.5, "y1": true + 0.5}
    return [{"type": "rect", "line": {"color": palette.CHANGE, "width": 3}} | box]


def _numbers(counts: np.ndarray) -> list[Trace]:
    """The counts as annotations, without the zeros, which most are."""
    font = {"size": 13}
    return [
        {"x": j, "y": i, "text": f"{counts[i, j]:,}", "showarrow": False, "font": font}
        for i, j in np.argwhere(counts).tolist()
    ]


def probability_bars(
    probabilities: npt.ArrayLike,
    class_names: Sequence[str],
    *,
    true: int | None = None,
    height: int = 300,
) -> Figure:
    """The network's probabilities for one digit: a bar per class, the most probable in color.

    With `true`, the bar of the true class is green and that of another answer red. Of many
    classes only the most probable, and the true one, have a bar. Look for a second long bar.
    """
    everything = np.asarray(probabilities, dtype=float)
    winner = int(everything.argmax())
    chosen = set(np.argsort(-everything, kind="stable")[:MOST_BARS].tolist())
    chosen |= set() if true is None else {int(true)}
    shown = sorted(chosen)
    bars, names = everything[shown], [str(class_names[c]) for c in shown]
    colors = [palette.faded(palette.MUTED, 0.55)] * len(names)
    colors[shown.index(winner)] = palette.TRAINING if true is None else palette.MISTAKE
    if true is not None:
        colors[shown.index(int(true))] = palette.RIGHT
    trace = dict(
        type="bar",
        x=bars,
        y=names,
        orientation="h",
        marker={"color": colors, "cornerradius": 4},
        text=[f"{p:.1%}" if p >= 0.001 else "" for p in bars],
        textposition="outside",
        cliponaxis=False,
        hovertemplate="%{y}: %{x:.2%}<extra></extra>",
    )
    return figure(
        [trace],
        x={"title": "Probability", "range": [0, 1.14], "tickformat": ".0%", "dtick": 0.25},
        y={"title": "", "type": "category", "autorange": "reversed", "showgrid": False},
        height=height,
        keep="probabilities",
        hovermode="closest",
        bargap=0.25,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
    )


def reliability_diagram(
    confidence: npt.ArrayLike,
    accuracy: npt.ArrayLike,
    counts: npt.ArrayLike,
    class_names: Sequence[str],
    *,
    height: int = 340,
) -> Figure:
    """Calibration: the accuracy of the answers given with each confidence.

    `confidence`, `accuracy` and `counts` are (B,), one entry per bin; empty bins are left out.
    Look for points below the diagonal: there the network is overconfident.
    """
    x, y, number = (np.asarray(a, float) for a in (confidence, accuracy, counts))
    full, thing = number > 0, fitting("digit", class_names)
    diagonal = dict(
        type="scatter",
        x=[0, 1],
        y=[0, 1],
        mode="lines",
        name="perfectly calibrated",
        line={"color": palette.MUTED, "dash": "dash", "width": 1.5},
        hoverinfo="skip",
    )
    points = dict(
        type="scatter",
        x=x[full],
        y=y[full],
        text=[counted(count, thing) for count in number[full].astype(int).tolist()],
        mode="lines+markers",
        name="this network",
        cliponaxis=False,
        line={"color": palette.TRAINING, "width": 2},
        marker={"size": 6 + 22 * np.sqrt(number[full] / max(number.max(initial=1), 1))},
        hovertemplate="confidence %{x:.0%}, accuracy %{y:.0%} on %{text}<extra></extra>",
    )
    return figure(
        [diagonal, points],
        x={"title": "Confidence", "range": [-0.02, 1.05], "tickformat": ".0%"},
        y={"title": "Accuracy", "range": [-0.02, 1.05], "tickformat": ".0%"},
        height=height,
        keep="reliability",
        hovermode="closest",
    )
