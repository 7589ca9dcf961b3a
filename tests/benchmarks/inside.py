"""How fast a click on the page Look is answered: `python -m tests.benchmarks.inside`.

In a real Chromium: milliseconds from a click on a unit to the frame that shows its sum, for a small
and a large network, alone and beside learners who train. Needs Playwright and Chromium.
"""

import argparse
import asyncio
import contextlib
import os
import random
import re
import statistics
import threading
from collections.abc import Iterator

from playwright.sync_api import Page, sync_playwright

from tests.benchmarks.bars import percentile
from tests.benchmarks.classroom import PAGE, QUERY, Learner, staggered
from tests.benchmarks.feel import FLAGS, opened, press, until
from tests.benchmarks.protocol import Visitor
from tests.benchmarks.server import Server, environment

NETWORKS = ("128-64", "1024-512")
ENDED = re.compile("^The one epoch is done")


@contextlib.contextmanager
def training(server: Server, n: int) -> Iterator[list[Learner]]:
    """`n` learners who train and watch, in a thread of their own."""
    stop, ready, learners = threading.Event(), threading.Event(), []

    async def work() -> None:
        async with contextlib.AsyncExitStack() as stack:
            for _ in range(n):
                visitor = await stack.enter_async_context(Visitor(server.port, PAGE, QUERY))
                learners.append(Learner(visitor))
            await staggered(learner.open() for learner in learners)
            await staggered(learner.train() for learner in learners)
            ready.set()
            while not stop.is_set():
                await asyncio.sleep(0.1)

    thread = threading.Thread(target=asyncio.run, args=(work(),), daemon=True)
    thread.start()
    while thread.is_alive() and not ready.wait(0.1):
        pass
    try:
        yield learners
    finally:
        stop.set()
        thread.join()


def trained(browser, server: Server, hidden_sizes: str) -> Page:
    """The page Look with a network of these sizes, after one epoch."""
    page = opened(browser, f"{server.url}/train?epochs=1&hidden_sizes={hidden_sizes}")
    press(page, "Start")()
    page.get_by_text(ENDED).first.wait_for()
    page.get_by_role("link", name="Look", exact=True).first.click()
    page.locator(".look-cell").first.wait_for()
    page.wait_for_timeout(3000)
    return page


def clicks(page: Page, count: int) -> list[float]:
    """Milliseconds from a click on a random unit to its sum."""
    every = "all => all.map(unit => unit.dataset.unit)"
    units = page.eval_on_selector_all(".look-cell[data-unit]", every)
    units = [unit for unit in units if re.fullmatch(r"[12]-\d+", unit)]
    found = []
    for unit in random.Random(0).sample(units, count):
        headings = "[...document.querySelectorAll('h1, h2, h3, h4, h5')]"
        done = f"{headings}.some(h => h.innerText.startsWith('Unit {unit}: inputs'))"
        cell = page.locator(f'.look-cell[data-unit="{unit}"]').first
        found.append(until(page, done, cell.click))
        page.wait_for_timeout(random.Random(unit).randint(300, 900))
    return found


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--clicks", type=int, default=40, help="for each row of the table")
    parser.add_argument("--learners", type=int, default=16, help="who train beside")
    args = parser.parse_args()
    print("| network | learners who train | p50 | p95 | load |\n| --- | --- | --- | --- | --- |")
    with sync_playwright() as playwright, Server(**environment()) as server:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        pages = [trained(browser, server, sizes) for sizes in NETWORKS]
        for n in dict.fromkeys((0, args.learners)):
            with training(server, n) as learners:
                for sizes, page in zip(NETWORKS, pages, strict=True):
                    found = [ms / 1000 for ms in clicks(page, args.clicks)]
                    middle, slow = statistics.median(found), percentile(found, 0.95)
                    row = f"| {sizes} | {n} | {middle:.2f} s | {slow:.2f} s "
                    print(f"{row}| {os.getloadavg()[0]:.1f} |", flush=True)
                failed = [failure for learner in learners for failure in learner.failures]
            for failure in failed:
                print(failure)
        browser.close()


if __name__ == "__main__":
    main()
