"""Settings live in the address."""

import pytest

from tests.pages.conftest import query, texts

PAGES = ["", "data", "train", "evaluate", "draw"]
LINK = {"hidden_sizes": "20-7-5", "learning_rate": "0.009", "batch_norm": "true", "l2": "0.00013"}


@pytest.mark.parametrize("page", PAGES)
def test_a_link_reproduces_the_setting_on_every_page(visit, page):
    app = visit(page, LINK)
    assert not app.exception
    assert app.session_state["lab"].recipe.to_query() == LINK
    assert query(app) == LINK


def test_values_between_the_stops_of_a_slider_survive(visit):
    app = visit("train", LINK)
    assert app.select_slider(key="learning_rate").value == 0.009
    assert app.select_slider(key="l2").value == 0.00013
    assert app.select_slider(key="hidden_sizes.2").value == 7
    app.select_slider(key="learning_rate").set_value(0.01).run()
    assert query(app)["learning_rate"] == "0.01"
    assert query(app)["l2"] == "0.00013"


def test_a_forged_value_falls_back_alone_and_says_so(visit):
    app = visit("train", LINK | {"dropout": "7", "activation": "[x](http://evil)", "seed": "-1"})
    warnings = texts(app.warning)
    assert warnings.count("could not be used") == 3
    assert "dropout" in warnings and "0 to 0.9" in warnings
    assert "[x](http" not in warnings, "text of a link must not become Markdown"
    assert query(app) == LINK
    app.run()
    assert not app.warning, "a message is shown once"


def test_what_belongs_to_others_stays_in_the_address(visit):
    app = visit("train", {"lesson": "3", "dropout": "0.5"})
    assert query(app) == {"lesson": "3", "dropout": "0.5"}


def test_a_default_is_not_in_the_address(visit):
    app = visit("train", {"dropout": "0.5"})
    app.select_slider(key="dropout").set_value(0.0).run()
    assert query(app) == {}


def test_settings_survive_a_change_of_page(visit):
    app = visit("train")
    app.select_slider(key="dropout").set_value(0.5).run()
    app.slider(key="hidden_sizes.layers").set_value(1).run()
    app.query_params.clear()  # as a click on a page's name does
    app.switch_page("pages/lab/data.py").run()
    assert query(app) == {"hidden_sizes": "128", "dropout": "0.5"}
    app.query_params.clear()
    app.switch_page("pages/lab/train.py").run()
    assert app.select_slider(key="dropout").value == 0.5
    assert app.slider(key="hidden_sizes.layers").value == 1
