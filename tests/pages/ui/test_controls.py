"""The controls of a recipe."""

import pytest

from ann.recipe import FIELDS, Recipe
from ann.recipes import wording
from pages.ui.stops import stops
from tests.pages.conftest import query, texts, with_more

NUMBERS = [f for f in FIELDS.values() if f.kind in ("float", "int") and f.name != "seed"]


def recipe(app) -> Recipe:
    return app.session_state["lab"].recipe


def drawn(app) -> set[str]:
    kinds = (app.select_slider, app.slider, app.selectbox, app.toggle, app.number_input)
    return {element.key for kind in kinds for element in kind}


@pytest.mark.parametrize("field", NUMBERS, ids=lambda f: f.name)
def test_every_stop_of_a_slider_is_an_allowed_value_in_rising_order(field):
    grid = stops(field)
    assert list(grid) == sorted(set(grid))
    assert field.default in grid
    assert all(field.check(value) == value for value in grid)
    assert max(grid) == field.high
    assert min(grid) == (0 if field.off else field.low)
    names = [wording.value(field.name, value) for value in grid]
    assert len(set(names)) == len(names), "two stops must not look alike"


def test_every_field_has_a_control_when_it_has_an_effect(visit):
    everything = {"optimizer": "momentum", "schedule": "step", "initializer": "normal"}
    seen = drawn(with_more(visit("train", everything)))
    seen |= drawn(with_more(visit("train", {"optimizer": "adamw", "schedule": "one_cycle"})))
    assert set(FIELDS) - {"hidden_sizes"} <= seen
    assert {"hidden_sizes.layers", "hidden_sizes.1", "hidden_sizes.2"} <= seen


def test_every_control_has_help(visit):
    everything = {"optimizer": "momentum", "schedule": "step", "initializer": "normal"}
    app = with_more(visit("train", everything))
    for kind in (app.select_slider, app.slider, app.selectbox, app.toggle, app.number_input):
        for element in kind:
            assert element.help, element.key


def test_a_field_without_effect_has_no_control_but_a_reason(visit):
    app = with_more(visit("train"))
    assert "momentum" not in drawn(app)
    assert "Momentum: only with optimizer" in texts(app.caption)
    app.selectbox(key="optimizer").set_value("nesterov").run()
    assert "momentum" in drawn(app)


def test_what_is_under_more_is_drawn_only_while_it_is_open(visit):
    app = visit("train")
    closed = drawn(app)
    assert not {"optimizer", "seed", "augment_rotation"} & closed
    assert {"optimizer", "seed", "augment_rotation"} <= drawn(with_more(app))
    assert drawn(with_more(app, is_open=False)) == closed


def test_a_setting_under_more_keeps_its_value_and_its_place_in_the_address(visit):
    app = with_more(visit("train", {"optimizer": "nesterov"}))
    app.select_slider(key="momentum").set_value(0.95).run()
    app = with_more(app, is_open=False)
    app.select_slider(key="dropout").set_value(0.5).run()
    kept = {"optimizer": "nesterov", "momentum": "0.95", "dropout": "0.5"}
    assert query(app) == kept
    (changed,) = [one.value for one in app.caption if one.value.startswith("Changed from")]
    assert all(name in changed for name in ("dropout", "optimizer", "momentum"))
    assert with_more(app).select_slider(key="momentum").value == 0.95


def test_a_number_that_is_typed_and_closed_at_once_counts(visit):
    app = with_more(visit("train"))
    app.number_input(key="seed").set_value(7)
    app = with_more(app, is_open=False)  # one run for both, as the click on the box takes the focus
    assert recipe(app).seed == 7 and "seed" not in drawn(app)
    app.selectbox(key="preset").select("defaults").run()
    assert recipe(app) == Recipe(), "what was left behind does not come back"
    assert with_more(app).number_input(key="seed").value == 0


def test_layers_can_be_added_and_removed(visit):
    app = visit("train")
    app.slider(key="hidden_sizes.layers").set_value(4).run()
    assert recipe(app).hidden_sizes == (128, 64, 32, 16)
    app.select_slider(key="hidden_sizes.3").set_value(512).run()
    assert recipe(app).hidden_sizes == (128, 64, 512, 16)
    app.slider(key="hidden_sizes.layers").set_value(0).run()
    assert recipe(app).hidden_sizes == ()
    assert not app.exception


def test_back_to_defaults_resets_every_field(visit):
    app = visit("train", {"hidden_sizes": "20-7-5", "dropout": "0.35", "batch_norm": "true"})
    next(b for b in app.button if b.label == "Back to defaults").click().run()
    assert recipe(app) == Recipe()
    assert app.select_slider(key="dropout").value == 0
    assert app.select_slider(key="hidden_sizes.1").value == 128
    assert not app.exception


def pictures(app) -> list[str]:
    return [h.proto.body for h in app.get("html") if 'class="digits"' in h.proto.body]


def framed(page: str) -> list[str]:
    return [figure for figure in page.split("<figure")[1:] if "class=marked" in figure]


def test_the_augmentation_sliders_show_augmented_digits(visit):
    app = with_more(visit("train"))
    assert not pictures(app)
    app.select_slider(key="augment_rotation").set_value(12.0).run()
    (turned,) = pictures(app)
    assert turned.count("<img") == 15 and len(framed(turned)) == 3
    app.select_slider(key="augment_elastic").set_value(1.2).run()
    (augmented,) = pictures(app)
    assert augmented != turned and framed(augmented) == framed(turned), "the originals stay"
    app.number_input(key="seed").set_value(7).run()
    assert pictures(app) != [augmented] and framed(pictures(app)[0]) == framed(augmented)
    assert not app.exception
