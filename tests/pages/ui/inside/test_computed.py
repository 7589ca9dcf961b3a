"""What workers compute for a page: asked for once, kept for all, put aside, told if it fails."""

from concurrent.futures import Future

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.inside import computed
from pages.ui.server import workers
from tests.pages.conftest import texts


class Share:
    """Stands for the workers: futures that the test completes."""

    def __init__(self):
        self.futures = []

    def submit(self, function, *args):
        self.futures.append(Future())
        return self.futures[-1]


@pytest.fixture
def share(monkeypatch):
    computed.kept.clear()
    made = Share()
    monkeypatch.setattr(workers, "shares", lambda: (made, None))
    yield made
    computed.kept.clear()


def page():
    import streamlit as st

    from pages.ui.inside import computed

    key = st.session_state.key
    found = computed.get(key, max, 1, 2)
    if found is None:
        computed.progress(key, "Measuring")
    else:
        st.success(f"found {found}")


def visit(key=("a", 1)):
    app = AppTest.from_function(page)
    app.session_state.key = key
    return app.run()


def test_a_result_is_asked_for_once_and_then_kept_for_everybody(share):
    app = visit()
    app.run()
    assert "Measuring…" in texts(app.markdown) and len(share.futures) == 1
    share.futures[0].set_result(2)
    assert "found 2" in texts(app.run().success)
    assert "found 2" in texts(visit().success) and len(share.futures) == 1
    assert "Measuring…" in texts(visit(("a", 2)).markdown)


def test_what_fails_is_told_and_can_be_tried_again(share):
    app = visit()
    share.futures[0].set_exception(ValueError("x: *shape*"))
    app.run()
    assert "x\\: \\*shape\\*" in texts(app.warning)
    app.button[0].click().run()
    assert len(share.futures) == 2
    share.futures[1].set_result(2)
    assert "found 2" in texts(app.run().success)


def test_who_asks_for_much_gets_what_came_last(share):
    app = visit()
    for number in range(computed.MOST_ASKED + 3):
        app.session_state.key = ("b", number)
        app.run()
    cancelled = [one.cancelled() for one in share.futures]
    assert cancelled == [True] * 4 + [False] * computed.MOST_ASKED


def test_only_so_many_results_are_kept():
    store = computed.Kept()
    for number in range(computed.MOST_KEPT + 5):
        store.get((0,))
        store.put((number,), number + 1)
    assert store.get((0,)) == 1 and store.get((1,)) is None
    assert store.get((computed.MOST_KEPT,)) is not None
