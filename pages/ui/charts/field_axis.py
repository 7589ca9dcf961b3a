"""The axis of a hyperparameter, for charts that set settings against results."""

from collections.abc import Sequence

import numpy as np

from ann.recipe import FIELDS
from ann.recipes.wording import shown
from pages.ui import charts

MOST_LINES = 100  # of parallel coordinates; more is a blot


def coordinate(name: str, kept: Sequence):
    """The axis of a field in parallel coordinates, of whatever has a recipe."""
    spec, values = FIELDS[name], [getattr(one.recipe, name) for one in kept]
    if spec.kind in ("float", "int"):
        return charts.coordinate(spec.label, values, log=spec.log)
    order = _in_order(values)
    texts = [shown(name, value) for value in order]
    title, _, ticks = charts.coordinate(spec.label, texts)
    where = np.linspace(0, 1, len(texts)) if len(texts) > 1 else np.zeros(1)
    return title, np.array([where[order.index(v)] for v in values]), ticks


def _in_order(values: list) -> list:
    """Choices by name, widths by size."""
    return sorted(set(values), key=lambda v: (sum(v), v) if isinstance(v, tuple) else (0, v))
