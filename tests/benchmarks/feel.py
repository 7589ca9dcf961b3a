"""How fast the app feels, in a real Chromium: `python -m tests.benchmarks.feel`.

Milliseconds, measured inside the page, from an event to the first frame that shows its effect;
medians over several rounds. What an empty Streamlit app can do too, it does in the same run: a
ratio above 1 is what the lab adds. Needs Playwright and Chromium.
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

import data
from tests.benchmarks.server import ROOT, Server, environment

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
FLAGS += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
EMPTY_APP = """import streamlit as st

def page(name):
    st.title(name)
    if st.button("Press"):
        st.markdown("Pressed")

names = "Nothing", "Data"
st.navigation([st.Page(lambda n=n: page(n), title=n, url_path=n.lower()) for n in names]).run()
"""
HEADING, READY = '[data-testid="stHeading"] h1', '[data-test-script-state="notRunning"]'
CURVE, VERDICT = ".scatterlayer path.js-line", ".verdict b"
MATRIX = ".live-chart .heatmaplayer .hm"
START, EMPTY_START = "server start to first paint", "the same, empty app"
POINT, SWITCH = "click to first point", "page switch while training"
CLICK, EMPTY_SWITCH = "click to its effect, empty app", "page switch, empty app"
COMPARED = {POINT: CLICK, SWITCH: EMPTY_SWITCH}
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


def opened(browser, url: str, received: list[float] | None = None) -> Page:
    """A page in a new window, once it has settled. `received`: for the bytes of each answer."""
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.set_default_timeout(120_000)
    if received is not None:
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.loadingFinished", lambda e: received.append(e["encodedDataLength"]))
    page.goto(url)
    page.wait_for_selector(HEADING)
    page.wait_for_selector(READY)
    page.wait_for_timeout(1000)
    return page


def press(page: Page, name: str):
    """A function that clicks a button."""
    button = page.get_by_role("button", name=name, exact=True)
    return lambda: button.first.click()


def first_points(browser, server: Server, rounds: int, path: str, start: str) -> list[float]:
    """From the click on a start button to the first point of a curve, each time in a new window.

    Each round ends its trainings before the next begins.
    """
    found = []
    for _ in range(rounds):
        page = opened(browser, f"{server.url}/{path}?epochs=100")
        found.append(until(page, shown(CURVE), press(page, start)))
        press(page, "Stop")()
        page.wait_for_function(
            "[...document.querySelectorAll('button')].some((one) => "
            "one.innerText.includes('Stop') && one.disabled)"
        )
        page.context.close()
    return found


def bytes_received(browser, url: str) -> float:
    """Bytes that a first visit receives, without what comes through the websocket."""
    received: list[float] = []
    opened(browser, url, received).context.close()
    return sum(received)


def evaluations(browser, server: Server, rounds: int) -> list[float]:
    """From the click on Evaluate to its confusion matrix, with a network that has been trained."""
    page = opened(browser, f"{server.url}/train?epochs=1")
    press(page, "Start")()
    page.get_by_text("Evaluate it").wait_for()
    found = []
    for _ in range(rounds):
        page.wait_for_timeout(1500)
        link = page.get_by_role("link", name="Evaluate", exact=True).first
        found.append(until(page, f"{shown(HEADING, 'Evaluate')} && {shown(MATRIX)}", link.click))
        page.wait_for_timeout(1500)
        page.get_by_role("link", name="Data", exact=True).click()
        page.wait_for_function(shown(HEADING, "Data"))
    page.context.close()
    return found


def empty_app(browser, rounds: int) -> dict[str, list[float]]:
    """What an empty app takes from a click to its effect, and to its other page."""
    clicks, away = [], []
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "app.py").write_text(EMPTY_APP)
        with Server(folder=Path(folder)) as server:
            for _ in range(rounds):
                page = opened(browser, server.url)
                clicks.append(until(page, shown("[data-testid=stMarkdown]"), press(page, "Press")))
                page.wait_for_timeout(500)
                link = page.get_by_role("link", name="Data", exact=True)
                away.append(until(page, f"{shown(HEADING, 'Data')} && {shown(READY)}", link.click))
                page.context.close()
    return {CLICK: clicks, EMPTY_SWITCH: away}


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
    scale = box["width"] / 280
    page.mouse.move(box["x"] + 140 * scale, box["y"] + 50 * scale)
    page.mouse.down()
    page.mouse.move(box["x"] + 135 * scale, box["y"] + 230 * scale, steps=10)
    page.mouse.up()


def switches(browser, server: Server, rounds: int) -> dict[str, list[float]]:
    """From the click on a page's name to that page, while a network trains."""
    page = opened(browser, f"{server.url}/train?epochs=5000")
    press(page, "Start")()
    page.wait_for_selector(CURVE, state="attached")
    away, back = [], []
    for _ in range(rounds):
        page.wait_for_timeout(1500)
        ready = f"{shown(HEADING, 'Data')} && {shown(READY)}"
        away.append(until(page, ready, page.get_by_role("link", name="Data", exact=True).click))
        page.wait_for_timeout(1500)
        train = f"{shown(HEADING, 'Train')} && {shown(CURVE)}"
        back.append(until(page, train, page.get_by_role("link", name="Train", exact=True).click))
    press(page, "Stop")()
    page.context.close()
    return {SWITCH: away, "back to the curves": back}


def starts(browser, rounds: int) -> dict[str, list[float]]:
    """From `streamlit run` to the first heading on the page: our app and an empty one in turn."""
    found = {START: [], EMPTY_START: []}
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


def ratios(times: dict[str, list[float]]) -> dict[str, float]:
    """How many times as long as the empty app the lab takes, for what both can do."""
    medians = {name: statistics.median(values) for name, values in times.items()}
    found = {ours: medians[ours] / medians[empty] for ours, empty in COMPARED.items()}
    pairs = zip(times[START], times[EMPTY_START], strict=True)  # in turns, so compared in pairs
    return found | {START: statistics.median(ours / empty for ours, empty in pairs)}


def main() -> None:
    """Measure, print a table, write JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--out", default="feel.json")
    options = parser.parse_args()
    load = os.getloadavg()[0]
    os.environ.update(environment())
    dataset = data.load().name  # also writes the cache files that the server maps
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=FLAGS)
        times = starts(browser, options.rounds)
        with Server(**environment()) as server:
            visit = bytes_received(browser, f"{server.url}/train") / 1e6
            times[POINT] = first_points(browser, server, options.rounds, "train", "Start")
            times["Race: click to first point"] = first_points(
                browser, server, options.rounds, "race", "Start race"
            )
            times["stroke to prediction"] = strokes(browser, server, options.rounds)
            times |= switches(browser, server, options.rounds)
            times["opening Evaluate"] = evaluations(browser, server, options.rounds)
        times |= empty_app(browser, options.rounds)
        browser.close()
    found = ratios(times)
    print(f"{os.cpu_count()} cores, load before the start {load:.1f}; {options.rounds} rounds; ")
    print(f"data set {dataset}; a first visit of Train receives {visit:.2f} MB\n")
    print("| what | median, ms | lowest | highest | relative to an empty app |")
    print("| --- | --- | --- | --- | --- |")
    for name, values in times.items():
        cells = [f"{cell:,.0f}" for cell in (statistics.median(values), min(values), max(values))]
        cells.append(f"{found[name]:.2f}" if name in found else "")
        print(f"| {name} | " + " | ".join(cells) + " |")
    report = {"load_before": load, "cpu_count": os.cpu_count(), "dataset": dataset}
    report |= {"relative_to_empty": found, "megabytes": visit, "milliseconds": times}
    Path(options.out).write_text(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
