"""The map in a real browser: it grows, a point shows its picture, and a click chooses its digit."""

import re

from tests.browser.conftest import PATIENCE

TITLE = "Map"
NEAREST = "Nearest to the chosen one on the map"
PICTURE = (
    "[...document.querySelectorAll('.live-chart > div')].filter(e => e.style.zIndex === '1000')"
)


def test_a_digit_is_seen_when_pointed_at_and_chosen_by_a_click(trained):
    page = trained
    # another test may have chosen a digit beyond those on the map
    grown = re.compile(f"{NEAREST}|is not on the map")
    page.get_by_text(grown).first.wait_for(timeout=PATIENCE)
    points = page.locator(".live-chart .textpoint")
    points.nth(500).wait_for()
    point = points.nth(17)
    point.scroll_into_view_if_needed()
    box = point.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_function(f"{PICTURE}.length === 1")
    sheet = page.evaluate(
        "getComputedStyle(document.documentElement).getPropertyValue('--ann-lab-map')"
    )
    assert sheet.startswith("url(data:image/png;base64,")
    hover = page.locator(".live-chart .hovertext").text_content()
    number = re.search(r"digit (\d+),", hover)[1]
    page.mouse.down()
    page.mouse.up()
    page.wait_for_url(re.compile(rf"digit=v{number}\b"))
    page.get_by_text(f"Validation digit {number}, labeled").first.wait_for()
    page.get_by_text(NEAREST).wait_for()
    assert page.errors == []
