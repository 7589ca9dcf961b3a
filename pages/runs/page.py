"""Runs: all that was trained in this browser, to look at again, to compare, to download."""

from functools import partial

import streamlit as st

from ann.keeping import limits
from ann.keeping.summary import SavedRun
from ann.recipes.naming import default_name
from pages.runs import deletion, from_file, overlay, settings_results, table
from pages.runs import one as runs_one
from pages.ui import frame, session, words
from pages.ui.networks import choice
from pages.ui.server import stores, workers
from pages.ui.server.visitor import visitor_id

ONE = "One run"
COMPARE = "Compare curves"  # the title of a tab
BEAT = 2.0  # seconds between two looks at what is being saved
EMPTY = """## Nothing is saved yet
Every training run is saved automatically from its first epoch on, with its settings, its curves and
its network. Close the page and come back: it will be here."""


def page() -> None:
    """The table of runs, and what can be done with them."""
    frame.open_page("Runs", "Your training runs, saved for this browser.")
    if unsaved := stores.run_autosave().unsaved(visitor_id()):
        job, problem = unsaved
        name = words.plain(default_name(job.view().recipe))
        st.warning(f"**{name}**: {words.plain(problem)}.", icon=":material/warning:")
    # Asked before the list is read, so that a run which ends in between is read once more.
    busy = stores.run_autosave().busy(visitor_id())
    saved = choice.mine()
    if opened := session.keep(table.Clicked).take():
        session.set_control("runs.one", opened)
        session.set_control("runs.tab", ONE)
    deletion.undo()
    workers.fragment(_table, run_every=BEAT if busy else None)(busy, saved)
    if saved:
        _limits(saved)
        _tabs(saved)
    else:
        from_file.show()


def _tabs(saved: tuple[SavedRun, ...]) -> None:
    """A tab for each use. Only the open one is drawn: charts would delay the table."""
    drawn = {
        ONE: _one_run,
        COMPARE: overlay.show,
        "Settings and results": _results,
        "From a file": _from_a_file,
    }
    tabs = st.tabs(list(drawn), key="runs.tab", on_change="rerun")
    for tab, draw in zip(tabs, drawn.values(), strict=True):
        if tab.open:
            with tab:
                draw(saved)


def _one_run(saved: tuple[SavedRun, ...]) -> None:
    one = choice.choose("Run", saved, "runs.one", "The newest is first. Type to search.")
    if one:
        runs_one.show(one)


def _results(saved: tuple[SavedRun, ...]) -> None:
    workers.fragment(settings_results.show)(saved, overlay.chosen())


def _from_a_file(saved: tuple[SavedRun, ...]) -> None:
    from_file.show()


def _table(busy: bool, saved: tuple[SavedRun, ...]) -> None:
    """The table, drawn again and again while something is being saved."""
    if busy:
        drawn, saved = len(saved), choice.mine()
        if len(saved) != drawn or not stores.run_autosave().busy(visitor_id()):
            st.rerun()  # the tabs below belong to the whole page
    if not saved:
        with st.container(border=True):
            st.markdown(EMPTY)
            frame.page_link("train", "Train a network")
        return
    ticked, clicked = table.table(table.best_first(saved))
    if session.keep(table.Clicked).is_new(clicked):
        st.rerun()  # the tabs below belong to the whole page
    with st.container(horizontal=True):
        if ticked:
            deleted = deletion.popover(ticked, "runs.delete_ticked")
            compared = st.button(
                f"Compare {len(ticked)} curves" if len(ticked) > 1 else "Show its curves",
                icon=":material/stacked_line_chart:",
                key="runs.compare_ticked",
                on_click=_compare,
                args=([one.id for one in ticked[: overlay.MOST]],),
                help=f"Draws the curves of the ticked runs, up to {overlay.MOST}, in one chart.",
            )
            if deleted or compared:
                st.rerun()  # the tabs below and the offer to undo belong to the whole page
        st.download_button(
            "Table as CSV",
            partial(table.to_csv, saved),
            file_name="runs.csv",
            mime="text/csv",
            icon=":material/table:",
            key="runs.csv",
            on_click="ignore",
            help="All runs with all settings and numbers, for a spreadsheet.",
        )


def _compare(numbers: list[int]) -> None:
    session.set_control("overlay.runs", numbers)
    session.set_control("runs.tab", COMPARE)


def _limits(saved: tuple[SavedRun, ...]) -> None:
    """How much room the runs take, and what happens when there is no more."""
    size = sum(one.size for one in saved)
    st.caption(
        f"{len(saved)} of at most {limits.MAX_RUNS} runs, {size / 1e6:,.1f} of "
        f"{limits.MAX_VISITOR_BYTES / 1e6:,.0f} MB. Beyond that, the runs that "
        "were changed longest ago are deleted, and so is any run that has not changed for "
        f"{limits.MAX_DAYS:g} days. Only this browser can see your runs. Best first: click a row "
        "to open it, tick rows to delete or compare them, click a heading to sort."
    )


page()
