"""How often somebody may try to get into a class: enough for a school, too few to guess a code."""

import threading

import streamlit as st

from pages.ui.server import limits
from pages.ui.server.addresses import Newcomers
from pages.ui.server.visitor import address, browser_id


class Tries:
    """What is counted for an address and for a browser: so many at once, then a few per second."""

    def __init__(self, per_address: int, per_browser: int) -> None:
        self._of_address, self._of_browser = Newcomers(per_address), Newcomers(per_browser)
        self._lock = threading.Lock()

    def allowed(self) -> bool:
        """Whether this visitor may try once more; counts nothing."""
        with self._lock:
            here = self._of_address.has_room(address())
            return here and self._of_browser.has_room(browser_id())

    def count(self) -> None:
        """Count one more."""
        with self._lock:
            self._of_address.admit(address())
            self._of_browser.admit(browser_id())


@st.cache_resource(show_spinner=False)
def wrong() -> Tries:
    """Wrong codes and return links."""
    return Tries(limits.WRONG_CODES, limits.WRONG_CODES_PER_BROWSER)


@st.cache_resource(show_spinner=False)
def joined() -> Tries:
    """New members."""
    return Tries(limits.NEW_MEMBERS, limits.NEW_MEMBERS_PER_BROWSER)
