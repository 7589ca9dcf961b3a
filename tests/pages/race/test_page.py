"""The Race page and its buttons, from app.py, with real workers."""

from tests.pages.conftest import press, pressable, query, texts
from tests.pages.race.conftest import LONG, RACE, lanes


def test_a_first_visit_proposes_a_race_in_one_setting(visit):
    app = visit("race")
    assert not app.exception
    assert query(app) == RACE
    assert "Change one thing" in texts(app.markdown)
    assert pressable(app, "race") == {"start"}


def test_a_race_can_be_paused_and_stopped(visit, end):
    app = end(press(visit("race", LONG), "race.start"))
    assert pressable(app, "race") == {"start", "pause", "stop"}
    press(app, "race.pause")
    assert {lane.job.status for lane in lanes(app)} == {"paused"}
    assert pressable(app, "race") == {"start", "resume", "stop"}
    press(app, "race.resume")
    assert {lane.job.status for lane in lanes(app)} == {"running"}
    press(app, "race.stop")
    assert {lane.job.status for lane in lanes(app)} == {"finished"}
    assert pressable(app, "race") == {"start"}


def test_a_new_race_stops_the_one_before_and_uses_what_the_boxes_show_now(visit, end):
    app = end(press(visit("race", LONG), "race.start"))
    before = lanes(app)
    app.multiselect(key="race.values.learning_rate").set_value(["0.1", "1.0", "0.01"])
    press(app, "race.start")
    assert {lane.job.status for lane in before} == {"finished"}
    assert [lane.recipe.learning_rate for lane in lanes(app)] == [0.1, 1.0, 0.01]
