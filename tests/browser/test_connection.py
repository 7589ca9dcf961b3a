"""A browser that loses its network: training continues by itself when the page is back."""

import re

import pytest
from streamlit.config import get_option

from ann.running.absence import AWAY_SECONDS
from tests.browser.cable import Cable
from tests.browser.conftest import PATIENCE, button, settle, visit
from tests.browser.processes import workers
from tests.browser.test_train import LONG, start, work
from tests.waiting import wait_until


@pytest.fixture
def cable(lab, monkeypatch):
    """A cable between the browser and the server."""
    found = Cable(lab.port)
    monkeypatch.setattr(lab, "url", f"http://127.0.0.1:{found.port}")
    yield found
    found.close()


def epoch_of(page) -> int:
    text = page.get_by_test_id("stProgress").inner_text()
    return int(re.search(r"^Epoch ([\d,]+) of", text)[1].replace(",", ""))


@pytest.mark.parametrize("silent", [False, True], ids=["cut", "silent"])
def test_a_training_continues_by_itself_after_the_network_was_gone(lab, cable, silent):
    page = lab.open(LONG)
    start(page)
    page.get_by_text(re.compile(r"^Epoch \d{2}")).wait_for(timeout=PATIENCE)
    cable.cut(silent=silent)
    page.wait_for_timeout(1000 * (AWAY_SECONDS + 3))
    stood = epoch_of(page)
    cable.mend()
    wait_until(lambda: page.wait_for_timeout(300) or epoch_of(page) > stood, seconds=90)
    settle(page, 1)
    assert button(page, "Pause").count() == 1 and button(page, "Resume").count() == 0
    assert page.get_by_text("because the page was closed").count() == 0


def test_a_page_that_shows_no_training_lets_it_continue_too(lab, cable):
    page = lab.open(LONG)
    start(page)
    visit(page, "Data")
    settle(page)
    cable.cut()
    wait_until(lambda: not work(workers(lab.server)), "workers train for a closed page")
    page.wait_for_timeout(1000 * AWAY_SECONDS)
    assert get_option("server.disconnectedSessionTTL") > 60  # a minute makes no difference
    cable.mend()
    wait_until(lambda: page.wait_for_timeout(10) or work(workers(lab.server)), seconds=60)
