"""Accuracy against cost for the lanes of a race, with the frontier of the best trade-offs."""

from functools import partial
from typing import Any

import numpy as np
import streamlit as st

from ann.evaluation import cost
from ann.running.view import View
from pages.ui import charts
from pages.ui.charts import Figure
from pages.ui.live import beat
from pages.ui.repeats.lanes import Lane
from pages.ui.words import COSTS

COST = (
    "Each point is an epoch. The gray line joins the best ones: no other point is as accurate at "
    "the same or a lower cost. Up and to the left is better."
)
PREFIXES = {
    "multiply_adds": " (M: million, G: billion)",
    "images_seen": " (k: thousand, M: million)",
}


def show(lanes: list[Lane], views: list[View], key: tuple[Any, ...]) -> None:
    """Draw accuracy against a cost to choose; `key` as for `beat.chart`."""
    measured = (view.history.epochs["validation_accuracy"] for view in views)
    if not any(np.isfinite(accuracy).any() for accuracy in measured):
        return  # axes without a point would go from -100% to 400%
    st.header("What it cost", anchor=False)
    unit = st.segmented_control(
        "Accuracy against",
        list(COSTS),
        default="multiply_adds",
        required=True,
        format_func=COSTS.__getitem__,
        key="race.cost",
        persist_state="session",
        help="Multiply-adds count the work in the matrix products, the same on every machine. "
        "Computing time also includes the overhead of small batches and slows down when others "
        "train.",
    )
    beat.chart("race.costs", (*key, unit), partial(_frontier, lanes, views, unit), COST)


def _frontier(lanes: list[Lane], views: list[View], unit: str) -> Figure:
    points = []
    for lane, view in zip(lanes, views, strict=True):
        n_features, n_classes = view.state.n_features, view.state.n_classes
        n_train = lane.job.source.n_train
        spent = cost.spent(lane.recipe, view.history, n_train, n_features, n_classes)
        accuracy = view.history.epochs["validation_accuracy"]
        points.append((lane.name, getattr(spent, unit), accuracy))
    worth = cost.frontier(*(np.concatenate([p[i] for p in points]) for i in (1, 2)))
    parts = np.split(worth, np.cumsum([len(p[1]) for p in points])[:-1])
    return charts.cost_frontier(points, parts, COSTS[unit] + PREFIXES.get(unit, ""))
