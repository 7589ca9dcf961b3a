"""A visitor's tab: whether it is connected, and what a reload of it takes along.

Streamlit begins a new session when a page is loaded again, and keeps the old one for two minutes in
case the network was lost. So a tab that is loaded at the address where one of the same browser was
closed continues with what that one held: its training, its race, its repeats, its settings.
"""

from typing import Any

import streamlit as st

from pages.ui import session
from pages.ui.server import internals
from pages.ui.server.visitor import Visitor, browser_id


def connection() -> internals.Connection:
    """What tells any thread whether this tab is open, also after a reload of it."""
    found = session.keep(internals.Connection)
    found.join()
    return found


def arrive(page: str) -> None:
    """Before a page is drawn: if this is a reload, take over what the tab held before."""
    if session.state().page is None:
        query, browser = st.query_params.to_dict(), browser_id()

        def is_this_tab(held: Any) -> bool:
            if not isinstance(held, session.Session):
                return False
            whose = held.kept.get(Visitor)
            same_browser = isinstance(whose, Visitor) and whose.id == browser
            return same_browser and (held.page, held.query) == (page, query)

        if held := internals.take_from_closed_tabs(session.STATE, is_this_tab):
            session.take_over(held)
    connection()


def hand_over(*kinds: type) -> None:
    """Let another learner go on in this tab: all that was begun in it ends as if it were closed.

    It is saved and paused, and nothing of it shows any more; see `session.renew` for the `kinds`.
    """
    session.keep(internals.Connection).leave()
    session.renew(*kinds)
    connection()
