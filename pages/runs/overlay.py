"""The curves of several saved runs in one chart, by epoch, step or second."""

import html
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import streamlit as st

from ann.history import History
from ann.keeping.database import ArchiveError
from ann.keeping.summary import SavedRun
from ann.recipes import wording
from ann.recipes.variants import differing
from pages.ui import charts, session, words
from pages.ui.live import chart
from pages.ui.server import stores, workers

MOST, FIRST = 20, 5  # how many runs can be chosen, and are chosen at first
MOST_NAMED = 3  # settings in the caption; the table has all that differ
PARTS = {"validation": "Validation", "train": "Training", "batch": "Each batch"}
X_AXES = {"epoch": "Epoch", "step": "Step", "seconds": "Seconds"}
LEGEND = """<style>
.overlaid { display: flex; flex-wrap: wrap; gap: 2px 18px; font-size: 0.85rem; }
.overlaid span { display: flex; align-items: center; gap: 6px; }
</style>"""


@dataclass
class Overlaid:
    """What this page remembers."""

    chosen: tuple[int, ...] = ()  # the numbers of the runs whose curves were drawn last


def chosen() -> tuple[int, ...]:
    """The numbers of the runs whose curves were drawn last."""
    return session.keep(Overlaid).chosen


def show(saved: Sequence[SavedRun]) -> None:
    """Draw a box of runs, and the curves of those that are chosen."""
    by_number = {one.id: one for one in saved}
    numbers = st.multiselect(
        "Runs",
        list(by_number),
        default=list(by_number)[:FIRST],
        format_func=lambda n: by_number[n].name,
        max_selections=MOST,
        key="overlay.runs",
        persist_state="session",
        help=f"Up to {MOST}. Choose runs that differ in one setting to see what it does.",
    )
    together = [by_number[n] for n in numbers if n in by_number]
    session.keep(Overlaid).chosen = tuple(one.id for one in together)
    if together:
        workers.fragment(_curves)(together)  # a change of an axis redraws nothing else
        chart.load()


def _curves(together: list[SavedRun]) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        part = _one_of("Curves of", PARTS, "overlay.part", "After each epoch, or each batch.")
        x = _one_of(
            "Against", X_AXES, "overlay.x", "Seconds show which run learns faster on this machine."
        )
        smooth = st.slider(
            "Smoothing",
            0.0,
            0.95,
            0.0,
            0.05,
            key="overlay.smooth",
            persist_state="session",
            width=200,
            help="A moving average hides the noise and shows the trend. 0: the values as measured.",
        )
        log_x = st.toggle(
            "Log x-axis",
            key="overlay.log_x",
            persist_state="session",
            help="Shows the first epochs in more detail.",
        )
        log_y = st.toggle(
            "Log y-axis",
            key="overlay.log_y",
            persist_state="session",
            help="Tells small losses apart. In place of the accuracy it shows the error, "
            "1 − accuracy: 99% and 99.9% are then as far apart as 90% and 99%.",
        )
    names, lines = differing(one.recipe for one in together), []
    for one in together:
        try:
            history = stores.history_of(one)
        except ArchiveError as error:
            st.warning(f"{words.plain(one.name)}: {words.plain(str(error))}")
            history = History()  # no curve, but the others keep their colors and dashes
        lines.append((one.name, wording.settings(one.recipe, names), history))
    _legend(together)
    curves = partial(
        charts.overlay_curves, lines, x=x, part=part, smooth=smooth, log_x=log_x, log_y=log_y
    )
    left, right = st.columns(2)
    with left:
        chart.chart(
            chart.write(curves("loss")),
            "overlay.loss",
            "Lower is better. Point at a curve to see how that run differs.",
        )
    with right:
        chart.chart(
            chart.write(curves("accuracy")),
            "overlay.accuracy",
            "Lower is better. An error of 0 is drawn as 0.01%."
            if log_y
            else "Higher is better. Which run leads early, and which at the end?",
        )
    if len(names) > 1:
        labels = ", ".join(map(wording.label, list(names)[:MOST_NAMED]))
        more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
        st.caption(
            f"More than one setting differs ({labels}{more}), so you can't tell which one mattered."
        )


def _legend(together: list[SavedRun]) -> None:
    """The color and dash of each run, once for both charts."""
    items = (
        f"<span>{charts.line_sample(*charts.style(number))}{html.escape(one.name)}</span>"
        for number, one in enumerate(together)
    )
    st.html(f'{LEGEND}<div class="overlaid">{"".join(items)}</div>')


def _one_of(label: str, options: dict[str, str], key: str, help: str) -> str:
    """Draw a choice, and return the chosen key of the `options`."""
    return st.segmented_control(
        label,
        list(options),
        default=next(iter(options)),
        required=True,
        format_func=options.__getitem__,
        key=key,
        persist_state="session",
        help=help,
    )
