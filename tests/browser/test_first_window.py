"""The curves are in the first window after Start, whatever its size, without scrolling."""

import pytest

from tests.browser.conftest import button, settle
from tests.browser.test_train import CURVE, wait_for_text

AREA = """() => { const r = document.querySelector(".live-chart .nsewdrag").getBoundingClientRect()
  const seen = Math.min(r.bottom, innerHeight) - Math.max(r.top, 0)
  return { top: r.top, seen, all: r.height } }"""
SCROLLED = "document.querySelector('[data-testid=stMain]').scrollTop"
WINDOWS = [(1440, 900), (1280, 720), (1024, 768), (640, 360), (390, 844)]


@pytest.mark.parametrize("size", WINDOWS, ids=str)
def test_after_start_the_plotting_area_is_in_the_window(lab, size):
    page = lab.open("train?epochs=5&hidden_sizes=16")
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.wait_for_timeout(500)
    before = page.evaluate(AREA)
    button(page, "Start").click()
    page.wait_for_selector(CURVE, state="attached")
    wait_for_text(page, "All 5 epochs are done")
    settle(page)
    area = page.evaluate(AREA)
    assert page.evaluate(SCROLLED) == 0
    assert 0 < area["top"] < 0.65 * size[1], area
    assert area["seen"] >= 0.6 * area["all"], area
    assert abs(area["top"] - before["top"]) < 2, "empty axes were there before Start"
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert page.errors == []


OVERLAPS = """() => {
  const boxes = [...document.querySelectorAll("[data-testid=stMetricDelta]")].map((one) => {
    const range = document.createRange()
    range.selectNodeContents(one)
    return range.getBoundingClientRect()
  })
  return boxes.flatMap((a, k) => boxes.slice(k + 1).filter((b) =>
    a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)).length }"""


def test_on_a_phone_the_numbers_do_not_overlap(lab):
    page = lab.open("train?epochs=1&hidden_sizes=16", phone=True)
    button(page, "Start").click()
    wait_for_text(page, "The one epoch is done")
    settle(page)
    assert page.get_by_test_id("stMetricDelta").count() == 4
    assert page.evaluate(OVERLAPS) == 0
    main = page.get_by_test_id("stMain")
    assert main.evaluate("it => it.scrollWidth <= it.clientWidth")
    assert page.errors == []


SIZES = """() => [".xtick text", ".ytick text", ".legendtext", "[data-testid=stMetricValue]"].map(
  (one) => parseFloat(getComputedStyle(document.querySelector(one)).fontSize))"""


def test_in_presentation_mode_the_type_is_large_and_the_curves_stay_in_the_window(lab):
    page = lab.open("train?epochs=5&hidden_sizes=16&present=on")
    page.set_viewport_size({"width": 1280, "height": 720})
    button(page, "Start").click()
    wait_for_text(page, "All 5 epochs are done")
    settle(page)
    assert min(page.evaluate(SIZES)) >= 24
    area = page.evaluate(AREA)
    assert area["top"] < 0.65 * 720 and area["seen"] == area["all"], area
    for gone in ("stSidebar", "stCaptionContainer"):
        assert not page.get_by_test_id(gone).first.is_visible(), gone
    page.get_by_text("Large", exact=True).click()
    page.get_by_test_id("stSidebar").wait_for(state="visible")
    assert page.errors == []


# the numbers of points that the first chart has had, after each time that it was drawn
COUNT_POINTS = """() => {
  const chart = document.querySelector(".live-chart")
  const count = () => {
    const now = chart.querySelectorAll(".point").length
    if (now !== window.points.at(-1)) window.points.push(now)
  }
  window.points = []
  count()
  chart.on("plotly_afterplot", count)
}"""
# four steps, one after the other: on an overloaded machine, one may be drawn with the next
ONE_BY_ONE = "window.points.some((now, k, all) => now - all[k - 4] === 4)"


def test_each_step_is_drawn_at_one_step_per_second(lab):
    page = lab.open("train?hidden_sizes=16")
    page.get_by_text("1 step/s", exact=True).click()
    settle(page)
    page.wait_for_function("document.querySelector('.live-chart').data")
    page.evaluate(COUNT_POINTS)
    button(page, "Start").click()
    page.wait_for_function(ONE_BY_ONE)
    page.get_by_text("full speed", exact=True).click()
    wait_for_text(page, "All 10 epochs are done")
    page.get_by_role("button", name="10 more epochs").click()
    wait_for_text(page, "All 20 epochs are done")
    assert page.errors == []
