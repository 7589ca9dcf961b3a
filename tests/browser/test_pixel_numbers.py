"""A click on a digit, anywhere, shows its 784 numbers."""

import base64
import io

import numpy as np
from PIL import Image

from tests.browser.conftest import settle, visit

TITLE = "Draw"
NUMBERS = "dialog.numbers td"


def pixels(image) -> list[int]:
    """The gray levels of a picture on the page, decoded here."""
    file = base64.b64decode(image.get_attribute("src").split(",", 1)[1])
    return np.asarray(Image.open(io.BytesIO(file))).ravel().tolist()


def wait_for_script(page) -> None:
    """Wait until digits can be clicked: the script that opens their numbers may come after them."""
    page.wait_for_function("window.annLabNumbers")


def shown(page) -> list[int]:
    return [int(text) for text in page.locator(NUMBERS).all_inner_texts()]


def test_the_numbers_of_an_example_are_its_pixels_and_the_keyboard_suffices(lab):
    page = lab.open("data", phone=True)
    wait_for_script(page)
    digits = page.locator(".digits").first.locator("img.digit")
    digits.nth(3).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("784 numbers").wait_for()
    assert shown(page) == pixels(digits.nth(3)) and len(shown(page)) == 784
    assert dialog.bounding_box()["width"] <= 390
    page.keyboard.press("Escape")
    dialog.wait_for(state="detached")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    dialog.wait_for()
    assert shown(page) == pixels(digits.nth(4))
    dialog.get_by_role("button", name="Close").press("Enter")
    dialog.wait_for(state="detached")
    assert page.errors == []


def test_mistakes_and_drawings_show_theirs_and_lead_into_the_network(trained):
    page = trained
    page.get_by_test_id("stButton").get_by_role("button", name="Take a validation digit").click()
    prepared = page.locator(".steps img.digit")
    wait_for_script(page)
    prepared.click()
    page.get_by_role("dialog").wait_for()
    assert shown(page) == pixels(prepared) and max(shown(page)) > 200
    page.keyboard.press("Escape")
    visit(page, "Evaluate")
    settle(page)
    mistake = page.locator(".cards img.digit").first
    mistake.scroll_into_view_if_needed()
    mistake.press("Enter")
    page.get_by_role("dialog").wait_for()
    assert shown(page) == pixels(mistake)
    code = mistake.get_attribute("data-look").removeprefix("digit=")
    page.evaluate("window.same = true")
    page.get_by_role("dialog").get_by_role("link", name="Look inside the network").click()
    page.get_by_role("heading", name="Look", level=1).wait_for()
    page.wait_for_url(f"**/look?**digit={code}**")
    assert page.evaluate("window.same"), "the lab was loaded anew"
    settle(page)
    assert page.errors == []
