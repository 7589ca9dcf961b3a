"""The Runs page with 200 saved runs, in a real Chromium: `python -m tests.benchmarks.overlay`.

Two bars. The table appears at most a second later than an empty page would. And with the curves of
20 runs in one chart, no change of an axis or of the smoothing occupies the browser for more than
200 ms of processor time. Milliseconds are measured inside the page; the time between two frames
also depends on what else the machine is doing. Needs Playwright and Chromium.
"""

import argparse
import json
import os
import shutil
import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from ann.keeping.runs import Archive
from pages.ui.server.visitor import COOKIE
from tests.benchmarks.feel import FLAGS, READY, shown, until
from tests.benchmarks.saved_runs import RUNS, VISITOR, recipes, run
from tests.benchmarks.server import Server, environment

NO_RUNS = "Nothing is saved yet"
STRANGER = 43 * "s"
DRAWN = 20
MOST_OPENING, MOST_TASK = 1000, 200  # milliseconds
TABLE = shown('[data-testid="stDataFrame"] canvas')
EMPTY = shown("body", NO_RUNS)
LINE = "document.querySelector('.scatterlayer path.js-line')?.getAttribute('d')"
FRESH = f"window.drawn !== {LINE}"
CHARTS = "document.querySelectorAll('.js-plotly-plot .scatterlayer path.js-line').length >= 2"
# Milliseconds from the start of the navigation until a condition holds.
SINCE = """(done) => new Promise((resolve) => {
  const met = new Function(`return ${done}`)
  const look = () => met() ? resolve(performance.now()) : requestAnimationFrame(look)
  look()
})"""
FRAMES = """() => {
  window.longest = 0
  let last = performance.now()
  const tick = () => {
    const now = performance.now()
    window.longest = Math.max(window.longest, now - last)
    last = now
    requestAnimationFrame(tick)
  }
  requestAnimationFrame(tick)
}"""


def fill(path: Path) -> None:
    """Write an archive with the visitor's runs."""
    archive = Archive(path)
    for recipe in recipes(RUNS):
        archive.save(VISITOR, run(recipe))
    archive.close()


def window(browser: Browser, url: str, visitor: str) -> Page:
    """A new window of this visitor, still empty."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.add_cookies([{"name": COOKIE, "value": visitor, "url": url}])
    page = context.new_page()
    page.set_default_timeout(60_000)
    return page


def opening(page: Page, url: str, done: str) -> float:
    """Milliseconds from the start of the navigation until `done` holds."""
    page.goto(f"{url}/runs", wait_until="commit")
    found = page.evaluate(SINCE, done)
    page.wait_for_selector(READY)
    return found


def coming_back(page: Page) -> float:
    """Milliseconds from a click on Runs, made on another page, until the table is there."""
    links = page.get_by_test_id("stSidebarNavLink")
    links.filter(has_text="Data").click()
    page.get_by_role("heading", name="Data", exact=True).wait_for()
    page.wait_for_selector(READY)
    return until(page, TABLE, links.filter(has_text="Runs").click)


def choose(page: Page, count: int) -> None:
    """Choose this many runs for the chart."""
    box = page.get_by_role("combobox", name="Runs", exact=True)
    box.click()
    tags = page.locator('[data-testid="stMultiSelect"] [data-tag]')
    for _ in range(count - tags.count()):
        box.press("ArrowDown")
        box.press("Enter")
    box.press("Escape")
    page.wait_for_function(f"document.querySelectorAll('.overlaid span').length == {count}")
    page.wait_for_selector(READY)
    page.wait_for_timeout(1000)


def redraws(page: Page) -> dict[str, tuple[float, float, float]]:
    """For each change, in ms: until it is drawn, longest gap between frames, longest task."""
    page.evaluate(FRAMES)
    slider = page.get_by_role("slider", name="Smoothing")
    changes = {  # name -> (action, condition that then holds, event that starts the clock)
        "each batch": (option(page, "Each batch"), FRESH, "click"),
        "by seconds": (option(page, "Seconds"), axis("x", "Seconds"), "click"),
        "by step": (option(page, "Step"), axis("x", "Step"), "click"),
        "smoothing": (lambda: slider.press("ArrowRight"), FRESH, "keydown"),
        "logarithmic": (page.get_by_text("Log y-axis").click, axis("y", "log"), "click"),
        "by epoch": (option(page, "Epoch"), axis("x", "Epoch"), "click"),
    }
    found = {}
    for name, (act, done, event) in changes.items():
        slider.scroll_into_view_if_needed()
        page.evaluate(f"window.drawn = {LINE}; window.longest = 0")
        page.context.browser.start_tracing(page=page, categories=["toplevel"])
        late = until(page, f"{LINE} && {done} && {shown(READY)}", act, event)
        page.wait_for_timeout(500)
        longest = page.evaluate("window.longest")
        found[name] = late, longest, longest_task(page.context.browser.stop_tracing())
    return found


def option(page: Page, name: str):
    """A function that clicks one of several options."""
    return page.get_by_role("radio", name=name, exact=True).first.click


def tab(page: Page, name: str):
    """A function that clicks a tab."""
    return page.get_by_role("tab", name=name).click


def axis(which: str, text: str) -> str:
    """A JavaScript condition: the title of the first chart's axis contains this text."""
    return f"document.querySelector('.{which}title')?.textContent.includes('{text}')"


def longest_task(trace: bytes) -> float:
    """Processor time of the page's longest task, in ms; other programs don't count.

    >>> thread = {"name": "thread_name", "pid": 1, "tid": 2, "args": {"name": "CrRendererMain"}}
    >>> task = {"name": "RunTask", "ph": "X", "pid": 1, "tid": 2, "tdur": 3000}
    >>> longest_task(json.dumps({"traceEvents": [thread, task, task | {"tid": 3}]}).encode())
    3.0
    """
    events = json.loads(trace)["traceEvents"]
    names = {(e["pid"], e["tid"]): e["args"]["name"] for e in events if e["name"] == "thread_name"}
    page = [e for e in events if names.get((e["pid"], e["tid"])) == "CrRendererMain"]
    return max((e["tdur"] for e in page if "RunTask" in e["name"] and "tdur" in e), default=0) / 1e3


def main() -> None:
    """Measure, print, write JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--out", default="overlay.json")
    options = parser.parse_args()
    load = os.getloadavg()[0]
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        fill(Path(folder) / "runs.sqlite")
        browser = driver.chromium.launch(executable_path=chromium, args=FLAGS)
        with Server(**environment(), ANN_RUNS=str(Path(folder) / "runs.sqlite")) as server:
            stranger = window(browser, server.url, STRANGER)
            page = window(browser, server.url, VISITOR)
            opened = {"empty": [], "table": [], "curves": [], "back": []}
            for _ in range(options.rounds + 1):  # the first fills the browser's cache
                opened["empty"].append(opening(stranger, server.url, EMPTY))
                opened["table"].append(opening(page, server.url, TABLE))
                opened["curves"].append(until(page, CHARTS, tab(page, "Compare curves")))
                opened["back"].append(coming_back(page))
            until(page, CHARTS, tab(page, "Compare curves"))
            stranger.context.close()
            choose(page, DRAWN)
            drawn = redraws(page)
        browser.close()
    times = {name: statistics.median(values[1:]) for name, values in opened.items()}
    print(f"{os.cpu_count()} cores, load before the start {load:.1f}; {options.rounds} rounds\n")
    late = times["table"] - times["empty"]
    print(f"an empty page: {times['empty']:,.0f} ms; with {RUNS} runs, the table:")
    print(f"{times['table']:,.0f} ms, the curves: {times['curves']:,.0f} ms after a click")
    print(f"coming from another page, the table: {times['back']:,.0f} ms after the click")
    print(f"later than empty: {late:,.0f} ms (bar: {MOST_OPENING}: {verdict(late, MOST_OPENING)})")
    print(f"\n{DRAWN} runs | ms until drawn | longest gap between frames | longest task, processor")
    print("--- | --- | --- | ---")
    for name, cells in drawn.items():
        print(f"{name} | " + " | ".join(f"{cell:,.0f}" for cell in cells))
    held = max(task for _, _, task in drawn.values())
    print(f"longest task: {held:,.0f} ms (bar: {MOST_TASK}: {verdict(held, MOST_TASK)})")
    report = {"load_before": load, "cpu_count": os.cpu_count(), "opening": opened, "drawn": drawn}
    Path(options.out).write_text(json.dumps(report, indent=1))


def verdict(value: float, most: float) -> str:
    """Whether a value meets its bar, in a word."""
    return "met" if value <= most else "MISSED"


if __name__ == "__main__":
    main()
