"""Walk through every page as a new user would, and take pictures, in light and dark.

    python -m tests.browser.walk --out pictures [--size 390x844] [--page Draw]

It prints what it finds wrong at each station: exceptions, errors in the console, pages wider than
the window, text that is cut off, buttons too small to hit, heading levels that are skipped. A
person looks at the pictures. It is no test: it ends with 1 if it found something.
"""

import argparse
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.browser.conftest import (
    CHROMIUM,
    FLAGS,
    PATIENCE,
    WAIT,
    Lab,
    button,
    place,
    settle,
    start_server,
    stop_server,
    visit,
)
from tests.browser.conftest import (
    train as train_quickly,
)
from tests.browser.test_draw import FOUR, draw, tool
from tests.browser.test_evaluate import CELLS, click_cell
from tests.browser.test_runs import NAME, TICK, click_table
from tests.browser.test_train import CURVE, wait_for_text

SIZES = ("1440x900", "1280x720", "1024x768", "390x844")
PHONE = 600  # pixels: narrower windows have a finger
SMALLEST = 24  # pixels: WCAG 2.2, target size
TWO_MARKS = [[(60, 60), (60, 220)], [(210, 60), (210, 220)]]
DOT = [[(140, 140), (142, 142)]]

# What is wrong with the page as it is drawn now: a list of sentences
LOOK = """smallest => {
  const found = []
  const shown = e => e.checkVisibility({ opacityProperty: true, visibilityProperty: true })
  const name = e => (e.ariaLabel || e.innerText || e.title || e.dataset.testid || e.className || "")
    .toString().trim().replace(/\\s+/g, " ").slice(0, 50)
  for (const e of document.querySelectorAll('[data-testid="stException"]'))
    found.push(`exception: ${name(e)}`)
  const main = document.querySelector('[data-testid="stMain"]')
  for (const e of [document.documentElement, main])
    if (e && e.scrollWidth > e.clientWidth + 1)
      found.push(`${e.tagName} is ${e.scrollWidth} pixels wide in a window of ${e.clientWidth}`)
  for (const e of main.querySelectorAll("*")) {
    const text = [...e.childNodes].some(n => n.nodeType == 3 && n.data.trim())
    const style = text && getComputedStyle(e)
    if (text && shown(e) && style.overflowX != "visible" && style.overflowX != "auto"
        && e.clientWidth > 1 && e.scrollWidth > e.clientWidth + 1 && !e.closest("canvas"))
      found.push(`cut off: ${name(e)}`)
  }
  for (const e of main.querySelectorAll("button, [role=button]")) {
    const box = e.getBoundingClientRect(), side = Math.min(box.width, box.height)
    // Streamlit's own: help icons, arrows and marks of its boxes, the bar of a Plotly chart
    const own = /^(Help|Open$|Remove )/.test(name(e)) || e.closest(".stPlotlyChart")
    if (shown(e) && box.width > 1 && !own && Math.round(side) < smallest)
      found.push(`small: ${name(e)} (${Math.round(box.width)} by ${Math.round(box.height)})`)
  }
  let level = 0
  for (const e of main.querySelectorAll("h1, h2, h3, h4, h5, h6")) {
    if (!shown(e)) continue
    const next = Number(e.tagName[1])
    if (next > level + 1) found.push(`heading ${name(e)}: level ${next} after ${level}`)
    level = next
  }
  return found
}"""


class Walker:
    """One visitor's window, and what was found in it."""

    def __init__(self, lab: Lab, size: str, out: Path):
        self.width, self.height = map(int, size.split("x"))
        self.size, self.out, self.count = size, out, 0
        self.found: list[str] = []
        self.page = lab.open(phone=self.width < PHONE)
        self.page.set_default_timeout(WAIT)
        self.page.set_viewport_size({"width": self.width, "height": self.height})

    def visit(self, title: str) -> None:
        if self.width < PHONE:  # the sidebar is closed, and lies over the page once it is open
            self.page.get_by_test_id("stExpandSidebarButton").click()
        visit(self.page, title)
        if self.width < PHONE:  # by itself it closes on real phones only
            self.page.get_by_test_id("stSidebarCollapseButton").get_by_role("button").click()
        settle(self.page)

    def station(self, name: str, *, still: bool = True, whole: bool = True) -> None:
        """Look at the page and take pictures of it: of a training under way only one."""
        page = self.page
        if still:
            settle(page)
        self.count += 1
        for problem in page.evaluate(LOOK, SMALLEST):
            self.note(name, problem)
        for error in page.errors:
            self.note(name, f"console: {error}")
        page.errors.clear()
        for scheme in ("light", "dark") if still else ("light",):
            page.emulate_media(color_scheme=scheme)
            page.wait_for_timeout(400 if still else 0)
            path = self.out / f"{self.size}-{self.count:02d}-{name.replace(' ', '-')}-{scheme}.png"
            page.screenshot(path=path)
            if whole and still:
                self.whole(path)
        page.emulate_media(color_scheme="light")

    def whole(self, path: Path) -> None:
        """The whole page: Streamlit scrolls inside it, so the window has to be as high."""
        page = self.page
        high = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
        if high > self.height:
            page.set_viewport_size({"width": self.width, "height": min(high, 6000)})
            page.wait_for_timeout(300)
            page.screenshot(path=path.with_stem(f"{path.stem}-whole"))
            page.set_viewport_size({"width": self.width, "height": self.height})
            page.wait_for_timeout(200)

    def note(self, station: str, problem: str) -> None:
        line = f"{station}: {problem}"
        if line not in self.found:
            self.found.append(line)
            print(f"{self.size}: {line}", flush=True)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """What cannot be done is noted, with a picture, and the walk goes on."""
        try:
            yield
        except Exception as error:
            self.note(name, f"failed: {str(error).splitlines()[0]}")
            self.page.screenshot(path=self.out / f"{self.size}-failed-{name}.png")

    def reload(self, name: str) -> None:
        self.page.reload()
        settle(self.page)
        self.station(f"{name} reloaded", whole=False)


def open_with(page: Any, parameters: str) -> None:
    """Open this page by a link."""
    page.goto(f"{page.url.partition('?')[0]}?{parameters}")
    settle(page)


def home(w: Walker) -> None:
    w.station("home")
    train_quickly(w.page)
    w.station("home trained", whole=False)
    w.reload("home")


def data(w: Walker) -> None:
    page = w.page
    w.station("data")
    page.get_by_role("radio", name="7", exact=True).click()
    w.station("data sevens", whole=False)
    page.locator(".digits img.digit").first.click()
    page.get_by_role("dialog").wait_for()
    w.station("data numbers", whole=False)
    page.keyboard.press("Escape")
    page.get_by_role("combobox", name="Data set").click()
    w.station("data list", whole=False)
    page.get_by_role("option", name=re.compile("UCI")).click()
    page.get_by_text("people in Turkey").wait_for()
    w.station("data uci", whole=False)
    w.reload("data")


def train(w: Walker) -> None:
    page = w.page
    open_with(page, "hidden_sizes=32")
    w.station("train")
    page.get_by_text("1 step/s", exact=True).click()
    settle(page)
    button(page, "Start").click()
    page.wait_for_selector(CURVE, state="attached")
    w.station("train started", still=False)
    button(page, "Pause").click()
    page.get_by_role("button", name="Resume", exact=True).wait_for()
    w.station("train paused")
    page.get_by_text("full speed", exact=True).click()
    button(page, "Resume").click()
    wait_for_text(page, "All 10 epochs are done")
    w.station("train finished")
    page.get_by_role("button", name="10 more epochs").click()
    wait_for_text(page, "All 20 epochs are done")
    w.station("train more", whole=False)
    page.get_by_text("Large", exact=True).click()
    w.station("train large")
    page.get_by_text("Large", exact=True).click()
    settle(page)
    w.reload("train")
    open_with(page, "dropout=0.3&hidden_sizes=32&epochs=5")  # a second run, to compare
    button(page, "Start").click()
    wait_for_text(page, "All 5 epochs are done")


def evaluate(w: Walker) -> None:
    page = w.page
    w.station("evaluate")
    place(page.locator(CELLS))
    click_cell(page, 4, 4)
    page.get_by_text(re.compile("^4 classified correctly")).wait_for()
    w.station("evaluate cell", whole=False)
    page.get_by_role("combobox", name="Compare with").click()
    page.get_by_role("option").nth(1).click()
    w.station("evaluate compared")
    w.reload("evaluate")


def draw_some(w: Walker) -> None:
    page = w.page
    w.station("draw")
    for name, strokes in (("a four", FOUR), ("two marks", TWO_MARKS), ("a dot", DOT)):
        with w.step(f"draw {name}"):
            draw(page, strokes)
            page.locator(".verdict b").wait_for()
            page.wait_for_timeout(1500)
            w.station(f"draw {name}", whole=name == "a four")
            if name == "a four":
                page.get_by_test_id("stMultiSelect").get_by_role("combobox").click()
                page.get_by_role("option").nth(0).click()
                page.keyboard.press("Escape")
                w.station("draw several")
            tool(page, "Clear").click()
            page.get_by_text("Draw a digit on the black square").wait_for()
    w.reload("draw")


def runs(w: Walker) -> None:
    page = w.page
    w.station("runs")
    click_table(page, 1, NAME, page.get_by_role("tab", name="One run", selected=True))
    w.station("runs one")
    click_table(page, 0, TICK, page.get_by_role("button", name="Show its curves"))
    compare = page.get_by_role("button", name=re.compile("Compare 2"))
    click_table(page, 1, TICK, compare)
    compare.click()
    w.station("runs compared")
    page.get_by_role("button", name=re.compile("Delete 2 runs")).click()
    w.station("runs delete asked", whole=False)
    page.get_by_test_id("stPopoverBody").get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Undo").wait_for()
    w.station("runs deleted", whole=False)
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("2 runs restored").wait_for()
    w.station("runs restored", whole=False)
    w.reload("runs")


def race(w: Walker) -> None:
    page = w.page
    open_with(page, "hidden_sizes=16&epochs=5")
    w.station("race")
    page.get_by_role("button", name="Start race").click()
    page.get_by_text("2 of 2 finished").wait_for(timeout=PATIENCE)
    w.station("race finished")
    w.reload("race")


def sweep(w: Walker) -> None:
    page = w.page
    w.station("sweep")
    open_with(page, "epochs=1&hidden_sizes=8&search=learning_rate~0.0001~0.01~~batch_size~32~512")
    page.get_by_role("button", name="Start sweep").click()
    page.get_by_text("Best of all").wait_for(timeout=PATIENCE)
    w.station("sweep finished")
    w.reload("sweep")


def handwriting(w: Walker) -> None:
    page = w.page
    w.station("nothing written")
    draw(page, FOUR)
    page.get_by_text("Draw a 1").wait_for()
    w.station("one digit written")
    for step in ("Fill in a sheet", "Train"):
        page.get_by_role("radio", name=step, exact=True).click()
        w.station(step.lower())


PAGES: dict[str, Callable[[Walker], None]] = {
    "Home": home,
    "Data": data,
    "Train": train,
    "Evaluate": evaluate,
    "Draw": draw_some,
    "Runs": runs,
    "Race": race,
    "Sweep": sweep,
    "Your handwriting": handwriting,
}


def walk(chromium: Any, sizes: list[str], pages: list[str], out: Path) -> int:
    """Walk in one browser and on one server; returns how many faults were found."""
    with tempfile.TemporaryDirectory() as folder:
        log, archive = Path(folder) / "log", str(Path(folder) / "runs.sqlite")
        lab = start_server(chromium, log, ANN_RUNS=archive)
        try:
            found = 0
            for size in sizes:
                walker = Walker(lab, size, out)
                for title in pages:
                    with walker.step(title):
                        if title != "Home":
                            walker.visit(title)
                        PAGES[title](walker)
                walker.page.context.close()
                lab.windows.remove(walker.page)
                found += len(walker.found)
        finally:
            stop_server(lab)
        if "Traceback" in (text := log.read_text()):
            print(text)
            found += 1
    return found


def main() -> int:
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(prog="python -m tests.browser.walk", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="a folder for the pictures")
    parser.add_argument("--size", action="append", help=f"WIDTHxHEIGHT; {', '.join(SIZES)}")
    parser.add_argument("--page", action="append", choices=list(PAGES), help="all by default")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        found = walk(
            chromium, options.size or list(SIZES), options.page or list(PAGES), options.out
        )
        chromium.close()
    print(f"{found} faults; look at the pictures in {options.out}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
