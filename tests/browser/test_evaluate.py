"""Evaluating a network in a real browser."""

import re

import pytest

from tests.browser.conftest import place, settle, visit

TITLE = "Evaluate"
VALIDATED = re.compile(r"^Accuracy on [\d,]+ validation digits")
CELLS = ".live-chart.clickable .nsewdrag"


@pytest.fixture
def page(trained):
    """The Evaluate page with a quick network."""
    trained.get_by_text(VALIDATED).first.wait_for()
    return trained


def click_cell(page, true: int, said: int) -> None:
    """Click a cell with a quick hand: the mouse was on another one a moment ago."""
    box = place(page.locator(CELLS))
    x = box["x"] + box["width"] * (said + 0.5) / 10
    y = box["y"] + box["height"] * (true + 0.5) / 10
    page.mouse.move(x, box["y"] + box["height"] * ((true + 5) % 10 + 0.5) / 10)
    page.mouse.click(x, y)


def test_a_click_on_a_cell_shows_its_digits(page):
    place(page.locator(CELLS))
    page.evaluate(f"document.querySelector('{CELLS}').first = true")
    for true, said in ((7, 7), (4, 4), (4, 4)):
        click_cell(page, true, said)
        page.get_by_text(re.compile(f"^{true} classified correctly: \\d+")).wait_for()
    assert page.evaluate(f"document.querySelector('{CELLS}').first"), "the chart was created anew"
    page.locator(".digits img").nth(39).wait_for(state="attached")
    assert page.errors == []


def test_a_pair_and_a_list_choose_a_cell_too(page):
    pair = page.get_by_role("button", name=re.compile(r"\d → \d · \d+×")).nth(1)
    true, said = re.findall(r"\d", pair.inner_text())[:2]
    pair.click()
    # the button's own help, which opens under the mouse, begins alike and goes on with a share
    heading = re.compile(rf"^{true} classified as {said}: \d+(, most confident first)?$")
    page.get_by_text(heading).wait_for()
    click_cell(page, 0, 0)
    page.get_by_text(re.compile(r"^0 classified correctly: \d+")).wait_for()


def test_a_mistake_opens_with_its_probabilities(page):
    page.get_by_role("radio", name="3", exact=True).click()
    page.locator(".card.chosen .nr", has_text="3").wait_for()
    page.get_by_text(re.compile(r"^True class \d; the network predicted")).wait_for()
    assert page.errors == []


def test_the_test_set_opens_on_purpose_and_counts_evaluations(page):
    def choose(name):
        page.get_by_test_id("stButtonGroup").first.get_by_text(name).click()

    choose("Test")
    page.get_by_text("The test set is sealed").wait_for()
    page.get_by_role("button", name="Open the test set").click()
    page.get_by_text("Accuracy on 1,000 test digits").wait_for()
    page.get_by_text("Your first evaluation").wait_for()

    visit(page, "Draw")
    settle(page)
    visit(page, "Evaluate")
    page.get_by_text(VALIDATED).first.wait_for()

    choose("Test")
    page.get_by_text("You have evaluated this training on the test set once").wait_for()
    again = page.get_by_role("button", name="Evaluate again")
    assert again.is_disabled()
    page.get_by_text("I know that each further evaluation").click()
    again.click()
    page.get_by_text("You have evaluated this training on the test set 2 times").wait_for()
    page.get_by_text("Accuracy on 1,000 test digits").wait_for()
    assert page.errors == []
