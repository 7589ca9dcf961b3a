"""One step in a real browser: what only fragments and keys can get wrong."""

import inspect
import re

import pytest

from ann.optimizers import adam
from tests.browser.conftest import settle, wait_for_value

TITLE = "One step"


@pytest.fixture
def page(trained):
    """The page One step with a quick network."""
    trained.locator(".chain").wait_for()
    return trained


def test_a_weight_is_chosen_moved_and_followed_by_keyboard(page):
    box = page.get_by_role("spinbutton", name="to unit")
    box.fill("3")
    box.press("Enter")
    page.wait_for_url(re.compile(r"weight=\d+-\d+-3"))
    settle(page)
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "to unit"
    page.get_by_role("radio", name="Gradient").click()
    slider = page.get_by_role("slider", name="Move the weight by")
    slider.focus()
    page.keyboard.press("ArrowRight")
    page.get_by_text("The tangent says").wait_for()
    wait_for_value(page, "Move the weight by", "0.05")
    page.get_by_role("radio", name="Update").click()
    lines = page.get_by_role("slider", name="Line that runs")
    lines.focus()
    page.keyboard.press("ArrowLeft")
    page.locator(".source .now", has_text="g *=").wait_for()
    assert page.locator(".source code").text_content() == inspect.getsource(adam)
    page.get_by_role("button", name="Largest step").click()
    page.get_by_text("the step moves").wait_for()
    assert page.errors == []
