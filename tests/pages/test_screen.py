"""What moves on a page keeps moving."""

from contextvars import copy_context
from types import SimpleNamespace

from streamlit.runtime.scriptrunner_utils.script_run_context import ThreadState
from streamlit.testing.v1 import AppTest

from pages.ui import session


def redraw_at(seconds):
    ThreadState.initialize(fragment_id="curves")
    session.keep_beat(seconds)


def test_a_redraw_tells_the_browser_its_beat_again(monkeypatch):
    sent = []
    redraw = SimpleNamespace(fragment_ids_this_run=["curves"], enqueue=sent.append)
    monkeypatch.setattr(session, "get_script_run_ctx", lambda: redraw)
    copy_context().run(redraw_at, 2.0)
    (message,) = sent
    assert (message.auto_rerun.fragment_id, message.auto_rerun.interval) == ("curves", 2.0)


def test_what_moves_keeps_its_beat_and_what_stands_has_none(monkeypatch):
    kept = []
    monkeypatch.setattr(session, "keep_beat", kept.append)

    def page():
        import streamlit as st

        from pages.ui import screen

        status = st.text_input("status", "running")
        screen.live(lambda: status, lambda: st.write("drawn"))

    app = AppTest.from_function(page).run()
    assert len(kept) == 1 and kept[0] > 0
    app.text_input[0].set_value("paused").run()
    assert len(kept) == 1
    assert app.markdown[0].value == "drawn" and not app.exception
