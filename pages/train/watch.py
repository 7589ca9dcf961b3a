"""The live half of the Train page: progress, scores, curves, mistakes."""

from collections.abc import Callable
from functools import partial
from weakref import ref

import numpy as np
import streamlit as st

from ann.history import History
from ann.recipe import Recipe
from ann.running.chunk import open_split
from ann.running.job import Job
from ann.running.view import Status, View
from data import Dataset
from pages.train import notices
from pages.ui import charts, digits, gauges, words
from pages.ui.coach import box
from pages.ui.inside import from_digits
from pages.ui.lessons import train_page as lesson
from pages.ui.live import beat, styles
from pages.ui.live.curves import curves
from pages.ui.networks.training import Training
from pages.ui.words import duration, figures, fitting

RATE = "The learning rate at each step, as set by the schedule and by you."
SETS = {"validation": "Validation", "train": "Training"}
SCORES = [(what, part) for what in ("loss", "accuracy") for part in SETS]


def show(
    training: Training,
    status: Status | None,
    recipe: Recipe,
    dataset: Dataset,
    *,
    key: str,
    log_loss: bool = False,
    what_next: Callable[[], None] = lambda: None,
    set_recipe: Callable[[Recipe], None],
    forecasts: tuple[charts.Forecast, ...] = (),
) -> None:
    """Everything that changes, redrawn at the server's beat while the training runs.

    The buttons were drawn for `status`; `recipe` and `dataset` are what Start would train with.
    `key` is unique to this view on the page. `log_loss` draws the loss on a logarithmic scale.
    `what_next` draws something beside the message that the training has ended. `set_recipe` is
    called in a callback, to set the controls to the settings of the training. `forecasts` are drawn
    into the curves.
    """

    def draw() -> None:
        """The numbers and charts are there before Start, so that a training only fills them."""
        job = training.job
        with st.container(key=f"{styles.LIVE}{key}"):
            if job is None:
                names, nothing = dataset.class_names, History()
                notices.estimate(recipe, dataset)
                _scores(nothing, recipe, names, key)
                curves(key, (), nothing, log_loss=log_loss, forecasts=forecasts)
                notices.before(dataset)
                return
            view, learned_from = job.view(), training.dataset or dataset
            names = learned_from.class_names
            meant = lesson.is_meant(view.recipe)  # a lesson's failure is not to be given away
            advice = None if meant else notices.advice(job, view, key)
            title = advice.finding.title if advice else ""
            _progress(view, slow=bool(job.pace.steps), found=title)
            _scores(view.history, view.recipe, names, key)
            version = ref(job), view.revision
            curves(key, version, view.history, log_loss=log_loss, forecasts=forecasts)
            notices.after(view, names, what_next)
            with st.container():  # always there, so that what follows is not created anew
                if advice:
                    notices.coach(advice, training, view, names, key=key)
            gauges.show(job, view, names, key=key)
            notices.compare(job, view, recipe, dataset, key=key, set_recipe=set_recipe)
            _mistakes(job, view, names, key)
            _rate(job, view, key)

    beat.live(status, lambda: training.status, draw, training.has_news)


def _progress(view: View, slow: bool, found: str) -> None:
    """How far the training is, how fast, and how long it will still take; if `slow`, each step.

    What the coach has `found` comes early: its box is below the curves.
    """
    epochs, state = view.recipe.epochs, view.state
    done = view.history.epochs_done
    parts = [f"Epoch {min(int(done) + 1, epochs):,} of {epochs:,}"]
    if view.status != Status.RUNNING:
        parts = [f"{figures(done)} of {words.counted(epochs, 'epoch')}", f"step {state.step:,}"]
    elif slow:
        parts.append(f"step {state.step:,}")
    if view.status == Status.RUNNING and view.images_per_second:
        parts.append(f"{_rounded(view.images_per_second)} images/s")
    if view.status == Status.RUNNING:
        parts.append(words.time_left(view.seconds_left, view.place))
    elif state.seconds:  # without the waits: others who train should not affect a comparison
        parts.append(f"{_rounded(state.images_seen / state.seconds)} images/s")
        parts.append(f"{duration(state.seconds)} computing time")
    if found:
        parts.insert(1, f"**{box.ICON} {words.plain(found)}**")
    st.progress(min(done / epochs, 1.0), "  ·  ".join(parts))


def _scores(history: History, recipe: Recipe, names: tuple[str, ...], key: str) -> None:
    """The latest and best values on both sets, measured after each epoch, above their curves."""
    row = st.container(horizontal=True, key=f"{styles.SCORES}{key}")
    for what, part in SCORES:
        values = history.epochs[f"{part}_{what}"]
        write = _percent if what == "accuracy" else _decimal
        if np.isfinite(values).any():
            best = np.nanargmax(values) if what == "accuracy" else np.nanargmin(values)
            epoch = history.epochs["epoch"][best]
            delta = f"best {write(values[best])}, epoch {epoch:,.0f}"
        elif part == "validation" and not recipe.validation_fraction:
            delta = fitting("no validation digits", names)
        else:
            delta = "not finite" if len(values) else "after the first epoch"
        row.metric(
            f"{SETS[part]} {what}",
            write(values[-1]) if np.isfinite(values[-1:]).any() else "–",
            delta,
            delta_color="off",
            delta_arrow="off",
            help=_what(part, what, names),
        )


def _what(part: str, what: str, names: tuple[str, ...]) -> str:
    """What a number is, and how it is measured."""
    on = "all validation digits. The network never learns from them"
    best = "the best epoch so far, which is a little optimistic, because it is the best of many"
    if part == "train":
        on = "the first 5,000 training digits, or on all of them if there are fewer"
        best = "the best epoch so far"
    name = "Mean cross-entropy, without the L1 and L2 penalties,"
    if what == "accuracy":
        name = "The share classified correctly,"
    text = f"{name} on {on}. Measured after each epoch, with dropout off. Below it: {best}."
    return fitting(text, names)


def _mistakes(job: Job, view: View, names: tuple[str, ...], key: str) -> None:
    """The confusion matrix, and the digits that the network gets wrong."""
    history = view.history
    version = ref(job), len(history.epochs["epoch"])
    left, right = st.columns(2)
    if history.confusion is None or not history.confusion.sum():
        soon = "After the first epoch: which digits it confuses, and what they look like."
        left.caption(
            fitting(soon if view.recipe.validation_fraction else words.NO_CONFUSIONS, names)
        )
        return
    with left:
        st.markdown(f"**Confusion matrix** of the validation {fitting('digits', names)}")
        matrix = partial(charts.confusion_matrix, history.confusion, names)
        beat.chart(f"{key}.confusion", version, matrix, words.CONFUSION)
    with right:
        n_wrong = int(history.confusion.sum() - np.trace(history.confusion))
        st.markdown(f"**What it gets wrong now**: {n_wrong:,} of {history.confusion.sum():,}")
        strip = beat.once(f"{key}.wrong", version, lambda: _strip(job, history, names))
        st.html(strip)
        if n_wrong:
            st.caption("True class → predicted class. The most confident mistakes come first.")


def _rate(job: Job, view: View, key: str) -> None:
    """The learning rate, if a schedule or the learner changed it."""
    rates = view.history.steps["learning_rate"]
    if len(rates) and np.ptp(rates) > 0:
        curve = partial(charts.learning_rate_curve, view.history)
        beat.chart(f"{key}.rate", (ref(job), view.revision), curve, RATE)


def _strip(job: Job, history: History, names: tuple[str, ...]) -> str:
    split, wrong = open_split(job.source), history.wrong
    captions = [
        f"{names[split.validation_y[i]]} → {names[c]}"
        for i, c in zip(wrong, history.mistaken_for, strict=True)
    ]
    looks = from_digits.validation(wrong)
    return digits.strip(np.asarray(split.validation_x[wrong]), captions, looks=looks)


def _percent(value: float) -> str:
    return f"{value:.1%}"


def _decimal(value: float) -> str:
    return f"{value:.3f}"


def _rounded(value: float) -> str:
    """A speed, to two or three digits.

    >>> _rounded(48_321.0), _rounded(871.0)
    ('48,000', '870')
    """
    return f"{round(value, -max(len(str(int(value))) - 2, 0)):,.0f}"
