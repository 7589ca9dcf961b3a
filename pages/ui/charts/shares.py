"""Shares of what was classified correctly as dots, each with its 95% confidence interval."""

import html
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ann.evaluation.metrics import wilson_interval
from pages.ui import palette
from pages.ui.charts.layout import Figure, Trace, figure

ROOM = 0.5  # of the distance between two groups, for the dots of one group beside each other


class Dots(NamedTuple):
    """One network's results: for each group how many of how many it classifies correctly."""

    name: str
    lane: int  # whose color and symbol it has, as in `palette.LANES`
    results: Sequence[tuple[int, int]]  # one for each group; (0, 0) where there is none


def share_dots(
    groups: Sequence[str],
    dots: Sequence[Dots],
    *,
    x: str,
    keep: str,
    floor: float = 0.0,
    height: int = 340,
) -> Figure:
    """For each group a dot of each network, and around it its 95% interval (Wilson 1927).

    The axis of shares begins at `floor`, or lower where an interval does. Look for intervals that
    do not overlap: there the difference is hardly chance.
    """
    traces = [
        _trace(groups, one, place) for one, place in zip(dots, _places(len(dots)), strict=True)
    ]
    ends = [wilson_interval(*pair)[0] for one in dots for pair in one.results if pair[1]]
    low = max(0.0, np.floor((min([floor, *ends]) - 0.02) * 10) / 10)
    return figure(
        traces,
        x={
            "title": x,
            "tickmode": "array",
            "tickvals": list(range(len(groups))),
            "ticktext": [html.escape(group) for group in groups],
            "range": [-0.5, len(groups) - 0.5],
            "showgrid": False,
        },
        y={"title": "Classified correctly", "tickformat": ".0%", "range": [low, 1.02]},
        keep=keep,
        height=height,
        hovermode="closest",
        showlegend=len(dots) > 1,
    )


def _places(count: int) -> list[float]:
    """How far to the side of its group's middle each network's dot is.

    >>> _places(1), _places(2)
    ([0.0], [-0.125, 0.125])
    """
    return [ROOM * (2 * k + 1 - count) / (2 * count) for k in range(count)]


def _trace(groups: Sequence[str], one: Dots, place: float) -> Trace:
    known = [(k, *pair) for k, pair in enumerate(one.results) if pair[1]]
    shares = [right / of for _, right, of in known]
    ends = [wilson_interval(right, of) for _, right, of in known]
    color, _, symbol = palette.LANES[one.lane % len(palette.LANES)]
    return dict(
        type="scatter",
        x=[k + place for k, *_ in known],
        y=shares,
        mode="markers",
        name=one.name,
        marker={"color": color, "symbol": symbol, "size": 12},
        error_y={
            "type": "data",
            "symmetric": False,
            "array": [high - share for share, (_, high) in zip(shares, ends, strict=True)],
            "arrayminus": [share - low for share, (low, _) in zip(shares, ends, strict=True)],
            "color": color,
            "thickness": 2.5,
            "width": 5,
        },
        text=[
            f"{html.escape(one.name)}, {html.escape(groups[k])}: {right} of {of} "
            f"({low:.0%} to {high:.0%})"
            for (k, right, of), (low, high) in zip(known, ends, strict=True)
        ],
        hovertemplate="%{text}<extra></extra>",
        cliponaxis=False,
    )
