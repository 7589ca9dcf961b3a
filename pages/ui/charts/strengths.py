"""Accuracy against how much the digits, or what is asked of the network, change."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pages.ui import palette
from pages.ui.charts.layout import SHARES, Axis, Figure, Trace, band, figure


class Band(NamedTuple):
    """A curve of shares between 0 and 1, in a band from `low` to `high`, each (S,)."""

    name: str
    y: npt.ArrayLike
    low: npt.ArrayLike | None = None
    high: npt.ArrayLike | None = None


def strength_curves(
    x: npt.ArrayLike, bands: Iterable[Band], *, across: str, up: str = "Accuracy", height: int = 320
) -> Figure:
    """Shares over a strength `x` (S,), each in its confidence band. Look for where it falls."""
    strengths = np.asarray(x, float)
    drawn = [trace for lane, one in enumerate(bands) for trace in _traces(strengths, one, lane)]
    even = len(strengths) <= 9 and np.ptp(np.diff(strengths)) < 1e-9  # else numbers would overlap
    ticks: Axis = {"tickmode": "array", "tickvals": strengths} if even else {}
    return figure(
        drawn,
        x={"title": across, "tickformat": "~g"} | ticks,
        y=SHARES | {"title": up, "range": [-0.02, 1.02]},
        height=height,
        keep=f"strengths {across}",
        showlegend=sum("name" in trace for trace in drawn) > 1,
    )


def _traces(x: np.ndarray, one: Band, lane: int) -> Iterator[Trace]:
    color, dash, symbol = palette.LANES[lane % len(palette.LANES)]
    y = np.asarray(one.y, float)
    if one.low is not None and one.high is not None:
        low, high = np.asarray(one.low, float), np.asarray(one.high, float)
        known = np.isfinite(low)
        yield band(x[known], low[known], high[known], color)
    yield dict(
        type="scatter",
        x=x,
        y=y,
        mode="lines+markers" if len(x) <= 12 else "lines",
        name=one.name,
        cliponaxis=False,
        line={"color": color, "dash": dash, "width": 2.5},
        marker={"symbol": symbol, "size": 8},
        hovertemplate="%{y:.1%}",
    )
