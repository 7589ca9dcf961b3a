"""A race in a real Chromium: both curves appear, update in place, and end in a verdict."""

import re

from tests.browser.conftest import PATIENCE, button, settle, zoom

TINY = "race?hidden_sizes=16&epochs={}&batch_size=128&field=learning_rate&values=0.0001~0.01"
CHARTS = "[...document.querySelectorAll('.live-chart')]"
# the number of lanes with a thick line in the first chart
CURVES = "document.querySelector('.live-chart').querySelectorAll('.scatterlayer .trace').length / 2"


def wait_for_two(page, text: str) -> None:
    found = page.get_by_text(text)
    found.nth(1).wait_for()
    assert found.count() == 2


def test_a_race_of_two_lanes_finishes_with_a_verdict_on_a_phone(lab):
    page = lab.open(TINY.format(5), phone=True)
    button(page, "Start race").click()
    page.get_by_text("2 of 2 finished").wait_for(timeout=PATIENCE)
    settle(page)
    page.wait_for_function(f"{CURVES} === 2")
    wait_for_two(page, "Only this lane gets wrong")
    button(page, "Repeat over 5 seeds").click()
    page.get_by_text(re.compile("a real difference")).first.wait_for(timeout=PATIENCE)
    settle(page)
    assert "field=learning_rate&values=0.0001~0.01" in page.url
    assert page.get_by_test_id("stException").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.errors == []


def test_charts_of_a_race_update_in_place(lab):
    page = lab.open(TINY.format(5000))
    button(page, "Start race").click()
    # two above, two per lane, and the cost: all must exist, as a later one would count as new
    page.wait_for_function(f"{CHARTS}.filter((chart) => chart.data).length === 7", timeout=PATIENCE)
    page.evaluate(f"{CHARTS}.forEach((chart) => (chart.drawn = chart.data))")
    for chart in ("at(0)", "at(1)", "at(-1)"):
        moved = f"{CHARTS}.{chart}.data !== {CHARTS}.{chart}.drawn"
        page.wait_for_function(moved, timeout=PATIENCE)
    assert page.evaluate(f"{CHARTS}.every((chart) => chart.drawn)"), "a chart was created anew"
    wait_for_two(page, "Only this lane gets wrong")  # while the lanes run
    button(page, "Stop").click()
    page.get_by_text("2 of 2 finished").wait_for(timeout=PATIENCE)
    assert page.errors == []


def test_at_high_zoom_both_kinds_of_race_and_the_setting_can_be_read(lab):
    page = lab.open("race")
    zoom(page, width=844)
    whole = page.get_by_text("All settings", exact=True).bounding_box()
    field = page.get_by_text("Setting to change", exact=True).bounding_box()
    assert whole["x"] + whole["width"] < field["x"] and whole["y"] < field["y"] + 60
    box = page.get_by_role("combobox", name="Setting to change")
    assert box.evaluate("e => e.value == 'Learning rate' && e.scrollWidth <= e.clientWidth + 1")
