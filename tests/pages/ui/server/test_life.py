"""What the server does for itself while it runs."""

import asyncio
import gc
import threading
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
    for name in ("begin", "start", "finish"):
        monkeypatch.setattr(life, name, MagicMock())
    monkeypatch.setattr(life.gc, "enable", lambda: None)
    monkeypatch.setattr(PagesManager, "uses_pages_directory", None)
    gc.disable()
    yield
    monkeypatch.undo()
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

    monkeypatch.setattr(life, "FREE_SECONDS", 0.01)
    with ThreadPoolExecutor(1) as aside:  # Playwright's event loop may be running in this thread
        aside.submit(asyncio.run, closed_page()).result()


@pytest.mark.parametrize(
    ("comes", "ends", "started"), [(True, False, True), (False, False, True), (True, True, False)]
)
def test_workers_start_after_the_first_page_or_when_nobody_comes(
    alone, monkeypatch, comes, ends, started
):
    monkeypatch.setattr(life, "NOBODY_SECONDS", 60 if comes else 0.1)
    monkeypatch.setattr(life, "PAINT_SECONDS", 0)
    monkeypatch.setattr(gc, "freeze", lambda: None)
    drawn, ended = threading.Event(), threading.Event()
    monkeypatch.setattr(life.first_page, "drawn", drawn)
    warming = threading.Thread(target=life.warm_up, args=(ended,))
    warming.start()
    wait_until(lambda: life.begin.called, "it does not begin")
    assert not life.start.called, "the browser needs the processor first"
    if ends:
        ended.set()
    if comes:
        drawn.set()
    warming.join()
    assert life.start.called is started
