"""Several server processes behind a real nginx, in a real Chromium: one of them is killed."""

import re

import pytest

from tests.benchmarks.hall_server import NGINX, NO_NGINX, Hall
from tests.browser.conftest import PATIENCE, Lab, _finish, button, settle
from tests.browser.test_connection import epoch_of
from tests.browser.test_train import LONG, start
from tests.waiting import wait_until

pytestmark = pytest.mark.skipif(NGINX is None, reason=NO_NGINX)


@pytest.fixture
def hall():
    with Hall(2) as found:
        yield found


@pytest.fixture
def lab(hall, browser, request, tmp_path_factory):
    found = Lab(browser, None, hall.port)
    yield found
    _finish(found, request, tmp_path_factory)


def test_pages_go_on_by_themselves_when_their_process_is_killed(lab, hall):
    page = lab.open(LONG)
    idle = page.context.new_page()  # of the same visitor, so on the same process
    idle.goto(f"{hall.url}/data")
    settle(idle)
    start(page)
    page.get_by_text(re.compile(r"^Epoch \d{2}")).wait_for(timeout=PATIENCE)
    wait_until(lambda: hall.trainer(), "it was not saved", pause=0.1)
    killed, stood = hall.trainer(), epoch_of(page)
    hall.kill(killed)
    wait_until(
        lambda: page.wait_for_timeout(100) or hall.trainer() not in (0, killed), "nobody trains it"
    )
    wait_until(lambda: page.wait_for_timeout(300) or epoch_of(page) > stood, seconds=90)
    settle(page, 1)
    assert button(page, "Pause").count() == 1 and button(page, "Resume").count() == 0
    # nothing went on here: this click is the first that the other process hears of this tab
    idle.get_by_test_id("stButtonGroup").get_by_text("7", exact=True).click()
    wait_until(lambda: idle.wait_for_timeout(100) or idle.locator('[title="7"]').count() > 50)
    assert idle.get_by_test_id("stException").count() == 0
