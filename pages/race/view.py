"""The race as it goes: progress, curves, and a column for each lane."""

import html
from functools import partial
from weakref import ref

import numpy as np
import streamlit as st

from ann.finish import reached
from ann.recipes import wording
from ann.recipes.variants import differing, same_order, same_start
from ann.running.view import Status, View
from pages.race import cost, current, only_one_wrong
from pages.race.current import Lane
from pages.ui import charts, palette, words
from pages.ui.live import beat
from pages.ui.words import duration, fitting

ACCURACY = "Thick: the validation set, after each epoch. Thin: each batch. Who is ahead, and when?"
LOSS = "The same for the loss. A lane whose loss turns up again is memorizing."
GAP = "Does training run ahead of validation? Then this lane learns by heart."
CONFUSION = "Squares: a row is what it is, a column what it was read as; orange are mix-ups."


def show(status: Status | None, *, log_loss: bool) -> None:
    """Everything that moves, redrawn at the server's beat while a lane runs.

    The buttons were drawn for `status`.
    """
    beat.live(status, current.status, partial(_draw, log_loss))


def _draw(log_loss: bool) -> None:
    lanes = current.race().lanes
    if not lanes:
        return
    views = [lane.job.view() for lane in lanes]
    key = tuple((ref(lane.job), view.revision) for lane, view in zip(lanes, views, strict=True))
    _progress(views)
    _ends(lanes, views)
    named = [(lane.name, view.history) for lane, view in zip(lanes, views, strict=True)]
    left, right = st.columns(2)
    with left:
        beat.chart("race.accuracy", key, partial(charts.race_curves, named, "accuracy"), ACCURACY)
    with right:
        loss = partial(charts.race_curves, named, "loss", log_y=log_loss)
        beat.chart("race.loss", (*key, log_loss), loss, LOSS)
    slow_key = _slow_key(lanes, key)
    _columns(lanes, views, slow_key)
    cost.show(lanes, views, slow_key)


def _slow_key(lanes: list[Lane], key: tuple) -> tuple:
    """The key of what stands below the curves.

    That is up to nine charts: redrawn at every beat, they would keep a small laptop busy.
    """
    if current.status() != Status.RUNNING:
        return key
    return tuple((ref(lane.job), beat.slow()) for lane in lanes)


def _progress(views: list[View]) -> None:
    shares = [view.state.images_seen for view in views]
    done = [min(v.state.epoch / v.recipe.epochs, 1.0) if not v.state.reason else 1.0 for v in views]
    running = [view for view in views if view.status == Status.RUNNING]
    things = fitting("digits", current.race().digits.class_names)
    parts = [f"{len(views) - len(running)} of {len(views)} at their end"]
    parts.append(f"{sum(shares):,} {things}")
    if running:
        parts.append(f"{duration(max(view.seconds_left for view in running))} left")
    elif any(view.status == Status.PAUSED for view in views):
        parts[0] = "Paused"
    st.progress(float(np.mean(done)), "  ·  ".join(parts))


def _ends(lanes: list[Lane], views: list[View]) -> None:
    """What must be said of a lane that ended otherwise than planned."""
    for lane, view in zip(lanes, views, strict=True):
        if view.status == Status.FAILED or view.state.reason == "diverged":
            text = f"**{words.plain(lane.name)}**: {words.plain(view.message)}"
            st.warning(text, icon=":material/warning:")


def fairness(recipes: list) -> str:
    """What the lanes share, in a sentence or two."""
    alike, order = same_start(recipes), same_order(recipes)
    start = "The same first weights"
    if not alike:
        start = "Different first weights (other layers, or drawn by another rule or seed)"
    if order:
        return f"{start}, {'and' if alike else 'but'} the same digits in the same order."
    return f"{start}; the digits come in another order, or others are kept for validation."


def _columns(lanes: list[Lane], views: list[View], key: tuple) -> None:
    """A column for each lane: its best, its mix-ups, and what it alone gets wrong."""
    recipes = [lane.recipe for lane in lanes]
    fields = list(differing(recipes))
    names = current.race().digits.class_names
    alone = only_one_wrong.find(lanes, views, key)
    st.caption(f"{GAP} {CONFUSION}")
    for number, (column, lane, view) in enumerate(
        zip(st.columns(len(lanes)), lanes, views, strict=True)
    ):
        with column:
            st.html(_title(number, lane.name))
            if len(fields) > 1:
                st.caption(words.plain(wording.settings(lane.recipe, fields)))
            _scores(view, names)
            curve = partial(charts.accuracy_curve, view.history, lane=palette.LANES[number])
            beat.chart(f"race.curve.{number}", key[number], curve, GAP, caption=False)
            _matrix(number, key[number], view, names)
            if alone:
                only_one_wrong.show(alone[number])


def _title(number: int, name: str) -> str:
    """A lane's name, after a piece of its curve."""
    color, dash, _ = palette.LANES[number]
    line = charts.line_sample(color, dash)
    return f'<b style="font-size:1.1rem">{line} {html.escape(name)}</b>'


def _scores(view: View, names) -> None:
    accuracy = view.history.epochs["validation_accuracy"]
    known = bool(np.isfinite(accuracy).any())
    now = reached(view.state, view.history)
    st.metric(
        "Validation accuracy",
        f"{now:.1%}" if np.isfinite(now) else "–",
        f"best {np.nanmax(accuracy):.1%}, epoch {np.nanargmax(accuracy) + 1}" if known else "–",
        delta_color="off",
        delta_arrow="off",
        help=f"Share of the validation {fitting('digits', names)} read rightly by the network as "
        "it stands, after its last whole epoch. Below: the best of all epochs so far.",
    )


def _matrix(number: int, key: tuple, view: View, names) -> None:
    history = view.history
    if history.confusion is None or not history.confusion.sum():
        soon = "After the first epoch: which digits it mixes up."
        st.caption(fitting(soon if view.recipe.validation_fraction else words.NO_CONFUSIONS, names))
        return
    matrix = partial(charts.confusion_matrix, history.confusion, names, height=340)
    beat.chart(f"race.confusion.{number}", key, matrix, CONFUSION, caption=False)
