"""The boxes of a race: values of one field, or whole settings."""

from tests.pages.conftest import press, pressable, texts, wait_until
from tests.pages.race.conftest import TINY, lanes, numbers, run_to_the_end


def test_a_value_can_be_typed_and_a_bad_one_is_named(visit):
    app = visit("race")
    app.multiselect(key="race.values.learning_rate").set_value(["0.0123", "11", "x", "0.1"]).run()
    warnings = texts(app.warning).replace("\\", "")
    assert "11 is outside 1e-5 to 10" in warnings and "'x' is not a number" in warnings
    assert "start" in pressable(app, "race")
    app.multiselect(key="race.values.learning_rate").set_value(["0.1", "0.10"]).run()
    assert "Choose two to four" in texts(app.info), "0.1 and 0.10 are the same value"
    app.multiselect(key="race.values.learning_rate").set_value([]).run()
    assert "start" not in pressable(app, "race")


def test_nothing_claims_equal_weights_where_the_lanes_have_different_ones(visit):
    app = visit("race", {"field": "hidden_sizes", "values": "8~16"})
    assert "different initial weights" in texts(app.caption)
    assert "same weights" not in texts(app.markdown) + texts(app.caption)


def test_a_race_in_several_settings_warns_that_you_can_not_tell_which_mattered(visit, end):
    app = end(visit("race", TINY | {"against": "keras-classic"}))
    assert "you can't tell which setting mattered" in texts(app.warning)
    press(app, "race.start")
    assert [lane.name for lane in lanes(app)] == ["your settings", "Keras classic"]
    assert "hidden sizes 8" in texts(app.caption)
    assert "patience" not in texts(app.caption), "a setting that all lanes share is not shown"
    app.segmented_control(key="race.mode").set_value("one").run()
    assert "you can't tell" not in texts(app.warning)


def test_lanes_are_saved_and_can_be_raced_against(visit, end):
    app = end(press(visit("race", TINY | {"field": "seed", "values": "71~72"}), "race.start"))
    run_to_the_end(app)
    wait_until(app, lambda: all(numbers(app)))
    app.segmented_control(key="race.mode").set_value("whole").run()
    box = app.multiselect(key="race.against")
    assert any("seed 71" in option for option in box.options)


def test_every_setting_can_be_raced(visit):
    app = visit("race", {"optimizer": "momentum", "initializer": "normal", "schedule": "step"})
    for name in app.selectbox(key="race.field").options:
        app.selectbox(key="race.field").select(name).run()
        assert not app.exception and not app.warning, name
        assert "start" in pressable(app, "race"), name
