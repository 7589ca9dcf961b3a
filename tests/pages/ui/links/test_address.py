"""The address holds the settings."""

from dataclasses import replace

import pytest

import data
from ann.recipes.query import to_query
from pages.ui import site
from pages.ui.server import datasets
from tests.pages.conftest import query, texts

PAGES = ["", "data", "train", "evaluate", "draw"]
LINK = {"hidden_sizes": "20-7-5", "learning_rate": "0.009", "batch_norm": "true", "l2": "0.00013"}


@pytest.mark.parametrize("page", PAGES)
def test_a_link_reproduces_the_setting_on_every_page(visit, page):
    app = visit(page, LINK)
    assert not app.exception
    assert to_query(app.session_state["lab"].recipe) == LINK
    assert query(app) == LINK


def test_values_between_the_stops_of_a_slider_survive(visit):
    app = visit("train", LINK)
    assert app.select_slider(key="learning_rate").value == 0.009
    assert app.select_slider(key="l2").value == 0.00013
    assert app.select_slider(key="hidden_sizes.2").value == 7
    app.select_slider(key="learning_rate").set_value(0.01).run()
    assert query(app)["learning_rate"] == "0.01"
    assert query(app)["l2"] == "0.00013"


def test_only_a_forged_value_falls_back_to_its_default_with_a_message(visit):
    app = visit("train", LINK | {"dropout": "7", "activation": "[x](http://evil)", "seed": "-1"})
    warnings = texts(app.warning)
    assert warnings.count("cannot be used") == 3
    assert "dropout" in warnings and "0 to 0.9" in warnings
    assert "[x](http" not in warnings, "text of a link must not become Markdown"
    assert query(app) == LINK
    app.run()
    assert not app.warning, "a message is shown once"


def test_parameters_of_others_stay_in_the_address(visit):
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
    app.switch_page(site.path("data")).run()
    assert query(app) == {"hidden_sizes": "128", "dropout": "0.5"}
    app.query_params.clear()
    app.switch_page(site.path("train")).run()
    assert app.select_slider(key="dropout").value == 0.5
    assert app.slider(key="hidden_sizes.layers").value == 1


def test_back_to_an_empty_address_brings_back_the_settings_it_had(visit, monkeypatch):
    def back_to(page, **link):
        app.query_params.clear()
        app.query_params.update(link)
        monkeypatch.setattr("pages.ui.server.internals.went_back", lambda: True)
        app.switch_page(site.path(page)).run()
        monkeypatch.setattr("pages.ui.server.internals.went_back", lambda: False)
        return query(app)

    app = visit("train")
    app.select_slider(key="dropout").set_value(0.5).run()
    app.query_params.clear()  # as a click on a page's name does
    app.switch_page(site.path("data")).run()
    assert back_to("data") == {"dropout": "0.5"}
    assert back_to("train", dropout="0.5") == {"dropout": "0.5"}
    assert back_to("train") == {}, "this page was first opened with the defaults"
    assert app.select_slider(key="dropout").value == 0
    assert back_to("train", dropout="0.5") == {"dropout": "0.5"}


@pytest.fixture
def other_digits(visit, monkeypatch):
    """A data set on this machine with the name "ours", made of the embedded digits."""
    info = data.Info("ours", "Ours", True, "Files.", "few")
    listed, load = data.available(), data.load
    monkeypatch.setattr(data, "available", lambda: [*listed, info])
    monkeypatch.setattr(
        data,
        "load",
        lambda name=None: replace(load(), name="ours") if name == "ours" else load(name),
    )


def test_a_link_names_the_data_set_and_opens_with_it(visit, other_digits):
    app = visit("race", LINK | {"dataset": "ours"})
    assert not app.exception and not app.warning
    assert app.session_state["lab"].dataset == "ours"
    assert query(app).items() >= (LINK | {"dataset": "ours"}).items()
    app.query_params.clear()  # as a click on a page's name does
    app.switch_page(site.path("data")).run()
    assert query(app)["dataset"] == "ours"
    app.selectbox(key="dataset").set_value("mnist-5k").run()
    assert "dataset" not in query(app)


def test_back_restores_the_data_set_with_the_settings(visit, monkeypatch, other_digits):
    def back_to(page, **link):
        app.query_params.clear()
        app.query_params.update(link)
        monkeypatch.setattr("pages.ui.server.internals.went_back", lambda: True)
        app.switch_page(site.path(page)).run()
        monkeypatch.setattr("pages.ui.server.internals.went_back", lambda: False)
        assert not app.exception
        return query(app).get("dataset", data.DEFAULT)

    app = visit("data")
    app.selectbox(key="dataset").set_value("ours").run()
    assert back_to("data") == data.DEFAULT
    assert app.selectbox(key="dataset").value == data.DEFAULT
    assert back_to("data", dataset="ours") == "ours"
    app.query_params.clear()  # as a click on a page's name does
    app.switch_page(site.path("train")).run()
    assert back_to("train", dropout="0.5", dataset="ours") == "ours"
    assert back_to("train", dropout="0.5") == data.DEFAULT, "it would be named"
    assert back_to("train") == "ours", "this page was first opened with it"


@pytest.mark.parametrize("name", ["/etc", "no-such-digits", "[x](http://evil)"])
def test_a_link_whose_data_set_is_missing_is_used_without_it_and_says_so(visit, name):
    app = visit("race", LINK | {"dataset": name})
    assert not app.exception
    warnings = texts(app.warning)
    assert "is not on this machine" in warnings and "](http" not in warnings
    assert to_query(app.session_state["lab"].recipe) == LINK
    assert "dataset" not in query(app)


def test_a_link_whose_data_set_is_damaged_says_so_at_once(visit, monkeypatch):
    def load(name=None, load=data.load):
        if name == "broken":
            raise data.DataError("broken: entry 1 has the label 77")
        return load(name)

    info = data.Info("broken", "Broken", True, "Files.", "few")
    monkeypatch.setattr(data, "available", lambda: [info])
    monkeypatch.setattr(data, "load", load)
    app = visit("data", LINK | {"dataset": "broken"})
    assert "cannot be opened" in texts(app.warning) and "label 77" in texts(app.warning)
    assert to_query(app.session_state["lab"].recipe) == LINK
    assert "dataset" not in query(app) and not app.run().warning, "a message is shown once"


def test_a_link_to_digits_that_can_be_downloaded_says_how(visit, monkeypatch):
    away = data.Info("mnist", "MNIST, 70,000 images", False, "Download it on the Data page.", "big")
    monkeypatch.setattr(data, "available", lambda: [away])
    app = visit("train", {"dataset": "mnist"})
    warnings = texts(app.warning).replace("\\", "")
    assert "MNIST (70,000 images) is not on this machine" in warnings and "Data page" in warnings
    assert "using MNIST (5,000 digits) instead" in warnings


def test_if_another_data_set_is_the_default_the_address_names_it(visit, monkeypatch):
    app = visit("train")
    monkeypatch.setattr(datasets, "default_name", lambda: "mnist")
    app.run()
    assert query(app) == {"dataset": "mnist"}
