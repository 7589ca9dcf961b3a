"""A replay in a real browser: it plays by itself, and everything on the page moves with it."""

import re

from tests.browser.conftest import PATIENCE

TITLE = "Replay"
KEPT = "equals the network that was kept, bit for bit"


def test_everything_moves_with_the_player_by_keyboard_too(trained):
    page = trained
    page.get_by_text(KEPT).wait_for(timeout=PATIENCE)
    slider, now = page.get_by_role("slider", name="Frame"), page.locator(".player .now")
    charts = page.locator(".live-chart[aria-label]")
    charts.nth(3).wait_for()  # confusion matrix, digit, accuracy, loss

    def shown() -> list[str]:
        labels = charts.evaluate_all("all => all.map(one => one.getAttribute('aria-label'))")
        return [*labels, page.locator(".filters canvas").get_attribute("aria-label")]

    end = shown()
    slider.press("Home")
    now.get_by_text("Before the first step").wait_for()
    start = shown()
    assert len(start) >= 5 and all(a != b for a, b in zip(start, end, strict=True))

    page.get_by_role("button", name="Faster").click()
    slider.press(" ")  # plays
    page.get_by_role("button", name="Pause").wait_for()
    now.get_by_text("Step 16,").wait_for()
    slider.press(" ")  # pauses
    page.get_by_role("button", name="Play", exact=True).wait_for()
    step = int(re.search(r"Step (\d+),", now.inner_text())[1])
    page.wait_for_url(re.compile(rf"step={step}\b"))
    page.get_by_text(f"From step 0 to step {step}.").wait_for()
    assert page.errors == []
