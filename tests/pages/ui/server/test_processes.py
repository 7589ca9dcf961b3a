"""Several server processes behind a real nginx: whoever is killed, nothing is lost."""

import asyncio
import contextlib
import http.client
import os

import pytest

from ann.events import Reason
from ann.keeping.runs import Archive
from ann.recipe import Recipe
from ann.running.view import ENDED
from pages.ui.server import processes
from pages.ui.server.visitor import COOKIE
from tests.benchmarks.hall_server import NGINX, NO_NGINX, Hall
from tests.benchmarks.hostile_browsers import put
from tests.benchmarks.protocol import Visitor
from tests.pages.ui.server.learner import Learner, run

RECIPE = Recipe(hidden_sizes=(16,), epochs=300, dropout=0.2)
NEEDS_NGINX = pytest.mark.skipif(NGINX is None, reason=NO_NGINX)


@pytest.fixture(scope="module")
def hall():
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("ANN_DATA", raising=False)
        with Hall(2) as found:
            yield found


def get(port, path, cookie):
    """The status of the answer to a browser with this cookie."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    with contextlib.closing(connection):
        connection.request("GET", path, headers={"Cookie": cookie})
        return connection.getresponse().status


@NEEDS_NGINX
@pytest.mark.slow
def test_files_of_a_tab_reach_the_process_that_holds_it_also_where_the_proxy_does_not_know(hall):
    """As after a process was killed and started again: its visitors are elsewhere by then."""
    cookies = [f"{COOKIE}={letter}" for letter in "abcdefgh"]

    async def play():
        other = hall.ports[1]
        async with Visitor(hall.ports[0], "lessons") as tab:
            await tab.ask()
            assert put(other, "", tab.session, "f0", b"x") == 404
            path = await tab.download("lessons.worksheet")
            assert get(other, path, "") == 404
            assert {get(hall.port, path, cookie) for cookie in cookies} == {200}
            assert put(hall.port, "", tab.session, "f1", b"x") == 204
        async with Visitor(other, "runs") as tab:
            await tab.ask()
            assert put(hall.port, "", tab.session, "f1", b"x") == 204

    run(play())


@NEEDS_NGINX
@pytest.mark.slow
def test_a_training_ends_bit_for_bit_the_same_when_its_process_is_killed(hall):
    archive = Archive(hall.runs)
    learner = Learner(archive, hall.port, RECIPE)

    async def play():
        async with learner.on(hall, reconnects=True) as tab:
            await tab.ask()
            await tab.ask(press="train.start")
            await learner.trained_beyond(1)
            killed = hall.trainer()
            assert killed in hall.pids and learner.run().status not in ENDED
            hall.kill(killed)
            async with asyncio.timeout(120):
                while learner.run().status not in ENDED:
                    await asyncio.sleep(0.1)
            assert tab.reconnections and not tab.failures
        assert killed not in hall.pids and len(hall.pids) == 2

    run(play())
    assert learner.run().summary.reason == Reason.EPOCHS
    assert learner.holds_an_unbroken_training()
    archive.close()


def test_each_process_knows_how_many_there_are_and_whom_to_believe():
    given = {"ANN_PROXY": "10.0.0.2", "ANN_PROCESSES": "9", "PATH": "here"}
    assert processes.environment(4, given) == {
        "ANN_PROXY": "10.0.0.2",
        "ANN_PROCESSES": "4",
        "PATH": "here",
    }


@pytest.mark.slow
def test_a_server_that_cannot_be_started_is_not_tried_forever(monkeypatch, capfd):
    environment = os.environ | {"ANN_MAX_TABS": "many"}
    one = processes.Process(1, environment)
    with pytest.raises(RuntimeError, match=r"port 1 has ended with .*, 3 times within 20 s"):
        while True:
            one.wait()
            one.look()
    assert "ANN_MAX_TABS: 'many' is not a number" in capfd.readouterr().err
