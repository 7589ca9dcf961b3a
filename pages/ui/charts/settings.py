"""Settings against results of many runs: parallel coordinates and a scatter plot."""

import html
from collections.abc import Collection, Sequence

import numpy as np
import numpy.typing as npt

from pages.ui import palette
from pages.ui.charts.layout import Axis, Figure, Trace, figure
from pages.ui.charts.parallel_axis import ParallelAxis, written

MOST_LINES = 100  # in one figure; more cannot be told apart
SHADES = 8  # from the worst to the best
DARKEST, LIGHTEST = 0.3, 0.8  # of the color scale: a line is seen on white and on near-black
ROW = 58  # pixels from one axis to the next


def parallel_coordinates(
    names: Sequence[str],
    axes: Sequence[ParallelAxis],
    values: npt.ArrayLike,
    title: str,
) -> Figure:
    """One line per run across an axis for each setting; the thicker, the higher its `values`.

    The axes are placed one below the other, so that many fit on a phone. Colors follow the rank,
    because otherwise a single failed run would make all others look the same. Ordinary lines are
    used, because Plotly's parallel coordinates need WebGL.
    Look for where the thick lines come together.
    """
    results = np.asarray(values, float)
    shades = np.rint(_ranks(results) * SHADES).astype(int)
    table = np.array([positions for _, positions, _ in axes])  # (axes, N)
    texts = [
        f"{html.escape(n)}<br>{title} {written(v)}" for n, v in zip(names, results, strict=True)
    ]
    traces = []
    for shade in sorted(set(shades.tolist())):  # one trace per color: hundreds would be slow
        members = np.flatnonzero(shades == shade)
        lines = np.pad(table[:, members], ((0, 1), (0, 0)), constant_values=np.nan)
        traces.append(
            dict(
                type="scatter",
                x=lines.T.ravel(),
                y=np.tile(np.arange(len(axes) + 1), len(members)),
                mode="lines+markers",
                cliponaxis=False,
                line=_line(shade / SHADES),
                marker={"size": 8},
                opacity=0.8,
                text=[texts[k] for k in members for _ in range(len(axes) + 1)],
                hovertemplate="%{text}<extra></extra>",
            )
        )
    marks = [_title(i, head) for i, (head, _, _) in enumerate(axes)]
    marks += [_tick(i, *tick) for i, (_, _, ticks) in enumerate(axes) for tick in ticks]
    across: Trace = {"type": "line", "x0": 0, "x1": 1, "line": {"color": palette.MUTED, "width": 1}}
    hidden: Axis = {"visible": False, "fixedrange": True}
    return figure(
        traces,
        x=hidden | {"range": [-0.005, 1.005]},  # lines at the ends are not cut in half
        y=hidden | {"range": [len(axes) - 0.6, -0.4]},
        margin={"l": 12, "r": 12, "t": 8, "b": 8},
        height=16 + ROW * len(axes),
        keep="parallel",
        showlegend=False,
        hovermode="closest",
        annotations=marks,
        shapes=[across | {"y0": i, "y1": i, "layer": "below"} for i in range(len(axes))],
    )


def runs_scatter(
    names: Sequence[str],
    apart: Sequence[str],
    xs: Sequence[float | str],
    ys: npt.ArrayLike,
    x: str | Axis,
    y: str | Axis,
    chosen: Collection[int] = (),
) -> Figure:
    """One point per run: a setting or a cost against a metric; `x` and `y` are axes of `figure`.

    `apart` says for each run what differs; `chosen` are positions of runs to highlight. Look for a
    slope, or for a peak between the ends.
    """
    text = [
        f"<b>{html.escape(n)}</b><br>{html.escape(a)}" for n, a in zip(names, apart, strict=True)
    ]
    colors = [palette.CHANGE if k in chosen else palette.TRAINING for k in range(len(names))]
    trace = dict(
        type="scatter",
        x=xs,
        y=ys,
        mode="markers",
        marker={"size": 11, "opacity": 0.75, "color": colors},
        text=text,
        hovertemplate="%{text}<br>%{x}, %{y}<extra></extra>",
    )
    return figure([trace], x=x, y=y, keep="scatter", showlegend=False, hovermode="closest")


def _title(row: int, text: str) -> Trace:
    """The title of an axis, above its left end."""
    place: Trace = {"x": 0, "xanchor": "left", "xshift": -6, "yanchor": "bottom", "yshift": 4}
    return _mark(row, f"<b>{text}</b>") | place


def _tick(row: int, position: float, text: str) -> Trace:
    """A value below its place on the axis, beside the lines that pass there."""
    end = position > 0.9
    place: Trace = {"xanchor": "right", "xshift": 6} if end else {"xanchor": "left", "xshift": 4}
    return _mark(row, text) | {"x": position, "yanchor": "top", "yshift": -2} | place


def _mark(row: int, text: str) -> Trace:
    font = {"size": 12, "shadow": palette.HALO}
    return {"y": row, "text": text, "showarrow": False, "font": font}


def _ranks(values: np.ndarray) -> np.ndarray:
    """Ranks from 0 for the lowest value to 1 for the highest; equal values have the same.

    >>> _ranks(np.array([0.9, 0.1, 0.8, 0.9])).tolist(), _ranks(np.array([3.0])).tolist()
    ([1.0, 0.0, 0.5, 1.0], [1.0])
    """
    known, place = np.unique(values, return_inverse=True)
    return place / (len(known) - 1) if len(known) > 1 else np.ones(len(values))


def _line(share: float) -> Trace:
    """How a line looks: thin and dark for the worst (0), thick and light for the best (1)."""
    color = palette.sequential(DARKEST + (LIGHTEST - DARKEST) * share)
    return {"color": color, "width": 1.5 + 2 * share}
