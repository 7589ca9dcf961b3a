"""The sweep while it runs: progress, the best trial so far, a chart, a table of all trials.

Everything but the progress shows the same moment, so that chart and table agree. It changes only
every two seconds, because a table blinks with each change.
"""

from typing import Any
from weakref import ref

import streamlit as st

from ann.recipes import wording
from ann.running.view import Status
from ann.search.plan import Plan
from ann.search.sweep import Sweep
from ann.search.view import NAN, SweepView, TrialStatus
from data import Dataset
from pages.sweep import current, picture
from pages.ui import tables, words
from pages.ui.live import beat
from pages.ui.server import stores
from pages.ui.words import duration, fitting

ACCURACY = {"Validation accuracy": "mean"}
SEEDS = {"Worst seed": "low", "Best seed": "high"}
NONE_LEFT = (
    "No trial is left to judge: training diverged in every one, with a loss that became infinite. "
    "Try smaller learning rates or gradient clipping."
)


def show(status: Status | None) -> None:
    """Draw everything that moves, and redraw it at the server's beat while the sweep runs.

    The buttons above were drawn for `status`.
    """
    beat.live(status, current.status, _draw)


def _draw() -> None:
    state = current.state()
    if state.sweep is None or state.plan is None or state.dataset is None:
        return
    view = state.sweep.view()
    _progress(view)
    _message(view)
    if problem := stores.sweep_autosave().problem(state.sweep):
        st.warning(f"{words.plain(problem)}.", icon=":material/warning:")
    key = _moment(view, ref(state.sweep))
    shown = beat.once("sweep.shown", key, lambda: view)
    _best(shown, state.plan, state.dataset)
    picture.show(shown, state.plan, key)
    _table(shown, state.plan, key)


def _message(view: SweepView) -> None:
    """Say why the sweep is paused, or what has failed."""
    failed = next((t.message for t in view.trials if t.status == TrialStatus.FAILED), "")
    if view.message:
        st.info(words.plain(view.message), icon=":material/pause_circle:")
    elif failed:
        st.warning(words.plain(failed), icon=":material/warning:")
    elif view.status == Status.FINISHED and not view.best:
        st.warning(NONE_LEFT, icon=":material/warning:")


def _moment(view: SweepView, whose: ref[Sweep]) -> tuple[Any, ...]:
    """The key of what is shown: it changes when another moment should be shown."""
    now = beat.slow() if view.status == Status.RUNNING else view.done
    return whose, view.status, view.rung, _ended(view), now


def _ended(view: SweepView) -> int:
    """How many trials will not be trained any further."""
    return sum(t.done or t.status == TrialStatus.DROPPED for t in view.trials)


def _progress(view: SweepView) -> None:
    so_far = "" if view.status == Status.FINISHED else " so far"
    parts = [f"{_ended(view)} of {len(view.trials)} trials", f"{duration(view.seconds)}{so_far}"]
    if len(view.rungs) > 1 and view.status != Status.FINISHED:
        parts.append(f"comparison {view.rung} of {len(view.rungs)}")
    if view.status == Status.RUNNING:
        parts.append(words.time_left(view.seconds_left, view.place))
    st.progress(min(view.done, 1.0), "  ·  ".join(parts))


def _best(view: SweepView, plan: Plan, data: Dataset) -> None:
    best, things = view.best, fitting("digits", data.class_names)
    if best is None:
        return
    over = view.status == Status.FINISHED
    what = words.plain(wording.settings(best.recipe, plan.fields))
    spread = f" ({best.low:.1%} to {best.high:.1%} over its seeds)" if plan.seeds > 1 else ""
    st.markdown(
        f"**Best {'of all' if over else 'so far'}:** {what}, with a "
        f"validation accuracy of **{best.mean:.1%}**{spread}."
    )
    st.caption(
        f":material/lock: Judged by the validation {things} only ({words.plain(data.title)}), "
        "never by the test set. The best of many trials also owes something to chance: expect "
        f"slightly lower accuracy on new {things}."
    )


def _table(view: SweepView, plan: Plan, key: tuple[Any, ...]) -> None:
    """Draw the table of all trials, the best first."""
    columns = beat.once("sweep.table", key, lambda: _columns(view, plan))
    percent = st.column_config.NumberColumn(format="%.2f %%")
    config = dict.fromkeys(ACCURACY | SEEDS, percent)
    st.dataframe(
        columns,
        hide_index=True,
        column_config=config,
        height=tables.height(len(view.trials)),
        placeholder="–",
        key="sweep.table",
    )


def _columns(view: SweepView, plan: Plan) -> dict[str, list[Any]]:
    ranked = view.ranked
    columns: dict[str, list[Any]] = {}
    columns |= tables.setting_columns(plan.fields, [trial.recipe for trial in ranked])
    parts = ACCURACY | (SEEDS if plan.seeds > 1 else {})
    for head, part in parts.items():
        columns[head] = [100 * getattr(t, part) if t.usable else NAN for t in ranked]
    columns["Status"] = [picture.STATES[trial.status] for trial in ranked]
    columns["Epochs done"] = [round(trial.epochs, 1) for trial in ranked]
    columns["Seconds"] = [round(trial.seconds, 1) for trial in ranked]
    return columns
