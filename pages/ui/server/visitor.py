"""Who a visitor is: an unguessable id in a cookie, so that saved runs are found again.

The server sets the cookie together with the page. No script in the browser can read it, and it
survives reloads and restarts of the server. Nobody is asked for a name; nothing else is stored.

In a class, several learners may share a browser. So each member has an id of their own, under which
runs and lessons are saved. What a browser may take of the server is counted for the browser.
"""

from dataclasses import dataclass, field

import streamlit as st

from pages.ui import session
from pages.ui.server import addresses
from pages.ui.server.ids import COOKIE as COOKIE
from pages.ui.server.ids import ID, new_id


def visitor_id() -> str:
    """The id under which this visitor's work is saved: a class member's own, or the browser's."""
    return session.keep(Visitor).member or browser_id()


def browser_id() -> str:
    """This browser's id; without a cookie (blocked, or in a test), an id for this tab."""
    return session.keep(Visitor).id


def address() -> str:
    """The network address that the visitor comes from; "" for this machine, or in a test.

    Behind a proxy that ANN_PROXY does not name, all visitors have the proxy's address.
    """
    found = st.context.ip_address
    return addresses.place(found if isinstance(found, str) else None)


def _sent_id() -> str:
    """The id in the cookie: the middleware lets through only what the server has issued."""
    sent = st.context.cookies.get(COOKIE)
    return sent if isinstance(sent, str) and ID.fullmatch(sent) else new_id()  # tests send mocks


@dataclass
class Visitor:
    """The ids, of which the browser's is read once: a tab keeps that with which it started."""

    id: str = field(default_factory=_sent_id)
    member: str = ""  # of the member of a class who uses the browser in this tab
