"""The visitor's earlier sweeps: the last one comes back by itself, the others can be chosen.

If this server still holds the sweep, the page continues it. Otherwise the sweep is restored from
what was saved.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import streamlit as st

from ann.keeping.database import ArchiveError
from ann.keeping.limits import MAX_SWEEPS
from ann.keeping.sweeps import Heading
from ann.recipes import wording
from ann.recipes.naming import unique
from pages.sweep import current
from pages.ui import session, words
from pages.ui.server import stores, tabs
from pages.ui.server.visitor import visitor_id
from pages.ui.words import counted

CHOICE = "sweep.choice"
NEW = 0  # instead of a saved sweep's number: the current one, if nothing of it is saved yet


@dataclass
class Earlier:
    """What this page remembers of the visitor's earlier sweeps."""

    looked: bool = False  # whether the last one was looked for in this session


def bring_back() -> None:
    """Once per session: show the last sweep, which a reload or a restart has interrupted."""
    earlier = session.keep(Earlier)
    if not earlier.looked and current.status() is None:
        _show(None)
    earlier.looked = True


def choose() -> None:
    """Draw a box with all sweeps, if there is more than one."""
    try:
        titles = _titles(stores.sweeps().list(visitor_id()))
    except ArchiveError as error:
        st.error(words.plain(str(error)), icon=":material/error:")
        return
    # asked after the list, or a sweep that is saved in between would be listed as an earlier one
    shown = stores.sweep_autosave().number(current.state().sweep) or NEW
    if not titles.keys() - {shown}:
        return
    titles = {shown: "Current sweep"} | titles
    session.set_control(CHOICE, shown)
    st.selectbox(
        "Your sweeps",
        list(titles),
        format_func=lambda number: titles.get(number, ""),
        key=CHOICE,
        on_change=_chosen,
        help=f"Your last {MAX_SWEEPS} sweeps are saved, even when you close the page.",
    )


def _titles(headings: Sequence[Heading]) -> dict[int, str]:
    """A title for each number. No two are the same: the browser answers with the title."""
    titles: dict[int, str] = {}
    for one in headings:
        when = datetime.fromtimestamp(one.created).strftime("%b %d, %H:%M")
        title = (
            f"{when}: {counted(one.trials, 'trial')}, {', '.join(map(wording.label, one.fields))}"
        )
        titles[one.id] = unique(title, titles.values())
    return titles


def _chosen() -> None:
    if number := session.get_control(CHOICE):
        current.pause()
        _show(number)


def _show(number: int | None) -> None:
    """Show a saved sweep; None is the last one, if there is any."""
    try:
        live = stores.sweep_autosave().live(visitor_id(), number)
        if live:
            live[0].join(tabs.connection())
            current.show(live[0], current.dataset_of(live[1]))
        elif number := number or stores.sweeps().newest(visitor_id()):
            current.restore(number)
    except ArchiveError as error:
        session.say(f"Your sweep can't be shown: {error}", "warning")
