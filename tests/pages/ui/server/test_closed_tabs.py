"""The sessions of closed tabs: ended on time, whether or not other tabs come and go."""

from types import SimpleNamespace

import pytest
from streamlit.runtime.memory_session_storage import MemorySessionStorage
from streamlit.runtime.session_manager import SessionInfo

from pages.ui.server import internals


class Session:
    """Stands for Streamlit's session of a tab."""

    def __init__(self, name: str):
        self.id, self.ended = name, 0
        self._session_state = self._fragment_storage = "a training"

    def shutdown(self) -> None:
        self.ended += 1


@pytest.fixture
def server(monkeypatch):
    """A server without tabs: `close(tab)`, `reopen(tab)`, `.now` is its clock."""
    storage = MemorySessionStorage(maxsize=3, ttl_seconds=120)
    found = SimpleNamespace(now=0.0, open=set())
    storage._cache._timer = lambda: found.now

    def close(session):
        found.open.discard(session.id)
        storage.save(SessionInfo(client=None, session=session))

    def reopen(session):
        found.open.add(session.id)
        storage.delete(session.id)

    manager = SimpleNamespace(_session_storage=storage, is_active_session=found.open.__contains__)
    runtime = SimpleNamespace(instance=lambda: SimpleNamespace(_session_mgr=manager))
    monkeypatch.setattr(internals, "Runtime", runtime)
    found.close, found.reopen, found.tabs = close, reopen, internals.ClosedTabs()
    return found


def test_a_closed_tab_ends_after_its_time_though_no_other_comes(server):
    tab = Session("a")
    server.close(tab)
    server.tabs.end()
    assert not tab.ended
    server.now = 121
    server.tabs.end()
    server.tabs.end()
    assert tab.ended == 1
    assert "a training" not in (tab._session_state, tab._fragment_storage)


def test_a_tab_that_streamlit_drops_for_others_ends_too(server):
    tabs = [Session(name) for name in "abcde"]
    for tab in tabs:
        server.close(tab)
    server.tabs.end()
    assert [tab.ended for tab in tabs] == [1, 1, 0, 0, 0]


def test_a_tab_that_comes_back_goes_on_and_so_does_one_that_waits_again(server):
    tab = Session("a")
    server.close(tab)
    server.reopen(tab)
    server.tabs.end()
    assert not tab.ended
    server.close(tab)
    server.reopen(tab)
    server.close(tab)
    server.tabs.end()
    assert not tab.ended
    server.now = 121
    server.tabs.end()
    assert tab.ended == 1
