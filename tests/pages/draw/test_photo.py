"""A photo or scan on Draw, in place of a drawing."""

from functools import cache

import numpy as np
import pytest

import data
from ann.recipe import Recipe
from pages.draw import photo
from pages.draw.own_test_set import Drawings
from pages.ui import picture_box
from tests import paper
from tests.pages.canvas import html
from tests.pages.conftest import texts
from tests.pages.trained import give, trained


@pytest.fixture
def draw(visit, canvas):
    return give(visit("draw"), trained(Recipe(hidden_sizes=(64,), epochs=6)))


@cache
def taken(index, kind="phone at night"):
    """A photo of one of the embedded test digits."""
    digit = paper.enlarged(data.load("mnist-5k").test_images[index])
    return paper.taken(digit, kind, np.random.default_rng(index))


def bring(app, content, name="four.jpg"):
    app.file_uploader[0].set_value((name, content, "image/jpeg")).run()
    assert not app.exception
    return app


def test_a_photo_is_classified_and_each_step_is_shown(draw, canvas):
    bring(draw, taken(3, "ruled"))
    assert 'class="verdict"' in html(draw)
    for step in ("1. Picture", "2. Paper evened out", "3. Ink", "4. Drawn", "8. Centered"):
        assert step in html(draw)
    assert "From your picture to the network" in texts(draw.markdown)
    assert photo.TITLE in texts(draw.caption)
    (stroke,) = canvas.options["initial_drawing"]["objects"]  # it can be erased and drawn on
    assert stroke["src"].startswith("data:image/png;base64,")


def test_a_photo_that_does_not_look_like_one_digit_is_doubted(draw):
    digit = paper.enlarged(data.load("mnist-5k").test_images[3])
    two = np.hstack([digit, np.zeros((len(digit), 60)), digit])
    bring(draw, paper.taken(two, "plain scan", np.random.default_rng(0)))
    assert "two separate marks" in texts(draw.warning)


def test_the_next_picture_replaces_it_and_clear_removes_it(draw, canvas):
    bring(draw, taken(3))
    first = html(draw)
    bring(draw, taken(7))
    assert "3. Ink" in html(draw) and html(draw) != first
    draw.button(key="draw.clear").click().run()
    assert "3. Ink" not in html(draw)
    assert canvas.options["initial_drawing"] is None


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"<svg onload=alert(1)>", "not a PNG, JPEG or BMP picture"),
        (paper.taken(np.ones((9, 9)), "plain scan", np.random.default_rng(0))[:500], "damaged"),
        (
            paper.taken(np.zeros((9, 9)), "shadow", np.random.default_rng(0)),
            "no handwriting was found",
        ),
    ],
)
def test_what_cannot_be_used_is_said_and_the_drawing_stays(draw, content, says):
    bring(draw, taken(3))
    bring(draw, content)
    assert says in texts(draw.warning)
    assert "3. Ink" in html(draw)
    bring(draw, taken(7))
    assert says not in texts(draw.warning)


def test_a_picture_beyond_the_limits_is_refused_before_it_is_decoded(draw, monkeypatch):
    monkeypatch.setattr(picture_box, "MOST_PIXELS", 1_000_000)
    assert "at most 1,000,000 are read" in texts(bring(draw, taken(3)).warning)
    monkeypatch.setattr(picture_box, "MOST_BYTES", 1_000)
    assert "more than 10 MB" in texts(bring(draw, taken(3)).warning)


def test_each_tab_has_its_own_picture(draw, visit, canvas):
    bring(draw, taken(3))
    assert draw.session_state["lab"].kept[Drawings].photo
    other = give(visit("draw"), trained(Recipe(hidden_sizes=(64,), epochs=6)))
    assert "3. Ink" not in html(other)
