"""How fast the app feels, in a real Chromium: `python -m tests.benchmarks.feel`.

Milliseconds, measured inside the page, from an event to the first frame that shows its effect;
medians over several rounds. The start of the server is compared with that of an empty Streamlit
app, in turns: a ratio above 1 is what the lab adds. Needs Playwright and Chromium.
"""

import argparse
import json
import os
import shutil
import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.benchmarks.server import ROOT, Server, environment

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
FLAGS += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
EMPTY_APP = 'import streamlit as st\n\nst.title("Nothing")\n'
HEADING, READY = '[data-testid="stHeading"] h1', '[data-test-script-state="notRunning"]'
CURVE, VERDICT = ".scatterlayer path.js-line", ".verdict b"
# Waits until a condition holds, checked before every frame: milliseconds since `event`.
UNTIL = """([event, done]) => new Promise((resolve) => {
  const met = new Function(`return ${done}`)
  const begin = () => {
    const began = performance.now()
    const look = () => met() ? resolve(performance.now() - began) : requestAnimationFrame(look)
    requestAnimationFrame(look)
  }
  if (event) addEventListener(event, begin, { capture: true, once: true })
  else begin()
})"""


def until(page: Page, done: str, act, event: str = "click") -> float:
    """Milliseconds from the event that `act` causes until the JavaScript condition `done` holds."""
    page.evaluate(f"(what) => {{ window.felt = ({UNTIL})(what) }}", [event, done])
    act()
    return page.evaluate("window.felt")


def shown(selector: str, text: str = "") -> str:
    """A JavaScript condition: this element is on the page, with this text in it."""
    found = f"document.querySelector({json.dumps(selector)})"
    return f"!!{found} && {found}.innerText.includes({json.dumps(text)})" if text else f"!!{found}"


def opened(browser, url: str) -> Page:
    """A page in a new window, once it has settled."""
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.set_default_timeout(120_000)
    page.goto(url)
    page.wait_for_selector(HEADING)
    page.wait_for_selector(READY)
    page.wait_for_timeout(1000)
    return page


def press(page: Page, name: str):
    """A function that clicks a button."""
    button = page.get_by_role("button", name=name, exact=True)
    return lambda: button.first.click()


def first_points(browser, server: Server, rounds: int) -> list[float]:
    """From the click on Start to the first point of the curve, each time in a new window."""
    found = []
    for _ in range(rounds):
        page = opened(browser, f"{server.url}/train?epochs=100")
        found.append(until(page, shown(CURVE), press(page, "Start")))
        page.context.close()
    return found


def strokes(browser, server: Server, rounds: int) -> list[float]:
    """From the end of the first stroke to the network's answer."""
    page = opened(browser, f"{server.url}/draw")
    press(page, "Train a quick network")()
    page.get_by_text("The network is learning").wait_for()
    page.get_by_text("The network is learning").wait_for(state="detached")
    found = []
    for _ in range(rounds):
        page.wait_for_selector(READY)
        page.wait_for_timeout(1000)
        found.append(until(page, shown(VERDICT), lambda: stroke(page), "mouseup"))
        press(page, "Clear")()
        page.locator(VERDICT).wait_for(state="detached")
    page.context.close()
    return found


def stroke(page: Page) -> None:
    """Draw a vertical line, a 1."""
    canvas = page.locator("canvas").last
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + 140, box["y"] + 50)
    page.mouse.down()
    page.mouse.move(box["x"] + 135, box["y"] + 230, steps=10)
    page.mouse.up()


def switches(browser, server: Server, rounds: int) -> dict[str, list[float]]:
    """From the click on a page's name to that page, while a network trains."""
    page = opened(browser, f"{server.url}/train?epochs=5000")
    press(page, "Start")()
    page.wait_for_selector(CURVE, state="attached")
    away, back = [], []
    for _ in range(rounds):
        page.wait_for_timeout(1500)
        data = f"{shown(HEADING, 'Data')} && {shown(READY)}"
        away.append(until(page, data, page.get_by_role("link", name="Data", exact=True).click))
        page.wait_for_timeout(1500)
        train = f"{shown(HEADING, 'Train')} && {shown(CURVE)}"
        back.append(until(page, train, page.get_by_role("link", name="Train", exact=True).click))
    press(page, "Stop")()
    page.context.close()
    return {"page switch while training": away, "back to the curves": back}


def starts(browser, rounds: int) -> dict[str, list[float]]:
    """From `streamlit run` to the first heading on the page: our app and an empty one in turn."""
    found = {"server start to first paint": [], "the same, for an empty app": []}
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "app.py").write_text(EMPTY_APP)
        for _ in range(rounds):
            for name, where in zip(found, (ROOT, Path(folder)), strict=True):
                window = browser.new_context()
                page = window.new_page()
                began = time.perf_counter()
                with Server(folder=where, **environment()) as server:
                    page.goto(server.url)
                    page.wait_for_selector(HEADING, timeout=60_000)
                    found[name].append(1000 * (time.perf_counter() - began))
                    window.close()
    return found


def main() -> None:
    """Measure, print a table, write JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--out", default="feel.json")
    options = parser.parse_args()
    load = os.getloadavg()[0]
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=FLAGS)
        times = starts(browser, options.rounds)
        with Server(**environment()) as server:
            times["click to first point"] = first_points(browser, server, options.rounds)
            times["stroke to prediction"] = strokes(browser, server, options.rounds)
            times |= switches(browser, server, options.rounds)
        browser.close()
    ours, empty = list(times.values())[:2]
    ratio = statistics.median(a / b for a, b in zip(ours, empty, strict=True))
    print(f"{os.cpu_count()} cores, load before the start {load:.1f}; {options.rounds} rounds\n")
    print("| what | median, ms | lowest | highest |\n| --- | --- | --- | --- |")
    for name, values in times.items():
        cells = (statistics.median(values), min(values), max(values))
        print(f"| {name} | " + " | ".join(f"{cell:,.0f}" for cell in cells) + " |")
    print(f"\nServer start to first paint: {ratio:.2f} times that of an empty app")
    report = {"load_before": load, "cpu_count": os.cpu_count(), "start_ratio": ratio}
    Path(options.out).write_text(json.dumps(report | {"milliseconds": times}, indent=1))


if __name__ == "__main__":
    main()
