"""Training in a real Chromium: what people do, and what must survive."""

import asyncio
import os
import re
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from tests.benchmarks.protocol import Visitor
from tests.benchmarks.server import cpu_seconds, descendants
from tests.browser.conftest import PATIENCE, button, settle, start_server, stop_server, visit, zoom
from tests.browser.processes import alive, workers
from tests.waiting import wait_until

CURVE = ".live-chart .scatterlayer path.js-line"
LONG = "train?epochs=5000&hidden_sizes=32&batch_size=32"


def progress(page):
    return page.get_by_test_id("stProgress").inner_text()


def start(page):
    """Click Start and return the seconds until a curve is drawn."""
    clicked = time.monotonic()
    button(page, "Start").click()
    page.wait_for_selector(CURVE, state="attached")
    return time.monotonic() - clicked


def wait_for_text(page, pattern):
    page.get_by_text(re.compile(pattern)).first.wait_for(timeout=PATIENCE)


def step_of(page):
    """The current step of a training, which the page shows while it is not running."""
    wait_for_text(page, r"step [\d,]+")
    return int(re.search(r"step ([\d,]+)", progress(page)).group(1).replace(",", ""))


def test_tune_train_pause_change_resume_and_come_back(lab):
    page = lab.open("train?epochs=5000")
    page.get_by_role("slider", name="Layer 1 width").press("ArrowLeft")
    page.wait_for_url("**hidden_sizes=96-64**")
    settle(page)
    print(f"\nfrom the click to the first point: {start(page):.2f} s")
    wait_for_text(page, r"Epoch \d+ of 5,000")

    button(page, "Pause").click()
    button(page, "Resume").wait_for()
    settle(page)
    stood = step_of(page)
    page.get_by_role("slider", name="Learning rate").press("ArrowRight")
    page.wait_for_url("**learning_rate=**")
    settle(page)
    button(page, "Resume").click()
    wait_for_text(page, r"learning rate 0\.001")

    visit(page, "Data")
    settle(page)
    visit(page, "Train")
    page.wait_for_selector(CURVE, state="attached")
    page.wait_for_url("**hidden_sizes=96-64**")
    button(page, "Pause").click()
    button(page, "Resume").wait_for()
    settle(page)
    assert step_of(page) > stood
    button(page, "Stop").click()
    wait_for_text(page, "Stopped")
    page.get_by_role("link", name="Evaluate it").wait_for()
    assert page.errors == []


def test_killed_workers_do_not_disturb_a_training(lab):
    page = lab.open("train?epochs=60&hidden_sizes=64")
    start(page)
    killed = workers(lab.server)
    assert killed
    for pid in killed:
        with suppress(ProcessLookupError):  # it ended together with the one before
            os.kill(pid, signal.SIGKILL)
    wait_for_text(page, "All 60 epochs are done")
    assert page.get_by_test_id("stException").count() == 0
    assert page.errors == []


def test_nothing_computes_for_a_closed_tab(lab):
    page = lab.open(LONG)
    start(page)
    wait_until(lambda: work(workers(lab.server)), "the workers never started")
    page.close()
    began = time.monotonic()
    wait_until(lambda: not work(workers(lab.server)), "workers train for a closed page")
    print(f"\nworkers idle {time.monotonic() - began:.0f} s after the tab was closed")


def work(processes, seconds=1.0):
    """Whether any of these processes uses processor time in the next second."""
    before = {pid: cpu_seconds(pid) for pid in processes}
    time.sleep(seconds)
    return any(cpu_seconds(pid) - before[pid] > 0.02 * seconds for pid in processes)


def test_nothing_jumps_or_blinks_while_it_trains(lab):
    page = lab.open("train?epochs=5000&hidden_sizes=64&learning_rate=0.003")  # overfits soon
    start(page)
    wait_for_text(page, r"Epoch [\d,]{2,} of")  # a line needs two epochs
    wait_for_text(page, "What it gets wrong now")
    wait_for_text(page, "The network overfits")  # the coach's box, which moves what is below it
    page.wait_for_timeout(1000)
    page.wait_for_function("[...document.querySelectorAll('.live-chart')].every((box) => box.data)")
    places = set()
    for _ in range(30):
        boxes = page.evaluate(
            """() => [...document.querySelectorAll('.live-chart, [data-testid=stMetric], .js-line')]
               .map(e => { const b = e.closest('div').getBoundingClientRect();
                           return [b.x, b.y, b.width, b.height].map(Math.round).join() })"""
        )
        places.add(tuple(boxes))
        page.wait_for_timeout(100)
    assert len(places) == 1, "\n".join(map(str, places))


def test_on_a_phone_training_fits_the_screen_steps_resets_and_finishes(lab):
    page = lab.open("train?epochs=3&hidden_sizes=16", phone=True)
    for steps in (1, 2):
        button(page, "Step").click()
        wait_for_text(page, rf"step {steps}\b")
    button(page, "Reset").click()
    wait_for_text(page, "Nothing has been learned yet")
    start(page)
    wait_for_text(page, "All 3 epochs are done")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.errors == []


def train_without_a_browser(lab):
    """Start a long training as a browser does, then leave."""

    async def click():
        page, _, query = LONG.partition("?")
        async with Visitor(lab.port, page, query) as visitor:
            await visitor.ask()
            await visitor.ask(press="train.start")
            await visitor.next_curve()
            assert visitor.failures == []

    with ThreadPoolExecutor(1) as aside:  # playwright's event loop runs in this thread
        aside.submit(asyncio.run, click()).result()


# SIGKILL is in test_runs.py, which kills a server during training.
@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM], ids=lambda s: s.name)
def test_workers_end_with_their_server(tmp_path, end):
    lab = start_server(None, tmp_path / "log")
    try:
        train_without_a_browser(lab)
        processes = descendants(lab.server.pid)
        assert workers(lab.server)
        lab.server.send_signal(end)
        lab.server.wait(20)
        wait_until(lambda: not alive(processes), "the server left processes behind", pause=0.1)
        assert "Traceback" not in (tmp_path / "log").read_text()
    finally:
        stop_server(lab)


def test_at_high_zoom_the_settings_stay_readable_beside_the_curves(lab):
    page = lab.open("train")
    zoom(page)
    box = {
        label: page.get_by_text(label, exact=True).bounding_box()
        for label in ("Layer 1 width", "Dropout")
    }
    start = page.get_by_role("button", name="Start").bounding_box()
    assert box["Layer 1 width"]["height"] == box["Dropout"]["height"]
    assert start["x"] > box["Dropout"]["x"] and start["y"] < box["Dropout"]["y"]
