"""The stops of the sliders, and how a value is written at one.

Where factors matter (learning rate, L2, batch size) the stops are spread evenly over the
logarithm. A value between two stops, from a link or a preset, becomes a stop of its own.
"""

import math
from typing import Any

from ann.fields import Field
from ann.recipes.wording import WHOLE_SET

ONE_TWO_FIVE = (1, 2, 5)
FINE = (1, 1.5, 2, 3, 5, 7)
LINEAR = {  # low, high and step are enough for these
    "dropout": 0.05,
    "decay": 0.05,
    "warmup": 0.05,
    "label_smoothing": 0.025,
    "validation_fraction": 0.05,
    "augment_shift": 0.5,
    "augment_rotation": 3,
    "augment_scale": 0.02,
    "augment_shear": 0.05,
    "augment_elastic": 0.2,
}
STOPS = {
    "batch_size": (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, WHOLE_SET),
    "epochs": (1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100, 150, 200, 300, 500, 1000, 2000, 5000),
    "patience": (1, 2, 3, 4, 5, 7, 10, 15, 20, 30, 50, 100, 1000),
    "decay_every": (1, 2, 3, 4, 5, 7, 10, 15, 20, 30, 50, 100, 1000),
    "ema": (0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9995, 0.9999),
    "momentum": (0, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999),
}
WIDTHS = (1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 16, 20, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512)
WIDTHS += (768, 1024, 1536, 2048, 3072, 4096)


def stops(field: Field, *more: Any) -> tuple:
    """The stops of a number's slider in rising order: its grid, its default, and `more`."""
    if field.name in LINEAR:
        step = LINEAR[field.name]
        first, last = math.ceil(field.low / step), math.floor(field.high / step + 1e-9)
        grid = {round(k * step, 6) for k in range(first, last + 1)} | {field.low, field.high}
    elif field.name in STOPS:
        grid = set(STOPS[field.name])
    else:
        grid = set(
            decades(
                field.low,
                field.high,
                FINE if field.low < 1 < field.high and not field.off else ONE_TWO_FIVE,
            )
        )
    if field.off:
        grid.add(0)
    number = int if field.kind == "int" else float
    return tuple(sorted({number(value) for value in grid | {field.default, *more}}))


def decades(low: float, high: float, digits: tuple) -> list[float]:
    """Round numbers from low to high, a few in each power of ten.

    >>> decades(0.01, 0.5, (1, 2, 5))
    [0.01, 0.02, 0.05, 0.1, 0.2, 0.5]
    """
    first, last = math.floor(math.log10(low)), math.floor(math.log10(high))
    grid = (float(f"{d}e{power}") for power in range(first, last + 1) for d in digits)
    return [value for value in grid if low * 0.999 <= value <= high * 1.001]
