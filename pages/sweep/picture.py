"""What a sweep has found, in a picture: a map of two fields, points for one, lines for more."""

from collections.abc import Sequence
from functools import partial

import numpy as np

from ann.recipe import FIELDS
from ann.recipes import wording
from ann.search.plan import Plan
from ann.search.view import NAN, SweepView, TrialStatus, TrialView
from pages.ui import charts
from pages.ui.live import beat
from pages.ui.words import figures

STATES = {
    TrialStatus.WAITING: "waiting",
    TrialStatus.RUNNING: "training",
    TrialStatus.PAUSED: "waiting to go on",
    TrialStatus.DROPPED: "given up",
    TrialStatus.FINISHED: "done",
    TrialStatus.DIVERGED: "diverged",
    TrialStatus.FAILED: "failed",
}
# in a cell of the map
UNKNOWN = {TrialStatus.WAITING: "", TrialStatus.DIVERGED: "–", TrialStatus.FAILED: "–"}
MAP = "A cell is a trial. Orange: most accurate; blue: least, or 10 points behind. A ridge from "
MAP += "corner to corner means that the two fields go together. …: not at its end yet."
GIVEN_UP = " In brackets: given up early, after fewer epochs."
POINTS = "A point is a trial, its bar reaches from the worst to the best seed. Does the best value "
POINTS += "stand at an end? Then a better one may lie beyond."
LINES = "A line is a trial, orange the most accurate. Where all orange lines pass through one "
LINES += "place on an axis, that setting matters."
LINES_GIVEN_UP = " Those given up early end where they were then, after fewer epochs."


def show(view: SweepView, plan: Plan, key: tuple) -> None:
    """A map for a grid over two fields, points for one field, else lines."""
    known = [t for t in view.trials if t.usable]
    if len(plan.fields) == 1:
        if not known:
            return  # axes without a point would go from -100% to 400%
        make = partial(_points, plan.fields[0], known)
        beat.chart("sweep.points", key, make, POINTS)
    elif len(plan.fields) == 2 and _is_grid(plan):
        look_for = MAP + GIVEN_UP * plan.halving
        beat.chart("sweep.map", key, partial(_map, plan, view.trials), look_for)
    elif len(known) > 1:
        look_for = LINES + LINES_GIVEN_UP * plan.halving
        beat.chart("sweep.lines", key, partial(_lines, plan, known), look_for)


def _is_grid(plan: Plan) -> bool:
    values = [len({getattr(r, name) for r in plan.recipes}) for name in plan.fields]
    return int(np.prod(values)) == len(plan.recipes)


def _map(plan: Plan, trials: Sequence[TrialView]) -> dict:
    first, second = plan.fields
    columns, rows = (_ordered(name, plan) for name in plan.fields)
    cells = [
        (
            columns.index(getattr(t.recipe, first)),
            rows.index(getattr(t.recipe, second)),
            t.mean if t.usable else NAN,
            _written(t),
            _note(t, plan.fields),
        )
        for t in trials
    ]
    x = FIELDS[first].label, [wording.value(first, value) for value in columns]
    y = FIELDS[second].label, [wording.value(second, value) for value in rows]
    return charts.accuracy_map(x, y, cells)


def _written(trial: TrialView) -> str:
    """What stands in a trial's cell: in brackets if it was given up, with dots if it goes on."""
    if not trial.usable:
        return UNKNOWN.get(trial.status, "…")
    if trial.status == TrialStatus.DROPPED:
        return f"({trial.mean:.1%})"
    return f"{trial.mean:.1%}" + " …" * (not trial.done)


def _ordered(name: str, plan: Plan) -> list:
    values = dict.fromkeys(getattr(recipe, name) for recipe in plan.recipes)
    if FIELDS[name].is_number:
        return sorted(values)
    return list(values)


def _points(name: str, known: Sequence[TrialView]) -> dict:
    spec = FIELDS[name]
    values = [getattr(t.recipe, name) for t in known]
    x = {"title": spec.label} | ({} if spec.is_number else {"type": "category"})
    if spec.is_number and spec.log and min(values, default=0) > 0:
        x |= {"type": "log", "tickformat": "~g", "dtick": "D2"}
    shown = values if spec.is_number else [wording.value(name, value) for value in values]
    rows = zip(known, shown, strict=True)
    return charts.accuracy_points(
        x, [(value, t.mean, t.low, t.high, _note(t, [name])) for t, value in rows]
    )


def _lines(plan: Plan, known: Sequence[TrialView]) -> dict:
    known = sorted(known, key=lambda trial: trial.mean)[-charts.MOST_LINES :]
    means = [100 * trial.mean for trial in known]
    axes = [charts.field_axis(name, [t.recipe for t in known]) for name in plan.fields]
    axes.append(charts.parallel_axis("Accuracy (%)", means))
    names = [wording.settings(trial.recipe, plan.fields) for trial in known]
    return charts.parallel_coordinates(names, axes, means, "Accuracy (%)")


def _note(trial: TrialView, fields: Sequence[str]) -> str:
    note = wording.settings(trial.recipe, fields)
    if not trial.usable:
        return f"{note}<br>{STATES[trial.status]}"
    spread = f" ({trial.low:.1%} to {trial.high:.1%})" if trial.high > trial.low else ""
    return (
        f"{note}<br>{trial.mean:.2%}{spread}, epoch {figures(trial.epochs)}, {STATES[trial.status]}"
    )
