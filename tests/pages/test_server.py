"""What the server does for itself while it runs."""

import asyncio
import gc
import weakref
from unittest.mock import MagicMock

import pytest
from streamlit.runtime.pages_manager import PagesManager

from pages.ui import server
from tests.waiting import wait_until


@pytest.fixture
def alone(monkeypatch):
    """The life of the server without workers and keepers, and without Python's own collector."""
    for name in ("keeping", "sweep_keeping", "workers", "threadpool_limits"):
        monkeypatch.setattr(server, name, MagicMock())
    monkeypatch.setattr(PagesManager, "uses_pages_directory", None)
    gc.disable()
    yield
    gc.enable()


def test_what_a_closed_page_leaves_in_a_circle_is_freed(alone, monkeypatch):
    class Session:
        pass

    async def closed_page():
        async with server.life(None):
            session = Session()
            session.runner = {"session": session}
            left = weakref.ref(session)
            del session
            wait_until(lambda: left() is None, "it is still in memory")

    monkeypatch.setattr(server, "GARBAGE_SECONDS", 0.01)
    asyncio.run(closed_page())
