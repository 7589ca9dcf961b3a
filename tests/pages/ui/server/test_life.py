"""What the server does for itself while it runs."""

import asyncio
import gc
import weakref
from concurrent.futures import ThreadPoolExecutor
from unittest.mock import MagicMock

import pytest
from streamlit.runtime.pages_manager import PagesManager

from pages.ui.server import life
from tests.waiting import wait_until


@pytest.fixture
def alone(monkeypatch):
    """The life of the server without workers and autosaves, and without Python's own collector."""
    for name in ("stores", "workers", "threadpool_limits"):
        monkeypatch.setattr(life, name, MagicMock())
    monkeypatch.setattr(PagesManager, "uses_pages_directory", None)
    gc.disable()
    yield
    gc.enable()


def test_the_memory_of_a_closed_page_is_freed_despite_reference_cycles(alone, monkeypatch):
    class Session:
        pass

    async def closed_page():
        async with life.life(None):
            session = Session()
            session.runner = {"session": session}
            left = weakref.ref(session)
            del session
            wait_until(lambda: left() is None, "it is still in memory")

    monkeypatch.setattr(life, "GARBAGE_SECONDS", 0.01)
    with ThreadPoolExecutor(1) as aside:  # Playwright's event loop may be running in this thread
        aside.submit(asyncio.run, closed_page()).result()
