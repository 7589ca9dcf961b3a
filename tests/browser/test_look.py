"""Looking inside a network in a real browser."""

import re

import pytest

from tests.browser.conftest import place

TITLE = "Look"


@pytest.fixture
def page(trained):
    """The page Look with a quick network."""
    trained.locator(".look-cell").first.wait_for()
    return trained


def shows(page, unit: str) -> None:
    """Wait until the sum of this unit is there, and lines to it."""
    page.get_by_role("heading", name=f"Unit {unit}: inputs × weights").wait_for()
    page.locator(f'.look-cell[data-unit="{unit}"][aria-selected="true"]').wait_for()
    assert page.locator(".look-layers svg path").count() > 1


def test_a_cell_is_chosen_by_click_and_by_keyboard(page):
    page.locator('[data-unit="1-3"]').click()
    shows(page, "1-3")
    assert "unit=1-3" in page.url
    page.locator('[data-unit="1-3"]').focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    focused = page.evaluate("document.activeElement.dataset.unit")
    assert re.fullmatch(r"1-\d+", focused) and focused not in ("1-3", "1-4")
    page.keyboard.press("Enter")
    shows(page, focused)
    assert page.evaluate("document.activeElement.dataset.unit") == focused
    page.get_by_role("button", name="2-", exact=False).first.click()
    page.get_by_role("heading", name=re.compile(r"^Unit 2-\d+: inputs × weights")).wait_for()
    assert page.errors == []


def test_pointing_at_a_row_lights_its_line_and_its_term(page):
    page.locator('[data-unit="2-5"]').click()
    shows(page, "2-5")
    row = page.locator("tr[data-term]").filter(has_text=re.compile(r"^1-\d+")).first
    row.hover()
    term = row.get_attribute("data-term")
    page.locator(f'path.lit[data-term="{term}"]').wait_for(state="attached")
    page.get_by_text(re.compile(f"^{term}: .* × .* = ")).wait_for()
    page.get_by_text("All numbers as tables").click()
    page.locator(".look-tables caption", has_text="Layer 2").wait_for()
    assert page.locator(".look-tables table").last.locator("tbody tr").count() == 256


def test_a_digit_that_excites_the_unit_is_opened_by_a_click(page):
    page.locator('[data-unit="1-0"]').click()
    shows(page, "1-0")
    first = page.locator(".pictures button").first
    place(first)
    number = re.search(r"digit ([\d,]+),", first.get_attribute("title"))[1].replace(",", "")
    first.click()
    page.get_by_text(f"Validation digit {number}, labeled").first.wait_for()
    shows(page, "1-0")
    assert f"digit=v{number}" in page.url and page.errors == []
