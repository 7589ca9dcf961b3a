"""What makes runs good: their settings and their costs against their results."""

import math
from collections.abc import Collection, Sequence

import numpy as np
import streamlit as st

from ann.keeping.summary import SavedRun
from ann.recipe import FIELDS
from ann.recipes import wording
from ann.recipes.variants import differing
from pages.ui import charts, frame

COSTS = {
    "seconds": "Seconds of computing",
    "images_seen": "Digits seen",
    "multiply_adds": "Multiply-adds",
    "parameters": "Parameters",
    "epochs": "Epochs done",
}
METRICS = {
    "best_validation_accuracy": "Best validation accuracy",
    "validation_accuracy": "Last validation accuracy",
    "train_accuracy": "Training accuracy",
    "best_validation_loss": "Best validation loss",
    "seconds": "Seconds of computing",
}


def show(kept: Sequence[SavedRun], chosen: Collection[int]) -> None:
    """Settings against results, of all runs that were measured; the `chosen` ones stand out."""
    metric = st.selectbox(
        "Result",
        list(METRICS),
        format_func=METRICS.get,
        key="overlay.metric",
        persist_state="session",
        help="What to judge by.",
    )
    known = [one for one in kept if math.isfinite(getattr(one.summary, metric))]
    fields = differing(one.recipe for one in known)
    if len(known) < 2 or not fields:
        st.caption("Two runs with different settings and a whole epoch each are needed for this.")
        return
    results = np.array([getattr(one.summary, metric) for one in known])
    recipes = [one.recipe for one in known[: charts.MOST_LINES]]
    axes = [charts.field_axis(name, recipes) for name in fields]
    unit, title = (100, "Accuracy (%)") if "accuracy" in metric else (1, METRICS[metric])
    values = unit * results[: charts.MOST_LINES]
    axes.append(charts.parallel_axis(title, values.tolist()))
    names = [one.name for one in known]
    frame.chart(
        charts.parallel_coordinates(names[: charts.MOST_LINES], axes, values, title),
        "overlay.parallel",
        f"A line is a run; orange has the highest {METRICS[metric].lower()}, blue the lowest. Do "
        "the orange lines pass through one place on an axis? Then that setting matters.",
    )
    x = st.selectbox(
        "Against",
        [*fields, *COSTS],
        format_func=lambda n: COSTS.get(n) or FIELDS[n].label,
        key="overlay.field",
        persist_state="session",
        help="A setting, or what the run cost.",
    )
    apart = [wording.settings(one.recipe, fields) for one in known]
    percent = charts.SHARES | {"tickformat": ".1%"} if "accuracy" in metric else {}
    frame.chart(
        charts.runs_scatter(
            names,
            apart,
            _values(x, known),
            results,
            _x_axis(x, known),
            {"title": METRICS[metric]} | percent,
            {k for k, one in enumerate(known) if one.id in chosen},
        ),
        "overlay.scatter",
        "A point is a run, orange if its curve was drawn last. Runs that differ in other things "
        "too make a cloud; a slope that shows all the same is worth a race.",
    )


def _values(name: str, kept: Sequence[SavedRun]) -> list:
    if name in COSTS:
        return [getattr(one.summary, name) for one in kept]
    plain = FIELDS[name].kind in ("float", "int")
    return [
        v if plain else wording.value(name, v) for v in (getattr(one.recipe, name) for one in kept)
    ]


def _x_axis(name: str, kept: Sequence[SavedRun]) -> dict:
    if name in COSTS:
        return {"title": COSTS[name], "rangemode": "tozero"}
    spec, values = FIELDS[name], _values(name, kept)
    if isinstance(values[0], str):
        texts = [
            wording.value(name, v)
            for v in charts.in_order([getattr(one.recipe, name) for one in kept])
        ]
        return {"title": spec.label, "type": "category", "categoryarray": texts}
    return {"title": spec.label, "tickformat": "~g"} | (
        {"type": "log"} if spec.log and min(values) > 0 else {}
    )
