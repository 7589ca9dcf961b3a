"""What makes a run good: settings and costs against results, over all runs."""

import math
from collections.abc import Collection, Sequence

import numpy as np
import streamlit as st

from ann.keeping.summary import SavedRun
from ann.recipe import FIELDS
from ann.recipes import wording
from ann.recipes.variants import differing
from pages.runs.measures import COSTS, MEASURES, RESULTS
from pages.ui import charts, frame
from pages.ui.charts import Axis

COST = "cost."  # before a cost among the settings: both may be called "epochs"


def show(saved: Sequence[SavedRun], chosen: Collection[int]) -> None:
    """Settings against results, of all runs that were measured; the `chosen` ones stand out."""
    result = st.selectbox(
        "Result",
        RESULTS,
        format_func=lambda name: MEASURES[name].title,
        key="overlay.metric",
        persist_state="session",
        help="The number to judge the runs by.",
    )
    known = [one for one in saved if math.isfinite(getattr(one.summary, result))]
    fields = list(differing(one.recipe for one in known))
    if len(known) < 2 or not fields:
        st.caption(
            "This needs at least two runs with different settings, each trained for at least one "
            "epoch."
        )
        return
    _lines(known[: charts.MOST_LINES], fields, result)
    x = st.selectbox(
        "Against",
        [*fields, *(COST + name for name in COSTS)],
        format_func=_title,
        key="overlay.field",
        persist_state="session",
        help="A setting, or what the run cost.",
    )
    _scatter(known, fields, x, result, chosen)


def _lines(known: Sequence[SavedRun], fields: Sequence[str], result: str) -> None:
    """A line for each run, through its settings to its result."""
    measure = MEASURES[result]
    axes = [charts.field_axis(name, [one.recipe for one in known]) for name in fields]
    unit, title = (100, "Accuracy (%)") if measure.is_accuracy else (1, measure.title)
    values = unit * _results(known, result)
    axes.append(charts.parallel_axis(title, values.tolist()))
    frame.chart(
        charts.parallel_coordinates([one.name for one in known], axes, values, title),
        "overlay.parallel",
        f"Each line is a run; the thicker and lighter, the higher its {measure.title.lower()}. Do "
        "all thick lines pass through the same place on an axis? Then that setting matters.",
    )


def _scatter(
    known: Sequence[SavedRun],
    fields: Sequence[str],
    x: str,
    result: str,
    chosen: Collection[int],
) -> None:
    """A point for each run: one setting or cost against the result."""
    measure = MEASURES[result]
    values, axis = _along_axis(x, known)
    percent = charts.SHARES | {"tickformat": ".1%"} if measure.is_accuracy else {}
    frame.chart(
        charts.runs_scatter(
            [one.name for one in known],
            [wording.settings(one.recipe, fields) for one in known],
            values,
            _results(known, result),
            axis,
            {"title": measure.title} | percent,
            {k for k, one in enumerate(known) if one.id in chosen},
        ),
        "overlay.scatter",
        "Each point is a run; purple if it is chosen under Compare curves. Runs that differ in "
        "other settings as well form a cloud. A trend that shows through is worth a race.",
    )


def _title(x: str) -> str:
    return MEASURES[x.removeprefix(COST)].title if x.startswith(COST) else FIELDS[x].label


def _results(known: Sequence[SavedRun], result: str) -> np.ndarray:
    return np.array([getattr(one.summary, result) for one in known])


def _along_axis(x: str, known: Sequence[SavedRun]) -> tuple[Sequence[float | str], Axis]:
    """Where each run stands along the axis, and the axis."""
    if not x.startswith(COST):
        return charts.along_axis(x, [one.recipe for one in known])
    values = [getattr(one.summary, x.removeprefix(COST)) for one in known]
    return values, {"title": _title(x), "rangemode": "tozero"}
