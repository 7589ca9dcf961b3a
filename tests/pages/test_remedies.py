"""A data set that is dark on light: the pages say so, and one click mends it."""

import pytest

import data
from data import cache
from data.finding import places
from data.known import embedded
from pages.ui.server import datasets
from tests.data.layouts import four
from tests.pages.conftest import press, texts
from tests.pages.trained import SMALL, give, trained


@pytest.fixture
def inverted(tmp_path, monkeypatch):
    """A folder of digits that are dark on light, in data/."""
    digits = embedded.read()
    half = {name: getattr(digits, name)[::2] for name in digits._fields}
    parts = [255 - part if part.ndim == 2 else part for part in half.values()]
    monkeypatch.setattr(places, "HERE", tmp_path)
    monkeypatch.setattr(cache, "FOLDER", tmp_path / "cache")
    datasets.opened.clear()
    four(tmp_path / "mine", parts)
    yield data.load("mine")
    datasets.opened.clear()


def test_one_click_mends_the_data_set_and_another_takes_it_back(visit, inverted):
    app = visit("data", {"dataset": "mine"})
    assert "dark on light" in texts(app.warning)
    press(app, "remedy.doubt.0")
    assert app.session_state["lab"].dataset == "mine~inverted"
    assert not app.warning and "in use on all pages" in texts(app.success)
    assert app.selectbox(key="dataset").value == "mine~inverted"
    press(app, "remedy.inverted")
    assert app.session_state["lab"].dataset == "mine"
    assert "dark on light" in texts(app.warning)


def test_any_data_set_can_be_changed_by_hand(visit, inverted):
    app = visit("data")
    press(app, "remedy.transposed")
    assert app.session_state["lab"].dataset == "mnist-5k~transposed"
    assert "on their side" in texts(app.warning), "and the page says what that means"


def test_draw_says_that_its_network_learned_from_such_images(visit, inverted):
    app = give(visit("draw"), trained(SMALL), inverted)
    assert "may fail on what you draw" in texts(app.warning)
    assert not app.exception
