"""The sweep as it goes: progress, the best so far, a map or lines, a table of all trials.

All but the progress tells of one and the same moment, and moves on to the next one calmly: a table
that changes blinks, and a map that is ahead of it would contradict it.
"""

import time
from collections.abc import Sequence
from functools import partial

import numpy as np
import streamlit as st

from ann import naming
from ann.plan import Plan
from ann.recipe import FIELDS
from ann.standings import NAN, SweepView, TrialView
from pages.ui import charts, frame, results, screen, sweep_keeping, sweeps
from pages.ui.controls import value_name
from pages.ui.words import duration

STATES = {
    "waiting": "waiting",
    "training": "training",
    "kept": "waiting to go on",
    "dropped": "given up",
    "finished": "done",
    "diverged": "diverged",
    "failed": "failed",
}
ACCURACY = {"Validation accuracy": "mean"}
SEEDS = {"Worst seed": "low", "Best seed": "high"}
CALM = 2.0  # seconds between two moments that are told of, where no trial ends in between
UNKNOWN = {"waiting": "", "diverged": "–", "failed": "–"}  # in a cell of the map
MAP = "A cell is a trial. Orange: the best; blue: the worst, or 10 points behind. A ridge from "
MAP += "corner to corner means that the two fields go together. …: not at its end yet."
GIVEN_UP = " In brackets: given up early, after fewer epochs."
POINTS = "A point is a trial, its bar reaches from the worst to the best seed. Does the best value "
POINTS += "stand at an end? Then a better one may lie beyond."
LINES = "A line is a trial, orange the most accurate. Where all orange lines pass through one "
LINES += "place on an axis, that setting matters."
LINES_GIVEN_UP = " Those given up early end where they were then, after fewer epochs."


def show() -> None:
    """Everything that moves, redrawn at the server's beat while the sweep runs."""
    screen.live(sweeps.status, _draw)


def _draw() -> None:
    desk = sweeps.desk()
    if desk.sweep is None or desk.plan is None:
        return
    view = desk.sweep.view()
    _progress(view)
    _message(view)
    if problem := sweep_keeping.keeper().problem(desk.sweep):
        st.warning(f"This sweep is not kept. {frame.plain(problem)}", icon=":material/warning:")
    key = _moment(view, id(desk.sweep))
    told = screen.once("sweep.told", key, lambda: view)
    _best(told, desk.plan, desk.digits.title)
    _chart(told, desk.plan, key)
    _table(told, desk.plan, key)


def _message(view: SweepView) -> None:
    """Why it stands still, or what has failed meanwhile."""
    failed = next((t.message for t in view.trials if t.status == "failed"), "")
    if view.message:
        st.info(frame.plain(view.message), icon=":material/pause_circle:")
    elif failed:
        st.warning(frame.plain(failed), icon=":material/warning:")


def _moment(view: SweepView, name: int) -> tuple:
    """What changes when the page should tell of another moment."""
    now = int(time.monotonic() / CALM) if view.status == "running" else view.done
    return name, view.status, view.rung, _over(view), now


def _over(view: SweepView) -> int:
    return sum(t.done or t.status == "dropped" for t in view.trials)


def _progress(view: SweepView) -> None:
    so_far = "" if view.status == "finished" else " so far"
    parts = [f"{_over(view)} of {len(view.trials)} trials", f"{duration(view.seconds)}{so_far}"]
    if len(view.rungs) > 1 and view.status != "finished":
        parts.append(f"comparison {view.rung} of {len(view.rungs)}")
    if view.status == "running":
        parts.append(f"about {duration(view.seconds_left)} left")
    st.progress(min(view.done, 1.0), "  ·  ".join(parts))


def _best(view: SweepView, plan: Plan, data: str) -> None:
    best = view.best
    if best is None:
        return
    what = frame.plain(naming.difference(best.recipe, plan.fields))
    spread = f", from {best.low:.1%} to {best.high:.1%} over its seeds" if plan.seeds > 1 else ""
    st.markdown(
        f"**Best {'of all' if view.status == 'finished' else 'so far'}:** {what}. It reads "
        f"**{best.mean:.1%}** of the validation digits{spread}."
    )
    st.caption(
        f":material/lock: Judged by the validation digits only ({frame.plain(data)}), never by "
        "the test set. The winner of many trials was lucky, too: expect a little less on digits "
        "that are new."
    )


def _chart(view: SweepView, plan: Plan, key: tuple) -> None:
    """A map for a grid over two fields, points for one field, else lines."""
    known = [t for t in view.trials if t.usable]
    if len(plan.fields) == 1:
        make = partial(_points, plan.fields[0], known)
        screen.chart("sweep.points", key, make, POINTS)
    elif len(plan.fields) == 2 and _is_grid(plan):
        look_for = MAP + GIVEN_UP * plan.halving
        screen.chart("sweep.map", key, partial(_map, plan, view.trials), look_for)
    elif len(known) > 1:
        look_for = LINES + LINES_GIVEN_UP * plan.halving
        screen.chart("sweep.lines", key, partial(_lines, plan, known), look_for)


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
    x = FIELDS[first].label, [value_name(first, value) for value in columns]
    y = FIELDS[second].label, [value_name(second, value) for value in rows]
    return charts.accuracy_map(x, y, cells)


def _written(trial: TrialView) -> str:
    """What stands in a trial's cell: in brackets if it was given up, with dots if it goes on."""
    if not trial.usable:
        return UNKNOWN.get(trial.status, "…")
    if trial.status == "dropped":
        return f"({trial.mean:.1%})"
    return f"{trial.mean:.1%}" + " …" * (not trial.done)


def _ordered(name: str, plan: Plan) -> list:
    values = dict.fromkeys(getattr(recipe, name) for recipe in plan.recipes)
    if FIELDS[name].kind in ("float", "int"):
        return sorted(values)
    return list(values)


def _points(name: str, known: Sequence[TrialView]) -> dict:
    spec = FIELDS[name]
    number = spec.kind in ("float", "int")
    values = [getattr(t.recipe, name) for t in known]
    x = {"title": spec.label} | ({} if number else {"type": "category"})
    if number and spec.log and min(values, default=0) > 0:
        x |= {"type": "log", "tickformat": "~g", "dtick": "D2"}
    shown = values if number else [value_name(name, value) for value in values]
    rows = zip(known, shown, strict=True)
    return charts.accuracy_points(
        x, [(value, t.mean, t.low, t.high, _note(t, [name])) for t, value in rows]
    )


def _lines(plan: Plan, known: Sequence[TrialView]) -> dict:
    known = sorted(known, key=lambda trial: trial.mean)[-results.MOST_LINES :]
    means = [100 * trial.mean for trial in known]
    axes = [results.coordinate(name, known) for name in plan.fields]
    axes.append(charts.coordinate("Accuracy (%)", means))
    names = [naming.difference(trial.recipe, plan.fields) for trial in known]
    return charts.parallel_coordinates(names, axes, means, "Accuracy (%)")


def _note(trial: TrialView, fields: Sequence[str]) -> str:
    note = naming.difference(trial.recipe, fields)
    if not trial.usable:
        return f"{note}<br>{STATES[trial.status]}"
    spread = f" ({trial.low:.1%} to {trial.high:.1%})" if trial.high > trial.low else ""
    return f"{note}<br>{trial.mean:.2%}{spread}, epoch {trial.epochs:.3g}, {STATES[trial.status]}"


def _table(view: SweepView, plan: Plan, key: tuple) -> None:
    """All trials, the best first."""
    columns = screen.once("sweep.table", key, lambda: _columns(view, plan))
    percent = st.column_config.NumberColumn(format="%.2f %%")
    config = dict.fromkeys(ACCURACY | SEEDS, percent)
    height = 38 + 35 * min(len(view.trials), 10)
    st.dataframe(
        columns,
        hide_index=True,
        column_config=config,
        height=height,
        placeholder="–",
        key="sweep.table",
    )


def _columns(view: SweepView, plan: Plan) -> dict[str, list]:
    ranked = view.ranked
    columns: dict[str, list] = {}
    for name in plan.fields:
        numbers = FIELDS[name].kind in ("float", "int")
        values = [getattr(trial.recipe, name) for trial in ranked]
        columns[FIELDS[name].label] = values if numbers else [value_name(name, v) for v in values]
    parts = ACCURACY | (SEEDS if plan.seeds > 1 else {})
    for head, part in parts.items():
        columns[head] = [100 * getattr(t, part) if t.usable else NAN for t in ranked]
    columns["State"] = [STATES[trial.status] for trial in ranked]
    columns["Epochs done"] = [round(trial.epochs, 1) for trial in ranked]
    columns["Seconds"] = [round(trial.seconds, 1) for trial in ranked]
    return columns
