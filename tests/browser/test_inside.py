"""The bar of Inside in a real browser: by keyboard, Back, and a link to hand out."""

import re
from urllib.parse import parse_qs, urlparse

from tests.browser.conftest import button, settle

TITLE = "Look"


def in_address(page, **wanted: str) -> None:
    """Wait until these parameters stand in the address."""
    for name, value in wanted.items():
        page.wait_for_url(re.compile(rf"[?&]{name}={value}(&|$)"))


def test_a_digit_and_a_unit_are_chosen_by_keyboard_and_handed_out(trained):
    page = trained
    number = page.get_by_role("spinbutton", name="Number", exact=True)
    number.fill("7")
    number.press("Enter")
    in_address(page, digit="v7")
    button(page, "Next").press("Enter")
    in_address(page, digit="v8")
    settle(page)
    page.go_back()
    in_address(page, digit="v7")
    page.wait_for_function("() => document.querySelector('input[type=number]').value === '7'")

    button(page, "Choose").click()
    pictures = page.get_by_role("group", name="Digits to choose from")
    pictures.locator('[tabindex="0"]').focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    in_address(page, digit="v8")
    page.keyboard.press("Escape")
    settle(page)

    units = page.locator(".way [data-way]")
    units.first.focus()
    page.keyboard.press("ArrowDown")
    chosen = units.nth(1).get_attribute("data-way")
    page.keyboard.press("Enter")
    in_address(page, digit="v8", unit=chosen)
    settle(page)

    button(page, "Link").click()
    link = page.locator("code", has_text="run=settings")
    link.wait_for()
    query = parse_qs(urlparse(link.inner_text()).query)
    assert (query["digit"], query["unit"]) == (["v8"], [chosen])
    assert query["data"] and query["result"] and query["hidden_sizes"]
    assert page.errors == []
