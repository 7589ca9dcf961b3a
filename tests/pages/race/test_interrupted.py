"""A race that was interrupted, or trained here before."""

import numpy as np

from pages.ui.server import stores
from pages.ui.server.visitor import Visitor
from tests.pages.conftest import press, query, texts, wait_until
from tests.pages.race.conftest import LONG, TINY, lanes, numbers, run_to_the_end


def test_after_a_reload_an_interrupted_race_can_continue(visit, end, monkeypatch):
    app = end(press(visit("race", LONG | {"field": "l2", "values": "0.0~0.001"}), "race.start"))
    assert "interrupted" not in texts(app.markdown)
    wait_until(app, lambda: all(numbers(app)))
    before, saved = lanes(app), numbers(app)

    again = end(visit("race", query(app)))
    again.session_state["lab"].kept[Visitor] = app.session_state["lab"].kept[Visitor]
    again.run()
    assert not again.exception and query(again) == query(app)
    assert "These lanes were trained here before" in texts(again.markdown), (
        "the other page is still open"
    )
    assert "race.continue" not in {button.key for button in again.button}
    monkeypatch.setattr("ann.running.job.Job.attended", False)  # now the other page is closed
    assert "These lanes were interrupted" in texts(again.run().markdown)
    press(again, "race.continue")
    assert not again.exception
    assert {lane.job.status for lane in before} == {"finished"}, "the new page trains them now"
    assert {lane.job.status for lane in lanes(again)} == {"running"}
    assert all(lane.job.view().history.epochs["epoch"][0] == 1 for lane in lanes(again))
    assert numbers(again) == saved


def test_lanes_that_were_trained_before_are_pointed_to_on_runs(visit, end):
    app = end(press(visit("race", TINY | {"field": "l1", "values": "0.0~0.001"}), "race.start"))
    run_to_the_end(app)
    wait_until(
        app, lambda: not stores.run_autosave().busy(app.session_state["lab"].kept[Visitor].id)
    )
    again = visit("race", TINY | {"field": "l1", "values": "0.0~0.01"})
    again.session_state["lab"].kept[Visitor] = app.session_state["lab"].kept[Visitor]
    again.run()
    assert "1 of these lanes was trained here before" in texts(again.markdown)
    assert "race.continue" not in {button.key for button in again.button}
    alone = visit("race", TINY | {"field": "l1", "values": "0.0"})
    alone.session_state["lab"].kept[Visitor] = app.session_state["lab"].kept[Visitor]
    assert "This lane was trained here before" in texts(alone.run().markdown)


def test_it_continues_though_one_lane_had_ended(visit, end, monkeypatch):
    link = LONG | {"field": "epochs", "values": "1~5000"}
    app = end(press(visit("race", link), "race.start"))
    wait_until(app, lambda: all(numbers(app)) and lanes(app)[0].job.status == "finished")
    wait_until(app, lambda: stores.run_autosave().number(lanes(app)[0].job))
    before, saved = lanes(app), numbers(app)
    assert before[1].job.status == "running"

    again = end(visit("race", query(app)))
    again.session_state["lab"].kept[Visitor] = app.session_state["lab"].kept[Visitor]
    monkeypatch.setattr("ann.running.job.Job.attended", False)  # the other page is closed
    wait_until(
        again, lambda: len(stores.archive().list(again.session_state["lab"].kept[Visitor].id))
    )
    assert "This race was interrupted" in texts(again.run().markdown)
    press(again, "race.continue")
    assert not again.exception and numbers(again) == saved
    ended, continued = (lane.job for lane in lanes(again))
    assert (ended.status, continued.status) == ("finished", "running")
    assert np.array_equal(ended.run().theta, before[0].job.run().theta)
    assert continued.view().history.epochs["epoch"][0] == 1
    assert "1 of 2 finished" in again.get("progress")[0].proto.text
    press(again, "race.stop")
    assert {lane.job.status for lane in lanes(again)} == {"finished"}
