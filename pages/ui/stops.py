"""The stops of a slider, from the facts about its field.

Where factors matter (learning rate, L2), round numbers are spread evenly over the logarithm. A
value between two stops, from a link or a preset, becomes a stop of its own.
"""

import math
from typing import Any

from ann.hyperparameters.field import Field

ONE_TWO_FIVE = (1, 2, 5)
FINE = (1, 1.5, 2, 3, 5, 7)


def stops(field: Field, *more: Any) -> tuple[Any, ...]:
    """The stops in rising order, with the default and `more`; none for a field without a slider.

    >>> from ann.recipe import FIELDS
    >>> stops(FIELDS["validation_fraction"])[:4], stops(FIELDS["seed"])
    ((0.0, 0.05, 0.1, 0.15), ())
    """
    grid, step = set(field.stops), field.step
    if field.kind == "float" and not (grid or step or field.log):
        step = (field.high - field.low) / 20
    if step:
        first, last = math.ceil(field.low / step), math.floor(field.high / step + 1e-9)
        grid |= {round(k * step, 6) for k in range(first, last + 1)}
        grid |= {field.low, field.high}
    elif field.log and not grid:
        fine = field.low < 1 < field.high and not field.off
        grid |= set(decades(field.low, field.high, FINE if fine else ONE_TWO_FIVE))
    if not grid:
        return ()
    if field.off:
        grid.add(0)
    if field.kind != "widths":
        more = (field.default, *more)
    number = float if field.kind == "float" else int
    return tuple(sorted({number(value) for value in grid | set(more)}))


def decades(low: float, high: float, digits: tuple[float, ...]) -> list[float]:
    """Round numbers from low to high, a few in each power of ten.

    >>> decades(0.01, 0.5, (1, 2, 5))
    [0.01, 0.02, 0.05, 0.1, 0.2, 0.5]
    """
    first, last = math.floor(math.log10(low)), math.floor(math.log10(high))
    grid = (float(f"{d}e{power}") for power in range(first, last + 1) for d in digits)
    return [value for value in grid if low * 0.999 <= value <= high * 1.001]
