"""What the server does for itself while it runs."""

import asyncio
import gc
import shutil
import weakref
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from unittest.mock import MagicMock

import pytest
from streamlit.runtime.pages_manager import PagesManager

from ann.running.find_data import PARTS
from pages.ui.server import datasets, life
from tests.waiting import wait_until


@pytest.fixture
def alone(monkeypatch):
    """The life of the server without workers and keepers, and without Python's own collector."""
    for name in ("stores", "workers", "threadpool_limits"):
        monkeypatch.setattr(life, name, MagicMock())
    monkeypatch.setattr(PagesManager, "uses_pages_directory", None)
    gc.disable()
    yield
    gc.enable()


def test_what_a_closed_page_leaves_in_a_circle_is_freed(alone, monkeypatch):
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
    with ThreadPoolExecutor(1) as aside:  # a loop of playwright's may run in this thread
        aside.submit(asyncio.run, closed_page()).result()


def test_a_data_set_whose_files_were_removed_is_made_again(tmp_path, monkeypatch):
    folder, made = tmp_path / "0123456789abcdef", []

    def load(name):
        folder.mkdir()
        for part in PARTS:
            (folder / part).touch()
        made.append(SimpleNamespace(folder=folder, fingerprint=folder.name))
        return made[-1]

    monkeypatch.setattr("data.load", load)
    assert datasets.opened("mine") is datasets.opened("mine") is made[0]
    shutil.rmtree(folder)  # as when data/cache is emptied
    assert datasets.opened("mine") is made[1] and folder.is_dir()
    datasets.opened.clear("mine")
