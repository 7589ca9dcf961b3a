"""Saved runs in a real Chromium: they survive a reload and a killed server, and continue."""

import time

import pytest

from ann.keeping.runs import Archive
from pages.ui.server.visitor import COOKIE
from tests.benchmarks.server import descendants
from tests.browser.conftest import PATIENCE, button, place, settle, start_server, stop_server
from tests.browser.processes import alive, workers
from tests.waiting import wait_until

LONG = "train?hidden_sizes=8&epochs=5000&batch_size=32"
SECONDS = 15  # of training that a killed server may lose on a busy machine; about 5 on a free one


@pytest.fixture
def serve(browser, tmp_path):
    """`serve()` starts a server on the same saved runs; all of them end with the test."""
    servers = []

    def start():
        servers.append(
            start_server(browser, tmp_path / "log", ANN_RUNS=str(tmp_path / "runs.sqlite"))
        )
        return servers[-1]

    yield start
    for lab in servers:
        stop_server(lab)


def test_runs_survive_a_reload_and_a_killed_server_and_belong_to_one_browser(serve, tmp_path):
    lab = serve()
    page = lab.open(LONG)
    (cookie,) = [c for c in page.context.cookies() if c["name"] == COOKIE]
    assert cookie["httpOnly"] and cookie["sameSite"] == "Lax"
    assert cookie["expires"] > time.time() + 300 * 86_400
    archive, visitor = Archive(tmp_path / "runs.sqlite"), cookie["value"].partition(".")[0]

    def trains_on_from(step):
        def written():
            (saved,) = archive.list(visitor)
            return saved.status == "running" and saved.summary.step > step

        page.get_by_role("button", name="Pause", exact=True).wait_for()
        wait_until(written, "it does not continue", pause=0.1)
        return archive.list(visitor)[0]

    page.get_by_role("button", name="Start", exact=True).click()
    wait_until(lambda: archive.list(visitor), "the run was not saved", pause=0.1)
    first = trains_on_from(0)
    page.reload()
    second = trains_on_from(first.summary.step)
    processes = descendants(lab.server.pid)
    assert workers(lab.server)
    lab.server.kill()
    killed = time.time()
    lab.server.wait(10)
    wait_until(lambda: not alive(processes), "the killed server left processes behind", pause=0.1)
    assert "Traceback" not in (tmp_path / "log").read_text()

    lab = serve()
    page.goto(f"{lab.url}/runs")
    page.get_by_text("1 of at most 300 runs").wait_for()
    wait_until(lambda: archive.list(visitor)[0].status == "interrupted")
    saved = archive.list(visitor)[0]
    assert killed - saved.updated < SECONDS
    assert archive.open(visitor, saved.id).step == saved.summary.step >= second.summary.step
    stranger = lab.open("runs")  # opened before training continues, which would slow it down
    stranger.get_by_text("Nothing is saved yet").wait_for()
    page.get_by_role("button", name="Continue training").click()
    assert trains_on_from(saved.summary.step).id == first.id
    archive.close()


ROW, TICK, NAME = 35, 18, 120  # pixels of the table: a row's height, the middles of two columns


def click_table(page, row: int, x: int, effect) -> None:
    """Click in a row of the table, and wait for what appears (`effect`).

    The table is a canvas, and its heading is as high as a row. Streamlit loses a click while it
    draws the table again, so click once more if nothing has come of it for long.
    """
    for _ in range(3):
        settle(page)
        box = place(page.get_by_test_id("stDataFrame").first)
        page.mouse.click(box["x"] + x, box["y"] + (row + 1.5) * ROW)
        end = time.monotonic() + 15
        while time.monotonic() < end and not effect.is_visible():
            page.wait_for_timeout(100)
        if effect.is_visible():
            break
    effect.wait_for()
    settle(page)


def test_ticked_rows_are_compared_and_deleted_by_mouse_and_come_back(lab):
    page = lab.open("train?epochs=1&hidden_sizes=8")
    for _ in range(2):
        button(page, "Start").click()
        page.get_by_text("The one epoch is done").wait_for(timeout=PATIENCE)
        page.goto(f"{lab.url}/train?epochs=1&hidden_sizes=16")
        settle(page)
    page.goto(f"{lab.url}/runs")
    page.get_by_text("2 of at most 300 runs").wait_for()
    settle(page)
    page.get_by_role("tab", name="Settings and results").click()
    page.get_by_role("tab", name="Settings and results", selected=True).wait_for()
    click_table(page, 0, TICK, page.get_by_role("button", name="Show its curves"))
    compare = page.get_by_role("button", name="Compare 2 curves")
    click_table(page, 1, TICK, compare)
    compare.click()
    page.get_by_role("tab", name="Compare curves", selected=True).wait_for()
    page.get_by_role("button", name="Delete 2 runs").click()
    page.get_by_test_id("stPopoverBody").get_by_role("button", name="Delete").click()
    page.get_by_text("Nothing is saved yet").wait_for()
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("2 runs restored").wait_for()
    assert page.errors == []
    page.get_by_role("tab", name="Compare curves").click()
    page.get_by_role("tab", name="Compare curves", selected=True).wait_for()
    click_table(page, 1, NAME, page.get_by_role("tab", name="One run", selected=True))
