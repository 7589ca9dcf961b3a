"""Every run of a class as a point, and how far luck alone spreads networks with equal settings."""

import html
from collections import defaultdict
from collections.abc import Sequence
from math import log10

import numpy as np

from ann.classroom.board import Dot, Spread, dots, spreads
from ann.classroom.snapshot import Snapshot
from ann.recipes import wording
from pages.board.shown import Shown
from pages.ui import looks, palette
from pages.ui.charts.layout import Figure, Trace, figure
from pages.ui.live import chart
from pages.ui.words import counted

LOOK_FOR = "Each point is a trained network. Higher is more accurate, further left is less work."
UNITS = ((1e12, "trillions"), (1e9, "billions"), (1e6, "millions"), (1.0, ""))
TICKS = (1, 2, 5)  # times a power of ten
ROWS, COLUMNS = 26, 60  # points that fit above and beside each other
LOW_SHARE = 0.25  # networks this far below the middle half, in heights of the rest, leave the scale


def view(snapshot: Snapshot) -> Shown:
    """The points, below a sentence on the largest spread."""
    found = dots(snapshot)
    if not found:
        return Shown("Nobody has finished training yet. Each run will be a point here.")
    widest = next(iter(spreads(found)), None)
    told = [_luck(widest) if widest else LOOK_FOR, _low(found), _others(snapshot, found)]
    drawn = chart.write(points(found, widest))
    return Shown(" ".join(filter(None, told)), "", drawn, LOOK_FOR)


def points(found: Sequence[Dot], spread: Spread | None) -> Figure:
    """Validation accuracy against the work of the training; a band shows the spread of luck.

    Points that would cover each other stand side by side. Networks far below all others would
    press the rest together, so they stand on the lower edge.
    """
    most = max(run.multiply_adds for _, run in found)
    unit, name = next((one for one in UNITS if one[0] <= most), UNITS[-1])
    work = np.array([log10(run.multiply_adds / unit) for _, run in found])
    accuracy = np.array([run.validation_accuracy for _, run in found])
    low = lowest(accuracy)
    high = min(1.0, accuracy.max() + 0.06 * (accuracy.max() - low))
    middle, wide = (work.min() + work.max()) / 2, max(1.0, 1.25 * (work.max() - work.min()))
    seen = [looks.look_of(member.look) for member, _ in found]
    trace = dict(
        type="scatter",
        x=10 ** beside(work, np.maximum(accuracy, low), wide / COLUMNS, (high - low) / ROWS),
        y=np.maximum(accuracy, low),
        mode="markers",
        name="networks",
        marker={
            "size": 9 if len(found) <= 100 else 6,
            "color": [look.color for look in seen],
            "symbol": [look.symbol for look in seen],
            "line": {"width": 1, "color": palette.faded(palette.MUTED, 0.5)},
        },
        text=[_named(dot) for dot in found],
        hovertemplate="%{text}<extra></extra>",
        cliponaxis=False,
    )
    edge = low - (high - low) / 40
    return figure(
        [trace],
        x={
            "title": f"Multiply-adds in training ({name})" if name else "Multiply-adds in training",
            "type": "log",
            "tickformat": "~g",
            "tickvals": _ticks(middle - wide / 2, middle + wide / 2),
            "range": [middle - wide / 2, middle + wide / 2],
        },
        y={"title": "Validation accuracy", "tickformat": "~%", "range": [edge, high], "nticks": 6},
        keep="board.dots",
        showlegend=False,
        hovermode="closest",
        margin={"l": 8, "r": 8, "t": 12, "b": 8},
        shapes=[_band(spread, low)] if spread else [],
    )


def lowest(accuracy: np.ndarray) -> float:
    """Where the scale begins: at the worst network, unless it is far below all others.

    >>> lowest(np.array([0.90, 0.91, 0.92, 0.93])), lowest(np.array([0.1] + [0.92] * 9))
    (0.9, 0.9)
    """
    lower, upper = np.quantile(accuracy, [LOW_SHARE, 1 - LOW_SHARE])
    reach = max(3 * (upper - lower), 0.02)
    inside = accuracy[accuracy >= lower - reach]
    return float(min(inside.min(), inside.max() - 0.02))


def beside(x: np.ndarray, y: np.ndarray, width: float, height: float) -> np.ndarray:
    """x (N,), moved so that no two points are in the same cell of `width` by `height`.

    >>> beside(np.array([0.0, 0.0, 0.0, 5.0]), np.zeros(4), 1.0, 1.0).tolist()
    [0.0, 1.0, -1.0, 5.0]
    """
    taken: dict[tuple[int, int], int] = defaultdict(int)  # how many points share a cell
    free, moved = set[tuple[int, int]](), x.copy()
    for k in range(len(x)):
        column, row = round(float(x[k]) / width), round(float(y[k]) / height)
        while True:
            turn = taken[column, row]
            taken[column, row] += 1
            step = (turn + 1) // 2 * (1 if turn % 2 else -1)
            if (column + step, row) not in free:
                break
        free.add((column + step, row))
        moved[k] += step * width
    return moved


def _ticks(low: float, high: float) -> list[float]:
    """1, 2 and 5 in each decade between two powers of ten.

    >>> _ticks(1.5, 2.5)
    [50.0, 100.0, 200.0]
    """
    decades = range(int(low) - 1, int(high) + 2)
    every = [digit * 10.0**decade for decade in decades for digit in TICKS]
    return [value for value in every if 10**low <= value <= 10**high]


def _band(spread: Spread, low: float) -> Trace:
    """From the worst to the best of networks with the same settings, all across the chart."""
    ends = {"xref": "paper", "x0": 0, "x1": 1, "y0": max(low, spread.low), "y1": spread.high}
    look = {"fillcolor": palette.faded(palette.MUTED, 0.22), "line": {"width": 0}, "layer": "below"}
    return {"type": "rect", **ends, **look}


def _named(dot: Dot) -> str:
    run = dot.run
    changed = [name for name in run.recipe.differences() if name != "seed"]
    settings = wording.settings(run.recipe, changed) or "default settings"
    told = [dot.member.name, f"{run.validation_accuracy:.1%}", settings, f"seed {run.recipe.seed}"]
    return "<br>".join(map(html.escape, told))


def _luck(spread: Spread) -> str:
    return (
        f"**{spread.networks} networks with the same settings, different seeds: {spread.low:.1%} "
        f"to {spread.high:.1%}.** A difference no larger than that (the gray band) may be luck."
    )


def _low(found: Sequence[Dot]) -> str:
    accuracy = np.array([run.validation_accuracy for _, run in found])
    low = lowest(accuracy)
    below = int((accuracy < low).sum())
    are = "is" if below == 1 else "are"
    what = counted(below, "network")
    return f"{what} below {low:.1%} {are} shown on the lower edge." if below else ""


def _others(snapshot: Snapshot, found: Sequence[Dot]) -> str:
    here = found[0].run.fingerprint
    away = sum(posted.run.fingerprint != here for posted in snapshot.runs)
    return f"{counted(away, 'run')} on other data: not shown." if away else ""
