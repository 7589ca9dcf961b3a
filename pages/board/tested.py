"""The test set, opened once for all: how far each network falls behind its validation accuracy."""

import html
from collections.abc import Sequence

import numpy as np

from ann.classroom.board import Drop, drops
from ann.classroom.snapshot import Snapshot
from pages.board.dots import lowest
from pages.board.shown import Shown
from pages.ui import looks, palette
from pages.ui.charts.layout import Axis, Figure, Trace, figure
from pages.ui.live import chart
from pages.ui.words import counted

SEALED = (
    "**The test set is sealed.** Nobody has trained or chosen a network with its digits. The "
    "teacher opens it once, for everyone."
)
WAITING = "**The test set is open.** The networks are being tested."
LOOK_FOR = "Points below the line do worse on test digits than on the validation digits."


def view(snapshot: Snapshot) -> Shown:
    """Test against validation accuracy, once the teacher has opened the test set."""
    if not snapshot.classroom.settings.test_opened:
        return Shown(SEALED)
    found = drops(snapshot)
    if not found:
        return Shown(WAITING)
    return Shown(_told(found), "", chart.write(points(found)), LOOK_FOR)


def points(found: Sequence[Drop]) -> Figure:
    """A point for each network, and the line on which both accuracies are equal.

    Networks far below all others are left out: `_told` counts them.
    """
    found = _near(found)
    values = [share for drop in found for share in (drop.validation, drop.test)]
    low, high = min(values), max(values)
    pad = max(0.08 * (high - low), 0.005)
    ends = [max(0.0, low - pad), min(1.0, high + pad)]
    axis: Axis = {"tickformat": "~%", "range": ends, "nticks": 6}
    seen = [looks.look_of(drop.member.look) for drop in found]
    equal: Trace = dict(
        type="scatter",
        x=ends,
        y=ends,
        mode="lines",
        name="the same on both",
        line={"color": palette.MUTED, "dash": "dash", "width": 2},
        hoverinfo="skip",
    )
    networks: Trace = dict(
        type="scatter",
        x=[drop.validation for drop in found],
        y=[drop.test for drop in found],
        mode="markers",
        name="networks",
        marker={
            "size": 10,
            "color": [look.color for look in seen],
            "symbol": [look.symbol for look in seen],
            "line": {"width": 1, "color": palette.faded(palette.MUTED, 0.5)},
        },
        text=[html.escape(drop.member.name) for drop in found],
        hovertemplate="%{text}<br>validation %{x:.1%}<br>test %{y:.1%}<extra></extra>",
        showlegend=False,
        cliponaxis=False,
    )
    return figure(
        [equal, networks],
        x=axis | {"title": "Validation accuracy"},
        y=axis | {"title": "Test accuracy"},
        keep="board.tested",
        hovermode="closest",
        margin={"l": 8, "r": 8, "t": 30, "b": 8},
    )


def _near(found: Sequence[Drop]) -> list[Drop]:
    low = lowest(np.array([drop.validation for drop in found]))
    return [drop for drop in found if drop.validation >= low]


def _told(found: Sequence[Drop]) -> str:
    mean = sum(drop.test - drop.validation for drop in found) / len(found)
    lower = sum(drop.test < drop.validation for drop in found)
    way = "lower" if mean < 0 else "higher"
    out = len(found) - len(_near(found))
    away = f" {counted(out, 'network')} far below the others: not shown." if out else ""
    return (
        f"**On test digits, accuracy is {100 * abs(mean):.1f} points {way} on average.** "
        f"It fell for {lower} of {counted(len(found), 'network')}.{away}"
    )
