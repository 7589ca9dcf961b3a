"""Your handwriting in a real browser: a finger on a phone writes one digit after the other."""

from itertools import pairwise

from tests.browser.conftest import place, settle
from tests.browser.test_draw import FOUR, between, draw, touch

ZERO = [[(140, 50), (80, 140), (140, 230), (200, 140), (140, 50)]]
DRAWN = ".hand .drawn"


def test_a_finger_writes_digits_that_are_saved_by_themselves_and_stay_after_a_reload(lab):
    page = lab.open("handwriting", phone=True, dark=True)
    page.get_by_text("Draw a 0").wait_for()
    finger = page.context.new_cdp_session(page)
    for strokes, following in ((ZERO, "Draw a 1"), (FOUR, "Draw a 2")):
        box = place(page.locator("canvas").last)
        assert box["x"] >= 0 and box["x"] + box["width"] <= 390
        scale = box["width"] / 280
        for stroke in strokes:
            corners = [(box["x"] + scale * x, box["y"] + scale * y) for x, y in stroke]
            touch(finger, [p for pair in pairwise(corners) for p in between(*pair)])
        page.get_by_text(following).wait_for()
    assert page.locator(DRAWN).count() == 2
    page.reload()
    settle(page)
    page.get_by_text("Draw a 2").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.errors == []


def test_next_saves_at_once_and_undo_takes_it_back(lab):
    page = lab.open("handwriting")
    page.get_by_text("Draw a 0").wait_for()
    page.get_by_text("Next after").click()
    draw(page, ZERO)
    page.get_by_role("button", name="Next", exact=True).click()
    page.get_by_text("Draw a 1").wait_for()
    assert page.locator(DRAWN).count() == 1
    settle(page)
    page.get_by_test_id("stButton").get_by_role("button", name="Undo", exact=True).click()
    page.get_by_text("Draw a 0").wait_for()
    assert page.locator(DRAWN).count() == 0
    assert page.errors == []
