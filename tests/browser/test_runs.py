"""Kept runs in a real Chromium: they outlive a reload and a killed server, and go on after both."""

import time

import pytest

from ann.keeping.runs import Archive
from pages.ui.server.visitor import COOKIE
from tests.browser.conftest import start_server, stop_server
from tests.waiting import wait_until

LONG = "train?hidden_sizes=8&epochs=5000&batch_size=32"
SECONDS = 15  # that a killed server may lose on a busy machine; 5 and a little on a free one


@pytest.fixture
def serve(browser, tmp_path):
    """`serve()` starts a server on the same kept runs; all of them end with the test."""
    servers = []

    def start():
        servers.append(
            start_server(browser, tmp_path / "log", ANN_RUNS=str(tmp_path / "runs.sqlite"))
        )
        return servers[-1]

    yield start
    for server, lab in servers:
        stop_server(server, lab)


def test_runs_outlive_a_reload_and_a_killed_server_and_belong_to_one_browser(serve, tmp_path):
    server, lab = serve()
    page = lab.open(LONG)
    (cookie,) = [c for c in page.context.cookies() if c["name"] == COOKIE]
    assert cookie["httpOnly"] and cookie["sameSite"] == "Lax"
    assert cookie["expires"] > time.time() + 300 * 86_400
    archive, visitor = Archive(tmp_path / "runs.sqlite"), cookie["value"]

    def trains_on_from(step):
        def written():
            (kept,) = archive.list(visitor)
            return kept.status == "running" and kept.summary.step > step

        page.get_by_role("button", name="Pause", exact=True).wait_for()
        wait_until(written, "it does not go on", pause=0.1)
        return archive.list(visitor)[0]

    page.get_by_role("button", name="Start", exact=True).click()
    wait_until(lambda: archive.list(visitor), "the run was not kept", pause=0.1)
    first = trains_on_from(0)
    page.reload()
    page.get_by_text("Your last training was interrupted moments ago").wait_for()
    page.get_by_role("button", name="Continue training").click()
    second = trains_on_from(first.summary.step)
    server.kill()
    killed = time.time()
    server.wait(10)

    _, lab = serve()
    page.goto(f"{lab.url}/runs")
    page.get_by_text("1 of at most 300 runs").wait_for()
    wait_until(lambda: archive.list(visitor)[0].status == "interrupted")
    kept = archive.list(visitor)[0]
    assert killed - kept.updated < SECONDS
    assert archive.open(visitor, kept.id).step == kept.summary.step >= second.summary.step
    stranger = lab.open("runs")  # before anything trains again: that would slow it down
    stranger.get_by_text("Nothing is saved yet").wait_for()
    page.get_by_role("button", name="Continue training").click()
    assert trains_on_from(kept.summary.step).id == first.id
    archive.close()
