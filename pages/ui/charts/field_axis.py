"""The axis of a hyperparameter, for charts that set settings against results."""

from collections.abc import Sequence

import numpy as np

from ann.recipe import FIELDS, Recipe
from ann.recipes import wording
from pages.ui.charts.layout import Axis, log_axis
from pages.ui.charts.parallel_axis import ParallelAxis, parallel_axis


def field_axis(name: str, recipes: Sequence[Recipe]) -> ParallelAxis:
    """The axis of a field in `parallel_coordinates`, for one recipe per line.

    Numbers are placed by size, on a log scale where the field's slider has one; choices and
    layer sizes are spaced evenly, in the order of `in_order`.
    """
    spec, values = FIELDS[name], [getattr(recipe, name) for recipe in recipes]
    if spec.is_number:
        return parallel_axis(spec.label, values, log=spec.log)
    order = in_order(values)
    texts = [wording.value(name, value) for value in order]
    title, _, ticks = parallel_axis(spec.label, texts)
    where = np.linspace(0, 1, len(texts)) if len(texts) > 1 else np.zeros(1)
    return ParallelAxis(title, np.array([where[order.index(v)] for v in values]), ticks)


def along_axis(name: str, recipes: Sequence[Recipe]) -> tuple[Sequence[float | str], Axis]:
    """A field's values, one per recipe, as they are placed along an axis, and that axis.

    Numbers are placed by size, on a log scale where the field's slider has one; choices and
    layer sizes are texts, in the order of `in_order`.

    >>> along_axis("optimizer", [Recipe(), Recipe(optimizer="sgd")])[0]
    ['Adam', 'SGD']
    >>> along_axis("learning_rate", [Recipe(learning_rate=0.001), Recipe(learning_rate=0.1)])
    ([0.001, 0.1], {'title': 'Learning rate', 'type': 'log', 'tickformat': '~g', 'dtick': 'D2'})
    """
    spec, values = FIELDS[name], [getattr(recipe, name) for recipe in recipes]
    if spec.is_number:
        log = spec.log and min(values) > 0
        scale = log_axis([np.array(values)]) if log else {"tickformat": "~g"}
        return values, {"title": spec.label} | scale
    order = [wording.value(name, value) for value in in_order(values)]
    texts = [wording.value(name, value) for value in values]
    return texts, {"title": spec.label, "type": "category", "categoryarray": order}


def in_order(values: Sequence[str | bool | tuple[int, ...]]) -> list[str | bool | tuple[int, ...]]:
    """The distinct values of a field in the order of its axis: layer sizes by total, else by name.

    >>> in_order([(128, 64), (10,), (64, 128), (10,)]), in_order(["sgd", "adam"])
    ([(10,), (64, 128), (128, 64)], ['adam', 'sgd'])
    """
    return sorted(set(values), key=lambda v: (sum(v), v) if isinstance(v, tuple) else (0, v))
