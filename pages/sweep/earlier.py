"""The visitor's earlier sweeps: the last one comes back by itself, the others can be chosen.

Where this very server still holds a sweep, the page goes on with it as the page before did. Else it
is made again from what was kept of it.
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
from data import Dataset
from pages.sweep import current
from pages.ui import session, words
from pages.ui.server import datasets, internals, stores
from pages.ui.server.visitor import visitor_id
from pages.ui.words import counted

CHOICE = "sweep.choice"
NEW = 0  # instead of a kept sweep's number: the present one, of which nothing is written yet


@dataclass
class Shelf:
    """Whether the visitor's last sweep was looked for in this session."""

    looked: bool = False


def bring_back() -> None:
    """Once a session: the last sweep, which a reload or a new server has cut off."""
    shelf = session.keep(Shelf)
    if not shelf.looked and current.status() is None:
        _bring(None)
    shelf.looked = True


def choose() -> None:
    """A box with all of them; nothing where there is no choice."""
    try:
        titles = _titles(stores.sweeps().list(visitor_id()))
    except ArchiveError as error:
        st.error(words.plain(str(error)), icon=":material/error:")
        return
    # after the list: else one that is written in between would stand there as an earlier one
    present = stores.sweep_autosave().number(current.desk().sweep) or NEW
    if not titles.keys() - {present}:
        return
    titles = {present: "The present one"} | titles
    session.set_control(CHOICE, present)
    st.selectbox(
        "Your sweeps",
        list(titles),
        format_func=lambda number: titles.get(number, ""),
        key=CHOICE,
        on_change=_chosen,
        help=f"The last {MAX_SWEEPS} are kept, also when the page is closed.",
    )


def _titles(headings: Sequence[Heading]) -> dict[int, str]:
    """A text for each number; no two are alike, since the browser answers with the text."""
    titles: dict[int, str] = {}
    for one in headings:
        when = datetime.fromtimestamp(one.created).strftime("%d %b, %H:%M")
        title = (
            f"{when}: {counted(one.trials, 'trial')}, {', '.join(map(wording.label, one.fields))}"
        )
        titles[one.id] = unique(title, titles.values())
    return titles


def _chosen() -> None:
    if number := session.get_control(CHOICE):
        current.stop()
        _bring(number)


def _bring(number: int | None) -> None:
    """Show a kept sweep; None is the last one, if there is any."""
    try:
        live = stores.sweep_autosave().live(visitor_id(), number)
        if live:
            live[0].join(internals.connection())
            current.show(live[0], _digits(live[1]))
        elif number := number or stores.sweeps().newest(visitor_id()):
            _make(number)
    except ArchiveError as error:
        session.say(f"Your sweep can't be shown: {error}", "warning")


def _make(number: int) -> None:
    kept = stores.sweeps().open(visitor_id(), number)
    digits = _digits(kept.fingerprint)
    try:
        sweep = current.make(kept.plan, digits, kept.results)
    except ValueError as error:  # as no page writes it
        raise ArchiveError(f"sweep {number}: {error}") from error
    keeper = stores.sweep_autosave()
    sweep = keeper.watch(visitor_id(), kept.fingerprint, sweep, number)
    sweep.join(internals.connection())
    current.show(sweep, digits)


def _digits(fingerprint: str) -> Dataset:
    found = datasets.find(fingerprint)
    if not found:
        raise ArchiveError("it learned from digits that are not on this machine")
    return found[1]
