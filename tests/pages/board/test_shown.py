"""Views of a board in memory: made once, however many look."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from pages.board import shown
from pages.board.shown import Kept, Shown


def test_many_who_look_at_once_have_a_view_made_once():
    kept, made = Kept(), []

    def make() -> Shown:
        time.sleep(0.05)
        made.append(1)
        return Shown("dots")

    with ThreadPoolExecutor(8) as looking:
        found = list(looking.map(lambda _: kept.get("dots", "1", make), range(32)))
    assert len(made) == 1 and all(one is found[0] for one in found)


def test_a_view_that_takes_long_keeps_no_other_waiting():
    kept, go_on = Kept(), threading.Event()
    with ThreadPoolExecutor(1) as looking:
        slow = looking.submit(kept.get, "missed", "1", lambda: Shown(str(go_on.wait(10))))
        assert kept.get("dots", "1", lambda: Shown("dots")).headline == "dots"
        assert not slow.done()
        go_on.set()
        assert slow.result().headline == "True"


def test_a_newer_version_that_shows_the_same_is_the_same_object():
    kept = Kept()
    first = kept.get("dots", "1", lambda: Shown("dots"))
    assert kept.get("dots", "2", lambda: Shown("dots")) is first
    assert kept.get("dots", "3", lambda: Shown("more dots")) is not first


def test_a_view_that_could_not_be_made_is_made_by_the_next_who_looks():
    kept = Kept()
    with pytest.raises(ZeroDivisionError):
        kept.get("dots", "1", lambda: Shown(str(1 / 0)))
    assert kept.get("dots", "1", lambda: Shown("dots")).headline == "dots"


def test_only_so_many_views_stay_in_memory(monkeypatch):
    monkeypatch.setattr(shown, "MOST_KEPT", 3)
    kept, made = Kept(), []
    for key in (1, 2, 3, 1, 4, 1, 2):
        kept.get(key, "1", lambda key=key: made.append(key) or Shown(str(key)))
    assert made == [1, 2, 3, 4, 2]
