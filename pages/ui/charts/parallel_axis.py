"""One axis of parallel coordinates, for numbers or texts."""

from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

import numpy as np

Tick: TypeAlias = tuple[float, str]  # position on the axis, text
OFF = 0.12  # the share of a logarithmic axis that is left for 0, which means off
LETTER, GAP = 0.0205, 0.025  # of an axis, on a phone: the width of a letter and between two texts


class ParallelAxis(NamedTuple):
    """One axis of `parallel_coordinates`, with the place of each line on it."""

    title: str
    positions: np.ndarray  # (N,) in [0, 1]
    ticks: list[Tick]


def parallel_axis(title: str, values: Sequence[float | str], *, log: bool = False) -> ParallelAxis:
    """One axis of `parallel_coordinates` for these values, one per line.

    `values` are numbers, or texts that keep the order in which they first appear.

    >>> title, positions, ticks = parallel_axis("L2", [0.0, 0.001, 0.1], log=True)
    >>> positions.round(2).tolist(), ticks
    ([0.0, 0.12, 1.0], [(0.0, '0'), (0.12, '0.001'), (1.0, '0.1')])
    """
    texts = [value if isinstance(value, str) else written(value) for value in values]
    if any(isinstance(value, str) for value in values):
        order = list(dict.fromkeys(texts))
        positions = np.array([order.index(text) for text in texts]) / max(len(order) - 1, 1)
    else:
        positions = _spread(np.asarray(values, float), log)
    ticks = sorted(set(zip(positions.tolist(), texts, strict=True)))
    return ParallelAxis(title, positions, _apart(ticks))


def written(value: float) -> str:
    """A number with four significant figures, or all of those before the decimal point.

    >>> written(0.00012346), written(70_000.0)
    ('0.0001235', '70000')
    """
    return f"{value:.4g}" if abs(value) < 1000 else f"{value:.0f}"


def _apart(ticks: list[Tick]) -> list[Tick]:
    """Of ticks in ascending order, those whose texts do not overlap; always both ends.

    >>> _apart([(0, "10"), (0.02, "12"), (0.4, "200"), (0.9, "800"), (1, "1000")])
    [(0, '10'), (0.4, '200'), (1, '1000')]
    """
    if len(ticks) < 3:
        return ticks
    (*between, last), kept = ticks[1:], ticks[:1]
    for position, text in between:
        after = kept[-1][0] + _width(kept[-1][1])
        if after <= position <= last[0] - _width(text) - _width(last[1]):
            kept.append((position, text))
    return [*kept, last]


def _width(text: str) -> float:
    """The rough width of a text, as a share of an axis on a phone."""
    return LETTER * len(text) + GAP


def _spread(values: np.ndarray, log: bool) -> np.ndarray:
    """Numbers (N,) as positions in [0, 1]."""
    if not log or (values < 0).any():
        return _between_ends(values)
    on = values > 0
    low = OFF if not on.all() else 0.0
    positions = np.zeros(len(values))
    if len(set(values[on].tolist())) == 1 and low:
        positions[on] = 1.0
    else:
        positions[on] = low + (1 - low) * _between_ends(np.log10(values[on]))
    return positions


def _between_ends(values: np.ndarray) -> np.ndarray:
    """Numbers (N,) as positions from 0 for the lowest to 1 for the highest."""
    low, high = values.min(initial=np.inf), values.max(initial=-np.inf)
    return (values - low) / (high - low) if high > low else np.full(len(values), 0.0)
