"""A tab that is loaded again continues with what it held; nobody else's tab does."""

from types import SimpleNamespace

import pytest
import streamlit as st

from pages.ui import session
from pages.ui.networks.current import CurrentTraining
from pages.ui.server import internals
from pages.ui.server.visitor import COOKIE
from tests.pages.conftest import query
from tests.pages.trained import give, job_of, trained, visitor

ANNA, BOB = 43 * "a", 43 * "b"


class Server:
    """Stands for Streamlit's runtime: the sessions of closed tabs, and who is connected."""

    def __init__(self):
        self.closed, self.connected = [], set()
        storage = SimpleNamespace(list=lambda: self.closed)
        self._session_mgr = SimpleNamespace(
            _session_storage=storage, is_active_session=self.is_active_session
        )

    def exists(self):
        return True

    def instance(self):
        return self

    def is_active_session(self, name):
        return name in self.connected

    def close(self, app, name="closed"):
        """Close the tab of an AppTest."""
        state = {session.STATE: app.session_state[session.STATE]}
        closed = SimpleNamespace(id=name, _session_state=state)
        self.closed.append(SimpleNamespace(session=closed))
        return state


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setattr(internals, "Runtime", Server())
    return internals.Runtime


@pytest.fixture
def come(visit, end, monkeypatch):
    """`come(ANNA, "train")` is a first visit with Anna's cookie."""

    def first_visit(who, page, query=None):
        monkeypatch.setattr(
            type(st.context), "cookies", property(lambda self: {COOKIE: who}), raising=True
        )
        return end(visit(page, query))

    return first_visit


def test_a_reload_continues_with_the_same_training(server, come):
    app = give(come(ANNA, "train", {"dropout": "0.3"}), trained())
    held = server.close(app)
    again = come(ANNA, "train", query(app))
    assert job_of(again) is trained() and visitor(again) == ANNA
    assert not again.exception
    assert not held, "it is taken over once"
    assert job_of(come(ANNA, "train", query(app))) is None


@pytest.mark.parametrize("other", ["visitor", "page", "settings", "open tab"])
def test_nothing_else_takes_it_over(server, come, other):
    app = give(come(ANNA, "train", {"dropout": "0.3"}), trained())
    server.close(app)
    if other == "open tab":
        server.connected.add("closed")
    again = come(
        BOB if other == "visitor" else ANNA,
        "evaluate" if other == "page" else "train",
        {"dropout": "0.4"} if other == "settings" else query(app),
    )
    assert CurrentTraining not in again.session_state["lab"].kept or job_of(again) is None


def test_of_two_closed_tabs_at_one_address_the_last_one_comes_back_first(server, come):
    first, second = (give(come(ANNA, "train"), trained()) for _ in range(2))
    for app in (first, second):
        server.close(app)
    held = [app.session_state["lab"] for app in (second, first)]
    assert [come(ANNA, "train", query(first)).session_state["lab"] for _ in held] == held


def test_a_connection_lasts_as_long_as_one_of_its_tabs(server, monkeypatch):
    names = iter(["old", "new"])
    monkeypatch.setattr(
        internals, "get_script_run_ctx", lambda: SimpleNamespace(session_id=next(names))
    )
    server.connected = {"old"}
    connection = internals.Connection()
    connection.join()
    assert connection()
    server.connected = set()
    assert not connection()
    connection.join()
    server.connected = {"new"}
    assert connection()
