"""The sweep as it goes: progress, the best so far, a map or lines, a table of all trials.

All but the progress tells of one and the same moment, and moves on to the next one calmly: a table
that changes blinks, and a map that is ahead of it would contradict it.
"""

from weakref import ref

import streamlit as st

from ann.recipes import wording
from ann.running.view import Status
from ann.search.plan import Plan
from ann.search.view import NAN, SweepView, TrialStatus
from data import Dataset
from pages.sweep import current, picture
from pages.ui import tables, words
from pages.ui.live import beat
from pages.ui.server import stores
from pages.ui.words import duration, fitting

ACCURACY = {"Validation accuracy": "mean"}
SEEDS = {"Worst seed": "low", "Best seed": "high"}
NONE_LEFT = "No trial is left to judge: the loss of each grew beyond all numbers. Try smaller "
NONE_LEFT += "learning rates, or gradient clipping."


def show(status: Status | None) -> None:
    """Everything that moves, redrawn at the server's beat while the sweep runs.

    The buttons were drawn for `status`.
    """
    beat.live(status, current.status, _draw)


def _draw() -> None:
    desk = current.desk()
    if desk.sweep is None or desk.plan is None:
        return
    view = desk.sweep.view()
    _progress(view)
    _message(view)
    if problem := stores.sweep_autosave().problem(desk.sweep):
        st.warning(f"This sweep is not kept. {words.plain(problem)}", icon=":material/warning:")
    key = _moment(view, ref(desk.sweep))
    told = beat.once("sweep.told", key, lambda: view)
    _best(told, desk.plan, desk.digits)
    picture.show(told, desk.plan, key)
    _table(told, desk.plan, key)


def _message(view: SweepView) -> None:
    """Why it stands still, or what has failed meanwhile."""
    failed = next((t.message for t in view.trials if t.status == TrialStatus.FAILED), "")
    if view.message:
        st.info(words.plain(view.message), icon=":material/pause_circle:")
    elif failed:
        st.warning(words.plain(failed), icon=":material/warning:")
    elif view.status == Status.FINISHED and not view.best:
        st.warning(NONE_LEFT, icon=":material/warning:")


def _moment(view: SweepView, whose: ref) -> tuple:
    """What changes when the page should tell of another moment."""
    now = beat.slow() if view.status == Status.RUNNING else view.done
    return whose, view.status, view.rung, _over(view), now


def _over(view: SweepView) -> int:
    return sum(t.done or t.status == TrialStatus.DROPPED for t in view.trials)


def _progress(view: SweepView) -> None:
    so_far = "" if view.status == Status.FINISHED else " so far"
    parts = [f"{_over(view)} of {len(view.trials)} trials", f"{duration(view.seconds)}{so_far}"]
    if len(view.rungs) > 1 and view.status != Status.FINISHED:
        parts.append(f"comparison {view.rung} of {len(view.rungs)}")
    if view.status == Status.RUNNING:
        parts.append(f"about {duration(view.seconds_left)} left")
    st.progress(min(view.done, 1.0), "  ·  ".join(parts))


def _best(view: SweepView, plan: Plan, data: Dataset) -> None:
    best, things = view.best, fitting("digits", data.class_names)
    if best is None:
        return
    what = words.plain(wording.settings(best.recipe, plan.fields))
    spread = f", from {best.low:.1%} to {best.high:.1%} over its seeds" if plan.seeds > 1 else ""
    st.markdown(
        f"**Best {'of all' if view.status == 'finished' else 'so far'}:** {what}. It reads "
        f"**{best.mean:.1%}** of the validation {things}{spread}."
    )
    st.caption(
        f":material/lock: Judged by the validation {things} only ({words.plain(data.title)}), "
        "never by the test set. The winner of many trials was lucky, too: expect a little less on "
        f"{things} that are new."
    )


def _table(view: SweepView, plan: Plan, key: tuple) -> None:
    """All trials, the best first."""
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


def _columns(view: SweepView, plan: Plan) -> dict[str, list]:
    ranked = view.ranked
    columns: dict[str, list] = {}
    columns |= tables.setting_columns(plan.fields, [trial.recipe for trial in ranked])
    parts = ACCURACY | (SEEDS if plan.seeds > 1 else {})
    for head, part in parts.items():
        columns[head] = [100 * getattr(t, part) if t.usable else NAN for t in ranked]
    columns["State"] = [picture.STATES[trial.status] for trial in ranked]
    columns["Epochs done"] = [round(trial.epochs, 1) for trial in ranked]
    columns["Seconds"] = [round(trial.seconds, 1) for trial in ranked]
    return columns
