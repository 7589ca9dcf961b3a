"""Visits in a real browser: by deep link, on a fresh server, on a phone, with a setting."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from urllib.parse import urlencode

import pytest

from pages.ui import site
from tests.benchmarks.protocol import Visitor
from tests.browser.conftest import HEADINGS, picture, settle, visit, wait_for_value

TITLES = {page.name: page.title for pages in site.PAGES.values() for page in pages}
# The lowest contrast of captions and axes with their background, as WCAG 2 defines it. Colors are
# painted on a canvas, which understands every CSS color.
CONTRAST = """() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true })
  const ground = getComputedStyle(document.querySelector(".stApp")).backgroundColor
  const light = (color, opacity) => {
    for (const [style, alpha] of [[ground, 1], [color, opacity]]) {
      Object.assign(canvas, { fillStyle: style, globalAlpha: alpha })
      canvas.fillRect(0, 0, 1, 1)
    }
    const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map((byte) => {
      const part = byte / 255
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05
  }
  const contrast = (text) => {
    const own = getComputedStyle(text)
    let opacity = text.closest("svg") ? Number(own.fillOpacity) : 1
    for (let x = text; x; x = x.parentElement) opacity *= Number(getComputedStyle(x).opacity)
    const both = [light(text.closest("svg") ? own.fill : own.color, opacity), light(ground, 1)]
    return Math.max(...both) / Math.min(...both)
  }
  const texts = "[data-testid=stCaptionContainer] p, .xtick text, .ytick text, .xtitle, .ytitle"
  return Math.min(Infinity, ...[...document.querySelectorAll(texts)].map(contrast))
}"""


def well(page, title: str) -> None:
    """Assert that this page is shown and that nothing went wrong."""
    assert page.get_by_role("heading", level=1).inner_text() == title
    assert not page.query_selector('[data-testid="stException"]')
    assert not page.query_selector('[role="dialog"]')
    assert page.errors == []


def test_the_first_visitor_of_a_fresh_server_may_come_by_deep_link(fresh_lab):
    page = fresh_lab.open("train")
    well(page, "Train")


@pytest.mark.parametrize("path", TITLES)
def test_every_page_opens_by_its_deep_link(one_server, path):
    """Over the websocket; other tests open most pages by deep links in Chromium."""

    async def opened():
        async with Visitor(one_server.port, "" if path == site.HOME else path) as visitor:
            await visitor.ask()
            return visitor.failures

    with ThreadPoolExecutor(1) as aside:  # playwright's event loop runs in this thread
        assert aside.submit(asyncio.run, opened()).result() == []


@pytest.fixture(scope="module")
def phone_window(one_server):
    """A window of a phone in dark mode, which visits one page after another."""
    page = one_server.open(phone=True, dark=True)
    one_server.windows.remove(page)
    yield page
    one_server.leave(page)


@pytest.fixture
def phone(phone_window, request, tmp_path_factory):
    yield phone_window
    picture(phone_window, request, tmp_path_factory)


@pytest.mark.parametrize("title", TITLES.values())
def test_every_page_has_a_title_fits_a_phone_and_is_readable_in_the_dark(phone, title):
    phone.get_by_test_id("stExpandSidebarButton").click()
    visit(phone, title)
    phone.get_by_test_id("stSidebarCollapseButton").get_by_role("button").click()
    phone.get_by_test_id("stExpandSidebarButton").wait_for()
    settle(phone)
    well(phone, HEADINGS.get(title, title))
    assert phone.locator('[data-testid="stSidebarNavLink"]').count() >= len(TITLES)
    assert phone.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390
    assert phone.evaluate(CONTRAST) > 4.5
    assert phone.title() == ("ANN Lab" if title in HEADINGS else f"{title} · ANN Lab")
    found = phone.locator("h1, h2, h3, h4, h5, h6").evaluate_all("all => all.map(h => h.tagName)")
    levels = [int(tag[1]) for tag in found]
    assert levels.count(1) == 1 and levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_a_link_reproduces_settings_and_a_message_names_a_bad_value(lab):
    page = lab.open("train?hidden_sizes=20-7-5&learning_rate=0.009&dropout=7")
    well(page, "Train")
    assert "hidden_sizes=20-7-5&learning_rate=0.009" in page.url
    assert "dropout" not in page.url.partition("?")[2]
    assert "dropout: 7 is outside 0 to 0.9" in page.inner_text('[data-testid="stAlert"]')
    page.get_by_text("Layer 3 width").wait_for()
    assert 4.5 < page.evaluate(CONTRAST) < 21, "a caption can be read on a projector"


def test_settings_follow_to_other_pages_and_back_undoes_one_change(lab):
    page = lab.open("train")
    slider = page.get_by_role("slider", name="Dropout")
    for value in ("0.05", "0.1"):
        slider.focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_url(f"**/train?dropout={value}")
    settle(page)
    page.go_back()
    page.wait_for_url("**/train?dropout=0.05")
    wait_for_value(page, "Dropout", "0.05")
    settle(page)
    visit(page, "Evaluate")
    page.wait_for_url("**/evaluate?dropout=0.05")
    visit(page, "Train")
    page.wait_for_url("**/train?dropout=0.05")
    wait_for_value(page, "Dropout", "0.05")
    settle(page)
    well(page, "Train")


def test_back_undoes_the_first_change_too(lab):
    page = lab.open("train")
    slider = page.get_by_role("slider", name="Dropout")
    slider.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**/train?dropout=0.05")
    settle(page)
    page.go_back()
    page.wait_for_url("**/train")
    wait_for_value(page, "Dropout", "0")
    settle(page)
    page.go_forward()
    page.wait_for_url("**/train?dropout=0.05")
    wait_for_value(page, "Dropout", "0.05")
    settle(page)
    well(page, "Train")


def test_moving_a_slider_fast_loses_no_step(lab):
    page = lab.open("train")
    page.get_by_role("slider", name="Dropout").focus()
    for _ in range(10):
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(60)
    page.wait_for_url("**/train?dropout=0.5")
    settle(page)
    assert page.url.endswith("dropout=0.5")
    well(page, "Train")


def test_a_forged_link_puts_no_live_link_into_the_messages(lab):
    forged = {
        "l2": "www.evil.example",
        "dropout": "https://evil.example/a?b=c",
        "momentum": "HTTP&colon;//www.evil.example",
        "activation": "me@evil.example",
        "optimizer": "[me](https://evil.example)",
        "schedule": "mailto:me@evil.example",
        "dataset": "http://evil.example",
    }
    page = lab.open(f"train?{urlencode(forged)}")
    messages = page.get_by_test_id("stAlert")
    shown = "".join(messages.all_inner_texts())
    assert shown.count("evil.example") == len(forged)
    assert messages.locator("a").count() == 0
    assert page.errors == []
