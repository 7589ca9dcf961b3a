"""Deleting saved runs, one or several, and bringing them back."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from ann.keeping.database import ArchiveError
from ann.keeping.rows import Deleted
from ann.keeping.summary import SavedRun
from ann.running.view import Status
from pages.ui import session, words
from pages.ui.server import stores
from pages.ui.server.visitor import visitor_id

STOPPED = "Stopped, because its run was deleted."
MOST_NAMED = 5  # in the question


@dataclass
class LastDeleted:
    """The runs that were deleted last on this page, until they are restored."""

    runs: Deleted = ()


def popover(chosen: Sequence[SavedRun], key: str) -> bool:
    """A button that asks, then deletes these runs; True in the run of the page that follows."""
    several = len(chosen) > 1
    label = f"Delete {words.counted(len(chosen), 'run')}" if several else "Delete"
    with st.popover(label, icon=":material/delete:"):
        names = [f"**{words.plain(one.name)}**" for one in chosen[:MOST_NAMED]]
        if len(chosen) > MOST_NAMED:
            names.append(f"{len(chosen) - MOST_NAMED} more")
        st.markdown(f"Delete {words.listed(names)}?")
        training = sum(one.status == Status.RUNNING for one in chosen)
        if training:
            which = f"{training} of them" if several else "It"
            verb = "are" if training > 1 else "is"
            st.markdown(f"{which} {verb} still training. Deleting stops the training.")
        return st.button(
            "Delete",
            type="primary",
            key=key,
            on_click=delete,
            args=(chosen,),
            help="Deletes weights, curves and notes. You can undo it on this page.",
        )


def delete(chosen: Sequence[SavedRun]) -> None:
    """Delete these runs, stop those that train, and offer to undo it."""
    visitor, archive = visitor_id(), stores.archive()
    last = session.keep(LastDeleted)
    try:
        for one in chosen:
            stores.run_autosave().release(visitor, one.id, STOPPED)
        last.runs = archive.delete(visitor, *(one.id for one in chosen)) or ()
    except ArchiveError as error:
        session.say(str(error), "error")
        return
    if not last.runs:
        what = "The run is" if len(chosen) == 1 else f"{len(chosen)} runs are"
        session.say(f"{what} deleted.", "success")


def undo() -> None:
    """Offer to bring back what was deleted last, until it is brought back or more is deleted."""
    last = session.keep(LastDeleted)
    if not last.runs:
        return
    with st.container(horizontal=True, vertical_alignment="center", border=True):
        names = [f"**{words.plain(row['name'])}**" for row, _ in last.runs[:MOST_NAMED]]
        if len(last.runs) > MOST_NAMED:
            names.append(f"{len(last.runs) - MOST_NAMED} more")
        st.markdown(f"Deleted: {words.listed(names)}.", width="content")
        st.button(
            "Undo",
            icon=":material/undo:",
            key="runs.undo",
            on_click=_restore,
            help="Brings them back. It is possible until you close this page.",
        )


def _restore() -> None:
    last = session.keep(LastDeleted)
    runs, last.runs = last.runs, ()
    try:
        stores.archive().restore(visitor_id(), runs)
    except ArchiveError as error:
        last.runs = runs
        session.say(str(error), "error")
    else:
        session.say(f"{words.counted(len(runs), 'run')} restored.", "success")
