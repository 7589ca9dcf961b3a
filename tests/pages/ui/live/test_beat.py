"""What is live on a page stays live."""

from contextvars import copy_context
from types import SimpleNamespace

import pytest
from streamlit.runtime.scriptrunner_utils.script_run_context import ThreadState
from streamlit.testing.v1 import AppTest

from pages.race import link as race_link
from pages.sweep import link as sweep_link
from pages.train import presets
from pages.ui.live import beat
from pages.ui.networks import link as networks_link
from pages.ui.server import internals, workers
from tests.pages.conftest import press, pressable, stop_all

LONG = {"hidden_sizes": "8", "epochs": "300"}


def redraw_at(seconds):
    ThreadState.initialize(fragment_id="curves")
    internals.keep_beat(seconds)


def test_each_redraw_tells_the_browser_the_beat(monkeypatch):
    sent = []
    redraw = SimpleNamespace(fragment_ids_this_run=["curves"], enqueue=sent.append)
    monkeypatch.setattr(internals, "get_script_run_ctx", lambda: redraw)
    copy_context().run(redraw_at, 2.0)
    (message,) = sent
    assert (message.auto_rerun.fragment_id, message.auto_rerun.interval) == ("curves", 2.0)


def test_a_running_status_has_a_beat_and_any_other_has_none(monkeypatch):
    kept = []
    monkeypatch.setattr(internals, "keep_beat", kept.append)

    def page():
        import streamlit as st

        from pages.ui.live import beat

        status = st.text_input("status", "running")
        beat.live(status, lambda: status, lambda: st.write("drawn"))

    app = AppTest.from_function(page).run()
    assert len(kept) == 1 and kept[0] > 0
    app.text_input[0].set_value("paused").run()
    assert len(kept) == 1
    assert app.markdown[0].value == "drawn" and not app.exception


def test_who_has_no_first_point_yet_waits_for_it_however_slow_the_beat_is(monkeypatch):
    kept = []
    monkeypatch.setattr(internals, "keep_beat", kept.append)
    monkeypatch.setattr(workers, "beat", lambda: 4.0)
    monkeypatch.setattr(beat, "FIRST_NEWS", 0.5)

    def page():
        import time

        import streamlit as st

        from pages.ui.live import beat

        after = st.number_input("after", value=10.0)
        began = time.monotonic()
        has_news = lambda: time.monotonic() > began + after  # noqa: E731
        beat.live("running", lambda: "running", lambda: st.write(f"{has_news()}"), has_news)

    app = AppTest.from_function(page).run()
    assert app.markdown[0].value == "False" and kept[-1] < 1, "it looks again soon"
    app.number_input[0].set_value(0.1).run()
    app.number_input[0].set_value(0.1).run()
    assert app.markdown[0].value == "True" and kept[-1] > 3 and not app.exception


@pytest.mark.parametrize(
    ("page", "drawn_between", "then"),
    [
        ("train", presets.__name__ + ".show", {"start", "reset"}),
        ("train", networks_link.__name__ + ".check", {"start", "reset"}),
        ("race", race_link.__name__ + ".check_result", {"start"}),
        ("sweep", sweep_link.__name__ + ".check_result", {"start", "resume"}),
    ],
)
def test_after_an_end_while_the_page_is_drawn_the_buttons_are_right(
    visit, end, monkeypatch, page, drawn_between, then
):
    app = end(press(visit(page, LONG), f"{page}.start"))
    assert "pause" in pressable(app, page)
    monkeypatch.setattr(drawn_between, lambda *_, **__: stop_all(app.session_state["lab"]))
    app.run()
    assert not app.exception
    assert pressable(app, page) - {"published", "best", "save"} == then
    if page == "train":
        assert not app.select_slider(key="epochs").disabled, "the sliders too"
