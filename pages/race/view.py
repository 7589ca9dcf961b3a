"""The race while it runs: progress, curves, and a column for each lane."""

import html
from collections.abc import Sequence
from functools import partial
from typing import Any
from weakref import ref

import numpy as np
import streamlit as st

from ann.coach.advice import advise
from ann.events import Reason
from ann.finish import reached
from ann.recipe import Recipe
from ann.recipes import wording
from ann.recipes.variants import differing, same_order, same_start
from ann.running.view import Status, View
from pages.race import cost, current, only_one_wrong
from pages.ui import charts, palette, words
from pages.ui.coach import box
from pages.ui.live import beat
from pages.ui.repeats.lanes import Lane
from pages.ui.words import fitting

ACCURACY = (
    "Thick lines: validation, after each epoch. Thin lines: each batch. Which lane is ahead, and "
    "when?"
)
LOSS = (
    "The same for the loss. A lane whose validation loss rises again grows more confident in its "
    "mistakes, even if it makes fewer of them."
)
GAP = "Compare validation accuracy. Nearly every lane does a few points better on training digits."


def show(status: Status | None, *, log_loss: bool) -> None:
    """Draw everything that moves, and redraw it at the server's beat while a lane runs.

    The buttons above were drawn for `status`.
    """
    beat.live(status, current.status, partial(_draw, log_loss), current.has_news)


def _draw(log_loss: bool) -> None:
    race = current.race()
    lanes = race.lanes
    if not lanes or race.dataset is None:
        return
    names = race.dataset.class_names
    views = [lane.job.view() for lane in lanes]
    key = tuple((ref(lane.job), view.revision) for lane, view in zip(lanes, views, strict=True))
    _progress(views, names)
    _warnings(lanes, views)
    named = [(lane.name, view.history) for lane, view in zip(lanes, views, strict=True)]
    left, right = st.columns(2)
    with left:
        beat.chart("race.accuracy", key, partial(charts.race_curves, named, "accuracy"), ACCURACY)
    with right:
        loss = partial(charts.race_curves, named, "loss", log_y=log_loss)
        beat.chart("race.loss", (*key, log_loss), loss, LOSS)
    slow_key = _slow_key(lanes, key)
    _columns(lanes, views, names, slow_key)
    cost.show(lanes, views, slow_key)


def _slow_key(lanes: list[Lane], key: tuple[Any, ...]) -> tuple[Any, ...]:
    """The key of the charts below the curves, which changes less often while lanes run.

    There are up to nine of them: redrawn at every beat, they would keep a small laptop busy.
    """
    if current.status() != Status.RUNNING:
        return key
    return tuple((ref(lane.job), beat.slow()) for lane in lanes)


def _progress(views: list[View], names: Sequence[str]) -> None:
    seen = sum(view.state.images_seen for view in views)
    done = [min(v.state.epoch / v.recipe.epochs, 1.0) if not v.state.reason else 1.0 for v in views]
    running = [view for view in views if view.status == Status.RUNNING]
    things = fitting("digits", names)
    parts = [f"{len(views) - len(running)} of {len(views)} finished"]
    parts.append(f"{seen:,} {things}")
    if running:
        place = min(view.place for view in running)
        parts.append(words.time_left(max(view.seconds_left for view in running), place))
    elif any(view.status == Status.PAUSED for view in views):
        parts[0] = "Paused"
    st.progress(float(np.mean(done)), "  ·  ".join(parts))


def _warnings(lanes: list[Lane], views: list[View]) -> None:
    """A message for each lane that failed or diverged."""
    for lane, view in zip(lanes, views, strict=True):
        if view.status == Status.FAILED or view.state.reason == Reason.DIVERGED:
            text = f"**{words.plain(lane.name)}**: {words.plain(view.message)}"
            st.warning(text, icon=":material/warning:")


def fairness(recipes: list[Recipe]) -> str:
    """What the lanes have in common besides their settings, in a sentence."""
    alike = same_start(recipes)
    start = "The lanes have the same initial weights"
    if not alike:
        start = (
            "The lanes have different initial weights (other layer sizes, another initializer or "
            "another seed)"
        )
    if same_order(recipes):
        return f"{start} {'and' if alike else 'but'} see the same digits in the same order."
    return f"{start}. They see the digits in a different order or have other validation digits."


def _columns(
    lanes: list[Lane], views: list[View], names: Sequence[str], key: tuple[Any, ...]
) -> None:
    """A column for each lane: its accuracy, its confusion matrix, and what it alone gets wrong."""
    recipes = [lane.recipe for lane in lanes]
    fields = list(differing(recipes))
    own_mistakes = only_one_wrong.find(lanes, views, names, key)
    st.caption(f"{GAP} {words.CONFUSION}")
    for number, (column, lane, view) in enumerate(
        zip(st.columns(len(lanes)), lanes, views, strict=True)
    ):
        with column:
            st.html(_title(number, lane.name))
            if len(fields) > 1:
                st.caption(words.plain(wording.settings(lane.recipe, fields)))
            _scores(view, names)
            if advice := advise(view.state, view.history):
                box.line(advice, names)
            curve = partial(charts.accuracy_curve, view.history, lane=palette.LANES[number])
            beat.chart(f"race.curve.{number}", key[number], curve, GAP, caption=False)
            _matrix(number, key[number], view, names)
            if own_mistakes:
                only_one_wrong.show(own_mistakes[number])


def _title(number: int, name: str) -> str:
    """A lane's name, beside a piece of its curve."""
    color, dash, _ = palette.LANES[number]
    line = charts.line_sample(color, dash)
    return f'<b style="font-size:1.1rem">{line} {html.escape(name)}</b>'


def _scores(view: View, names: Sequence[str]) -> None:
    accuracy = view.history.epochs["validation_accuracy"]
    known = bool(np.isfinite(accuracy).any())
    now = reached(view.state, view.history)
    st.metric(
        "Validation accuracy",
        f"{now:.1%}" if np.isfinite(now) else "–",
        f"best {np.nanmax(accuracy):.1%}, epoch {np.nanargmax(accuracy) + 1}" if known else "–",
        delta_color="off",
        delta_arrow="off",
        help=f"Accuracy: the share of the validation {fitting('digits', names)} that the network "
        "classifies correctly, measured after its last full epoch. Below: its best epoch so far.",
    )


def _matrix(number: int, key: tuple[Any, ...], view: View, names: Sequence[str]) -> None:
    history = view.history
    if history.confusion is None or not history.confusion.sum():
        soon = "The confusion matrix appears after the first epoch."
        st.caption(soon if view.recipe.validation_fraction else words.NO_CONFUSIONS)
        return
    matrix = partial(charts.confusion_matrix, history.confusion, names, height=340)
    beat.chart(f"race.confusion.{number}", key, matrix, words.CONFUSION, caption=False)
