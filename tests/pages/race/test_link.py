"""The Race page, from app.py, with real workers."""

import re

import numpy as np
import pytest

from ann.running.chunk import open_split
from pages.race.current import Race
from pages.ui import site
from pages.ui.server import stores
from pages.ui.server.visitor import Visitor
from tests.pages.conftest import press, pressable, query, texts, wait_until

TINY = {"hidden_sizes": "8", "epochs": "2", "batch_size": "512"}
LONG = TINY | {"epochs": "5000"}
RACE = {"field": "learning_rate", "values": "0.001~0.01"}


def race(app) -> Race:
    return app.session_state["lab"].kept[Race]


def lanes(app):
    return race(app).lanes


def run_to_the_end(app):
    return wait_until(app, lambda: {lane.job.status for lane in lanes(app)} == {"finished"})


def alone(app):
    """How many digits only this lane gets wrong, as the page says for each lane."""
    return re.findall(r"Only this one gets wrong\*\*: ([\d,]+)", texts(app.markdown))


def only_one_wrong(lanes):
    """The same, of the networks that are left."""
    split = open_split(lanes[0].job.source)
    answers = [lane.job.run().predict_proba(split.validation_x).argmax(axis=1) for lane in lanes]
    wrong = np.array(answers) != split.validation_y
    return (wrong & (wrong.sum(axis=0) == 1)).sum(axis=1)


def test_a_first_visit_proposes_a_race_in_one_field(visit):
    app = visit("race")
    assert not app.exception
    assert query(app) == RACE
    assert "Change one thing" in texts(app.markdown)
    assert pressable(app, "race") == {"start"}


def test_a_race_runs_to_its_end_and_shows_each_lane(visit, end):
    app = end(press(visit("race", TINY), "race.start"))
    assert [lane.recipe.learning_rate for lane in lanes(app)] == [0.001, 0.01]
    run_to_the_end(app)
    assert not app.exception
    assert [metric.value.endswith("%") for metric in app.metric] == [True, True]
    assert alone(app) == [f"{mistakes:,}" for mistakes in only_one_wrong(lanes(app))]
    assert "The same first weights, and the same digits in the same order" in texts(app.caption)
    assert "What it cost" in texts(app.subheader)
    assert pressable(app, "race") == {"start"}


def test_a_cost_without_an_accuracy_is_not_drawn(visit, end):
    app = end(press(visit("race", TINY | {"validation_fraction": "0.0"}), "race.start"))
    run_to_the_end(app)
    assert not app.exception
    assert "What it cost" not in texts(app.subheader)


def test_what_only_one_lane_gets_wrong_is_there_while_the_race_is_on(visit, end):
    app = end(press(visit("race", LONG | RACE), "race.start"))
    wait_until(
        app, lambda: all(len(lane.job.view().history.epochs["epoch"]) for lane in lanes(app))
    )
    assert {lane.job.status for lane in lanes(app)} == {"running"}
    assert len(alone(app)) == 2


def test_a_race_can_be_held_and_ended(visit, end):
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


def test_a_new_race_ends_the_one_before_and_takes_what_the_boxes_show_now(visit, end):
    app = end(press(visit("race", LONG), "race.start"))
    before = lanes(app)
    app.multiselect(key="race.values.learning_rate").set_value(["0.1", "1.0", "0.01"])
    press(app, "race.start")
    assert {lane.job.status for lane in before} == {"finished"}
    assert [lane.recipe.learning_rate for lane in lanes(app)] == [0.1, 1.0, 0.01]


def test_the_choice_lives_in_the_address(visit):
    app = visit("race", TINY)
    app.selectbox(key="race.field").set_value("hidden_sizes").run()
    app.multiselect(key="race.values.hidden_sizes").set_value(["8", "20-7-5", "none"]).run()
    assert query(app) == TINY | {"field": "hidden_sizes", "values": "8~20-7-5~none"}
    opened = visit("race", query(app))
    assert opened.multiselect(key="race.values.hidden_sizes").value == ["8", "20-7-5", "none"]
    assert not opened.warning


def test_the_choice_leaves_the_address_with_the_page_and_comes_back_with_it(visit):
    app = visit("race", {"field": "dropout", "values": "0.0~0.3"})
    app.query_params.clear()  # as a click on a page's name does
    app.switch_page(site.path("train")).run()
    assert query(app) == {}
    app.query_params.clear()
    app.switch_page(site.path("race")).run()
    assert query(app) == {"field": "dropout", "values": "0.0~0.3"}


@pytest.mark.parametrize(
    ("forged", "complaint"),
    [
        ({"field": "__class__", "values": "1~2"}, "__class__"),
        ({"field": "momentum", "values": "0.1~0.2"}, "has no effect unless optimizer"),
        ({"field": "dropout", "values": "0.1~7~lots~0.2"}, "7 is outside 0 to 0.9"),
        ({"field": "dropout", "values": "0.1~0.2~0.3~0.4~0.5"}, "too many"),
        ({"field": "dropout", "values": "[x](http://evil)"}, "is not a number"),
        ({"against": "numpy-two-layer~nobody"}, "nobody"),
        ({"against": "dropout:7"}, "7 is outside 0 to 0.9"),
        ({"against": "dropout:0.5,x:1~keras-classic"}, "neither a preset nor settings"),
        ({"result": "<b>"}, "is not the result of a race"),
        ({"field": "dropout", "values": "~" * 10_000}, ""),
    ],
    ids=str,
)
def test_a_forged_link_gives_a_message_and_a_race_that_can_start(visit, forged, complaint):
    app = visit("race", forged)
    assert not app.exception
    assert complaint in texts(app.warning).replace("\\", "")
    assert "](http" not in texts(app.warning)
    assert "start" in pressable(app, "race")


def test_a_value_may_be_typed_and_a_bad_one_is_named(visit):
    app = visit("race")
    app.multiselect(key="race.values.learning_rate").set_value(["0.0123", "11", "x", "0.1"]).run()
    warnings = texts(app.warning).replace("\\", "")
    assert "11 is outside 1e-05 to 10" in warnings and "'x' is not a number" in warnings
    assert "start" in pressable(app, "race")
    app.multiselect(key="race.values.learning_rate").set_value(["0.1", "0.10"]).run()
    assert "Choose two to four" in texts(app.info), "they are the same"
    app.multiselect(key="race.values.learning_rate").set_value([]).run()
    assert "start" not in pressable(app, "race")


def test_where_more_than_one_thing_differs_nobody_can_tell_which_mattered(visit, end):
    app = end(visit("race", TINY | {"against": "keras-classic"}))
    assert "nobody can tell" in texts(app.warning)
    press(app, "race.start")
    assert [lane.name for lane in lanes(app)] == ["your settings", "Keras classic"]
    assert "hidden sizes 8" in texts(app.caption)
    assert "patience" not in texts(app.caption), "what is equal is not shown"
    app.segmented_control(key="race.mode").set_value("one").run()
    assert "nobody can tell" not in texts(app.warning)


def test_settings_that_no_preset_has_can_be_spelled_out_in_a_link(visit):
    link = {"against": "learning_rate:0.01,dropout:0.5~defaults~keras-classic"}
    app = visit("race", TINY | link)
    assert not app.warning[1:] and not app.exception
    assert query(app) == TINY | link
    assert app.multiselect(key="race.against").value == link["against"].split("~")


def test_lanes_are_kept_and_can_be_raced_against(visit, end):
    app = end(press(visit("race", TINY | {"field": "seed", "values": "71~72"}), "race.start"))
    run_to_the_end(app)
    wait_until(app, lambda: all(numbers(app)))
    app.segmented_control(key="race.mode").set_value("whole").run()
    box = app.multiselect(key="race.against")
    assert any("seed 71" in option for option in box.options)


def numbers(app):
    """Of the runs that the lanes are kept in."""
    return [stores.keeper().number(lane.job) for lane in lanes(app)]


def test_after_a_reload_the_race_goes_on_where_it_was_cut_off(visit, end, monkeypatch):
    app = end(press(visit("race", LONG | {"field": "l2", "values": "0.0~0.001"}), "race.start"))
    assert "cut off" not in texts(app.markdown)
    wait_until(app, lambda: all(numbers(app)))
    before, kept = lanes(app), numbers(app)

    again = end(visit("race", query(app)))
    again.session_state["lab"].kept[Visitor] = app.session_state["lab"].kept[Visitor]
    again.run()
    assert not again.exception and query(again) == query(app)
    assert "These lanes were trained here before" in texts(again.markdown), "the other page is open"
    assert "race.continue" not in {button.key for button in again.button}
    monkeypatch.setattr("ann.running.job.Job.attended", False)  # now it is closed
    press(again.run(), "race.continue")
    assert not again.exception
    assert {lane.job.status for lane in before} == {"finished"}, "another page has them now"
    assert {lane.job.status for lane in lanes(again)} == {"running"}
    assert all(lane.job.view().history.epochs["epoch"][0] == 1 for lane in lanes(again))
    assert numbers(again) == kept


def test_lanes_that_were_trained_before_are_found_on_runs(visit, end):
    app = end(press(visit("race", TINY | {"field": "l1", "values": "0.0~0.001"}), "race.start"))
    run_to_the_end(app)
    wait_until(app, lambda: not stores.keeper().busy(app.session_state["lab"].kept[Visitor].id))
    again = visit("race", TINY | {"field": "l1", "values": "0.0~0.01"})
    again.session_state["lab"].kept[Visitor] = app.session_state["lab"].kept[Visitor]
    again.run()
    assert "1 of these lanes was trained here before" in texts(again.markdown)
    assert "race.continue" not in {button.key for button in again.button}
    alone = visit("race", TINY | {"field": "l1", "values": "0.0"})
    alone.session_state["lab"].kept[Visitor] = app.session_state["lab"].kept[Visitor]
    assert "This lane was trained here before" in texts(alone.run().markdown)


def test_whoever_runs_a_link_again_sees_whether_the_result_is_the_same(visit, end):
    app = end(press(visit("race", TINY), "race.start"))
    run_to_the_end(app)
    link = query(app)
    assert "result" in link and not app.success

    again = end(visit("race", link))
    assert query(again) == link
    press(again, "race.start")
    run_to_the_end(again)
    assert "bit for bit" in texts(again.success)

    elsewhere = link["result"][:-1] + ("0" if link["result"][-1] != "0" else "1")
    other = end(press(visit("race", link | {"result": elsewhere}), "race.start"))
    run_to_the_end(other)
    assert "another kind of processor" in texts(other.warning)
    other.multiselect(key="race.values.learning_rate").set_value(["0.1", "0.2"]).run()
    assert not other.warning and "result" not in query(other)


def test_a_race_on_other_digits_than_the_chosen_ones_is_the_race_before(visit, end):
    app = end(press(visit("race", TINY), "race.start"))
    run_to_the_end(app)
    link = query(app)
    app.session_state["lab"].dataset = "mnist-uci"
    app.run()
    assert "result" not in query(app), "whoever opens this link races on the other digits"
    assert "Below is the race before" in texts(app.caption)
    app.session_state["lab"].dataset = "mnist-5k"
    assert query(app.run()) == link


def test_every_field_can_race(visit):
    app = visit("race", {"optimizer": "momentum", "initializer": "normal", "schedule": "step"})
    for name in app.selectbox(key="race.field").options:
        app.selectbox(key="race.field").select(name).run()
        assert not app.exception and not app.warning, name
        assert "start" in pressable(app, "race"), name


def test_a_divergence_is_told_with_its_lane(visit, end):
    wild = TINY | {"optimizer": "sgd", "activation": "identity", "hidden_sizes": "64-64-64-64"}
    app = end(visit("race", wild | {"epochs": "3", "field": "learning_rate", "values": "0.01~10"}))
    press(app, "race.start")
    run_to_the_end(app)
    assert "learning rate 10" in texts(app.warning)
    assert not app.exception
