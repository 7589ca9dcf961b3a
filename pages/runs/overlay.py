"""Kept runs laid over each other: their curves by epoch, step or second."""

import html
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from ann.history import History
from ann.keeping.runs import ArchiveError
from ann.keeping.summary import SavedRun
from ann.recipes import wording
from ann.recipes.variants import differing
from pages.ui import charts, session, words
from pages.ui.live import chart
from pages.ui.server import stores

MOST, FIRST = 20, 5  # runs that can be chosen; that are chosen at first
MOST_NAMED = 3  # settings that differ; the table has all
PARTS = {"validation": "Validation", "train": "Training", "batch": "Each batch"}
X_AXES = {"epoch": "Epoch", "step": "Step", "seconds": "Seconds"}
LEGEND = """<style>
.overlaid { display: flex; flex-wrap: wrap; gap: 2px 18px; font-size: 0.85rem; }
.overlaid span { display: flex; align-items: center; gap: 6px; }
</style>"""


@dataclass
class Overlaid:
    """The chosen runs."""

    chosen: tuple[int, ...] = ()


def chosen() -> tuple[int, ...]:
    """The numbers of the runs that were laid over each other last."""
    return session.keep(Overlaid).chosen


def show(kept: Sequence[SavedRun]) -> None:
    """Choose runs, and see their curves together."""
    by_number = {one.id: one for one in kept}
    numbers = st.multiselect(
        "Runs",
        list(by_number),
        default=list(by_number)[:FIRST],
        format_func=lambda n: by_number[n].name,
        max_selections=MOST,
        key="overlay.runs",
        persist_state="session",
        help=f"Up to {MOST}. Best are runs that differ in one thing: then you know what it does.",
    )
    together = [by_number[n] for n in numbers if n in by_number]
    session.keep(Overlaid).chosen = tuple(one.id for one in together)
    if together:
        st.fragment(_curves)(together)  # a change of an axis draws nothing else
        chart.load()


def _curves(together: list[SavedRun]) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        part = _one_of("Curves of", PARTS, "overlay.part", "Sets after each epoch, or batches.")
        x = _one_of("Against", X_AXES, "overlay.x", "Seconds say which is quicker on this machine.")
        smooth = st.slider(
            "Smoothing",
            0.0,
            0.95,
            0.0,
            0.05,
            key="overlay.smooth",
            persist_state="session",
            width=200,
            help="A moving mean. It shows the trend and hides the noise. 0 is as measured.",
        )
        log_x = st.toggle(
            "Log across",
            key="overlay.log_x",
            persist_state="session",
            help="Spreads out the beginning.",
        )
        log_y = st.toggle(
            "Log upwards",
            key="overlay.log_y",
            persist_state="session",
            help="Tells small losses apart, and shows the error, which is 1 − accuracy: so 99% and "
            "99.9% are as far apart as 90% and 99%.",
        )
    names, lines = differing(one.recipe for one in together), []
    for one in together:
        try:
            history = stores.history_of(one)
        except ArchiveError as error:
            st.warning(f"{words.plain(one.name)}: {words.plain(str(error))}")
            history = History()  # its place, color and dash stay
        lines.append((one.name, wording.settings(one.recipe, names), history))
    _legend(together)
    options = {"x": x, "part": part, "smooth": smooth, "log_x": log_x, "log_y": log_y}
    left, right = st.columns(2)
    with left:
        chart.chart(
            chart.write(charts.overlay_curves(lines, "loss", **options)),
            "overlay.loss",
            "Lower is better. Point at a curve to see what sets that run apart.",
        )
    with right:
        chart.chart(
            chart.write(charts.overlay_curves(lines, "accuracy", **options)),
            "overlay.accuracy",
            "Lower is better. No error at all is drawn as 0.01%."
            if log_y
            else "Higher is better. Which is ahead early, and which in the end?",
        )
    if len(names) > 1:
        labels = ", ".join(map(wording.label, list(names)[:MOST_NAMED]))
        more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
        st.caption(
            f"More than one setting differs ({labels}{more}): nobody can tell which one mattered."
        )


def _legend(together: list[SavedRun]) -> None:
    """Color and dash of each run, once for both charts."""
    items = (
        f"<span>{charts.line_sample(*charts.style(number))}{html.escape(one.name)}</span>"
        for number, one in enumerate(together)
    )
    st.html(f'{LEGEND}<div class="overlaid">{"".join(items)}</div>')


def _one_of(label: str, options: dict[str, str], key: str, help: str) -> str:
    return st.segmented_control(
        label,
        list(options),
        default=next(iter(options)),
        required=True,
        format_func=options.get,
        key=key,
        persist_state="session",
        help=help,
    )
