"""Runs: all that was trained in this browser, to open again, to compare, to take along."""

from functools import partial

import streamlit as st

from ann.keeping import limits
from ann.keeping.summary import SavedRun
from pages.runs import one as runs_one
from pages.runs import overlay, settings_results, table
from pages.ui import frame, words
from pages.ui.networks import choice
from pages.ui.server import stores
from pages.ui.server.visitor import visitor_id

BEAT = 2.0  # seconds between two looks at what is being kept
EMPTY = """#### Nothing is kept yet
Every training is kept by itself, from its first epoch on: its settings, its curves and its network.
Close the page and come back: it will be here."""


def page() -> None:
    """The list, one run, all together."""
    frame.open_page("Runs", "Every training of yours is kept here, in this browser's name.")
    if problem := stores.keeper().problem(visitor_id()):
        st.warning(
            f"The last training is not kept: {words.plain(problem)}", icon=":material/warning:"
        )
    # asked first: what ends meanwhile is looked at again
    busy = stores.keeper().busy(visitor_id())
    kept = choice.mine()
    st.fragment(_table, run_every=BEAT if busy else None)(busy, kept)
    if kept:
        _room(kept)
        _tabs(kept)
    else:
        runs_one.bring()


def _tabs(kept: tuple[SavedRun, ...]) -> None:
    """What can be done with them. Only the open one is drawn: charts would hold the table up."""
    drawn = {
        "One run": _one_run,
        "Curves together": overlay.show,
        "Settings and results": _results,
        "From a file": _from_a_file,
    }
    tabs = st.tabs(list(drawn), key="runs.tab", on_change="rerun")
    for tab, draw in zip(tabs, drawn.values(), strict=True):
        if tab.open:
            with tab:
                draw(kept)


def _one_run(kept: tuple[SavedRun, ...]) -> None:
    one = choice.choose("Run", kept, "runs.one", "The newest is at the top. Type to search.")
    if one:
        runs_one.show(one)


def _results(kept: tuple[SavedRun, ...]) -> None:
    st.fragment(settings_results.show)(kept, overlay.chosen())


def _from_a_file(kept: tuple[SavedRun, ...]) -> None:
    runs_one.bring()


def _table(busy: bool, kept: tuple[SavedRun, ...]) -> None:
    """The table; while something is being kept, drawn again and again."""
    if busy:
        drawn, kept = len(kept), choice.mine()
        if len(kept) != drawn or not stores.keeper().busy(visitor_id()):
            st.rerun()  # what stands below belongs to the whole page
    if not kept:
        with st.container(border=True):
            st.markdown(EMPTY)
            frame.page_link("train", "Train one")
        return
    table.table(kept)
    st.download_button(
        "Table as CSV",
        partial(table.to_csv, kept),
        file_name="runs.csv",
        mime="text/csv",
        icon=":material/table:",
        key="runs.csv",
        on_click="ignore",
        help="All runs with every setting and every number, for a spreadsheet.",
    )


def _room(kept: tuple[SavedRun, ...]) -> None:
    """How much of the visitor's place is used."""
    size = sum(one.size for one in kept)
    st.caption(
        f"{len(kept)} of at most {limits.MAX_RUNS} runs, {size / 1e6:,.1f} of "
        f"{limits.MAX_VISITOR_BYTES / 1e6:,.0f} MB. Beyond that the oldest go, and so "
        f"does what was not touched for {limits.MAX_DAYS} days. Click a heading to sort. "
        "Only this browser can see them."
    )


page()
