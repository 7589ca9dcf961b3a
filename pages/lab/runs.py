"""Runs: all that was trained in this browser, to open again, to compare, to take along."""

from functools import partial

import streamlit as st

from ann import archive
from ann.kept import Kept
from pages.ui import frame, keeping, overlay, results, run_desk, runs
from pages.ui.visitor import visitor_id

BEAT = 2.0  # seconds between two looks at what is being kept
EMPTY = """#### Nothing is kept yet
Every training is kept by itself, from its first epoch on: its settings, its curves and its network.
Close the page and come back: it will be here."""


def page() -> None:
    """The list, one run, all together."""
    frame.open_page("Runs", "Every training of yours is kept here, in this browser's name.")
    if problem := keeping.keeper().problem(visitor_id()):
        st.warning(
            f"The last training is not kept: {frame.plain(problem)}", icon=":material/warning:"
        )
    # asked first: what ends meanwhile is looked at again
    busy = keeping.keeper().busy(visitor_id())
    kept = runs.mine()
    st.fragment(_table, run_every=BEAT if busy else None)(busy, kept)
    if kept:
        _room(kept)
        _tabs(kept)
    else:
        run_desk.bring()


def _tabs(kept: tuple[Kept, ...]) -> None:
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


def _one_run(kept: tuple[Kept, ...]) -> None:
    one = runs.choose("Run", kept, "runs.one", "The newest is at the top. Type to search.")
    if one:
        run_desk.show(one)


def _results(kept: tuple[Kept, ...]) -> None:
    st.fragment(results.show)(kept, overlay.chosen())


def _from_a_file(kept: tuple[Kept, ...]) -> None:
    run_desk.bring()


def _table(busy: bool, kept: tuple[Kept, ...]) -> None:
    """The table; while something is being kept, drawn again and again."""
    if busy:
        drawn, kept = len(kept), runs.mine()
        if len(kept) != drawn or not keeping.keeper().busy(visitor_id()):
            st.rerun()  # what stands below belongs to the whole page
    if not kept:
        with st.container(border=True):
            st.markdown(EMPTY)
            st.page_link("pages/lab/train.py", label="Train one", icon=":material/show_chart:")
        return
    runs.table(kept)
    st.download_button(
        "Table as CSV",
        partial(runs.to_csv, kept),
        file_name="runs.csv",
        mime="text/csv",
        icon=":material/table:",
        key="runs.csv",
        on_click="ignore",
        help="All runs with every setting and every number, for a spreadsheet.",
    )


def _room(kept: tuple[Kept, ...]) -> None:
    """How much of the visitor's place is used."""
    size = sum(one.size for one in kept)
    st.caption(
        f"{len(kept)} of at most {archive.MOST_RUNS} runs, {size / 1e6:,.1f} of "
        f"{archive.MOST_VISITOR_BYTES / 1e6:,.0f} MB. Beyond that the oldest go, and so does what "
        f"was not touched for {archive.MOST_DAYS} days. Click a heading to sort. Only this browser "
        "can see them."
    )


page()
