"""What a sweep has found, as a chart: a map of two settings, points for one, lines for more."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from ann.recipe import FIELDS
from ann.recipes import wording
from ann.search.plan import Plan
from ann.search.view import NAN, SweepView, TrialStatus, TrialView
from pages.ui import charts
from pages.ui.charts import Figure
from pages.ui.live import beat
from pages.ui.words import figures

STATES = {
    TrialStatus.WAITING: "waiting",
    TrialStatus.RUNNING: "training",
    TrialStatus.PAUSED: "waiting to continue",
    TrialStatus.DROPPED: "dropped",
    TrialStatus.FINISHED: "finished",
    TrialStatus.DIVERGED: "diverged",
    TrialStatus.FAILED: "failed",
}
# In a cell of the map, without an accuracy.
UNKNOWN = {TrialStatus.WAITING: "", TrialStatus.DIVERGED: "–", TrialStatus.FAILED: "–"}
MAP = (
    "Each cell is a trial. Yellow: the most accurate; dark blue: the least accurate, or at least "
    "10 points behind. A ridge from corner to corner means that the best value of one setting "
    "depends on the other. …: not finished yet."
)
MAP_DROPPED = " In parentheses: dropped early, after fewer epochs."
POINTS = (
    "Each point is a trial; its bar reaches from the worst seed to the best. Is the best value the "
    "lowest or the highest? Then a better one may lie beyond."
)
LINES = (
    "Each line is a trial; the thicker and lighter, the more accurate. Where all thick lines pass "
    "through the same place on an axis, that setting matters."
)
LINES_DROPPED = " Trials that were dropped early end at the accuracy they had then."


def show(view: SweepView, plan: Plan, key: tuple[Any, ...]) -> None:
    """Draw a map for a grid over two settings, points for one setting, lines for anything else."""
    known = [t for t in view.trials if t.usable]
    if len(plan.fields) == 1:
        if not known:
            return  # axes without a point would go from -100% to 400%
        make = partial(_points, plan.fields[0], known)
        beat.chart("sweep.points", key, make, POINTS)
    elif len(plan.fields) == 2 and _is_grid(plan):
        look_for = MAP + MAP_DROPPED * plan.halving
        beat.chart("sweep.map", key, partial(_map, plan, view.trials), look_for)
    elif len(known) > 1:
        look_for = LINES + LINES_DROPPED * plan.halving
        beat.chart("sweep.lines", key, partial(_lines, plan, known), look_for)


def _is_grid(plan: Plan) -> bool:
    values = [len({getattr(r, name) for r in plan.recipes}) for name in plan.fields]
    return int(np.prod(values)) == len(plan.recipes)


def _map(plan: Plan, trials: Sequence[TrialView]) -> Figure:
    first, second = plan.fields
    columns, rows = (_ordered(name, plan) for name in plan.fields)
    cells = [
        (
            columns.index(getattr(t.recipe, first)),
            rows.index(getattr(t.recipe, second)),
            t.mean if t.usable else NAN,
            _cell_text(t),
            _note(t, plan.fields),
        )
        for t in trials
    ]
    x = FIELDS[first].label, [wording.value(first, value) for value in columns]
    y = FIELDS[second].label, [wording.value(second, value) for value in rows]
    return charts.accuracy_map(x, y, cells)


def _cell_text(trial: TrialView) -> str:
    """The text in a trial's cell: in parentheses if it was dropped, with dots while it trains."""
    if not trial.usable:
        return UNKNOWN.get(trial.status, "…")
    if trial.status == TrialStatus.DROPPED:
        return f"({trial.mean:.1%})"
    return f"{trial.mean:.1%}" + " …" * (not trial.done)


def _ordered(name: str, plan: Plan) -> list[Any]:
    """The values of a setting in the order of an axis."""
    values = dict.fromkeys(getattr(recipe, name) for recipe in plan.recipes)
    if FIELDS[name].is_number:
        return sorted(values)
    return list(values)


def _points(name: str, known: Sequence[TrialView]) -> Figure:
    values, axis = charts.along_axis(name, [trial.recipe for trial in known])
    rows = zip(values, known, strict=True)
    points = [(value, t.mean, t.low, t.high, _note(t, [name])) for value, t in rows]
    return charts.accuracy_points(axis, points)


def _lines(plan: Plan, known: Sequence[TrialView]) -> Figure:
    known = sorted(known, key=lambda trial: trial.mean)[-charts.MOST_LINES :]
    means = [100 * trial.mean for trial in known]
    axes = [charts.field_axis(name, [t.recipe for t in known]) for name in plan.fields]
    axes.append(charts.parallel_axis("Accuracy (%)", means))
    names = [wording.settings(trial.recipe, plan.fields) for trial in known]
    return charts.parallel_coordinates(names, axes, means, "Accuracy (%)")


def _note(trial: TrialView, fields: Sequence[str]) -> str:
    """What is shown when the pointer is on a trial."""
    note = wording.settings(trial.recipe, fields)
    if not trial.usable:
        return f"{note}<br>{STATES[trial.status]}"
    spread = f" ({trial.low:.1%} to {trial.high:.1%})" if trial.high > trial.low else ""
    return (
        f"{note}<br>{trial.mean:.2%}{spread}, epoch {figures(trial.epochs)}, {STATES[trial.status]}"
    )
