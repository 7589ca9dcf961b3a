"""Two servers on one archive never train the same sweep at once."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from ann.keeping import lease
from ann.keeping.database import MissingError
from ann.keeping.lease import TakenError
from ann.keeping.sweep_autosave import ON_ANOTHER_SERVER, SweepAutosave
from ann.keeping.sweeps import SweepArchive
from ann.search import space
from ann.search.plan import Plan
from ann.search.sweep import Sweep
from tests.ann.sweeps import RATES, RECIPE, interrupted, run_to_the_end
from tests.waiting import wait_until

ANNA = "a" * 43
TRIALS = space.grid(replace(RECIPE, epochs=60), {"learning_rate": RATES})
PLAN = Plan(TRIALS, ["learning_rate"])
TAKEN = r"sweep \d+: is being trained by another server"


class Server:
    """One of the servers: the archive as it sees it, and what saves its sweeps."""

    def __init__(self, path, pool, source):
        self.archive = SweepArchive(path)
        self.saver = SweepAutosave(self.archive, every=0.02)
        self._pool, self._source = pool, source

    def new(self):
        sweep = Sweep(self._pool, self._source, PLAN, n_classes=4)
        return self.saver.watch(ANNA, self._source.fingerprint, sweep)

    def restored(self, number):
        saved = self.archive.open(ANNA, number)
        sweep = Sweep(self._pool, self._source, saved.plan, n_classes=4, earlier=saved.results)
        return self.saver.watch(ANNA, saved.fingerprint, sweep, number)

    def saved(self, sweep):
        """The number of a sweep, once all of it is saved."""
        wait_until(lambda: not self.saver.busy(ANNA))
        return self.saver.number(sweep)

    def close(self):
        self.saver.close()
        self.archive.close()


@pytest.fixture
def servers(tmp_path, pool, source):
    servers = [Server(tmp_path / "runs.sqlite", pool, source) for _ in "ab"]
    yield servers
    for server in servers:
        server.close()


def test_a_sweep_that_is_being_trained_cannot_be_resumed_on_another_server(servers):
    here, there = servers
    sweep = here.new()
    assert here.saver.take(ANNA, sweep) is None, "nothing of it is saved yet"
    interrupted(sweep, 2)
    number = here.saved(sweep)
    assert here.saver.take(ANNA, sweep) is None
    other = there.restored(number)
    with pytest.raises(TakenError, match=TAKEN):
        there.saver.take(ANNA, other)
    sweep.resume()
    sweep.pause()
    wait_until(lambda: sweep.at_rest)
    here.saved(sweep)
    assert there.saver.take(ANNA, other) == number, "it may not know the last trials"
    newer = there.restored(number)
    assert newer is not other and newer.results().trials == sweep.results().trials
    assert there.saver.take(ANNA, newer) is None
    run_to_the_end(newer)
    there.saved(newer)
    assert here.saver.take(ANNA, sweep) == number, "the other server has trained it since"
    assert here.saver.live(ANNA) is None
    at_the_end = here.restored(number)
    assert at_the_end.view().result == newer.view().result
    assert here.saver.take(ANNA, at_the_end) is None and here.archive.leases.is_mine(number)
    unbroken = here.new()
    assert run_to_the_end(unbroken).result == newer.view().result


def test_a_server_that_wakes_up_pauses_a_sweep_that_another_one_has_taken(servers, monkeypatch):
    here, there = servers
    sweep = here.new()
    interrupted(sweep, 2)
    number = here.saved(sweep)
    assert here.saver.take(ANNA, sweep) is None
    monkeypatch.setattr(lease, "LEASE_SECONDS", -1)  # as if it had been asleep
    other = there.restored(number)
    assert there.saver.take(ANNA, other) == number
    other = there.restored(number)
    assert there.saver.take(ANNA, other) is None
    before = there.archive.open(ANNA, number).results
    sweep.resume()
    wait_until(lambda: sweep.status == "paused", "both servers train it")
    assert sweep.message == ON_ANOTHER_SERVER
    assert there.archive.open(ANNA, number).results == before, "the archive was overwritten"
    assert here.saver.take(ANNA, sweep) == number, "to continue, it is brought back"


def test_a_deleted_sweep_is_not_taken(servers):
    here = servers[0]
    sweep = interrupted(here.new(), 2)
    number = here.saved(sweep)
    with here.archive._db.writing() as db:
        db.execute("DELETE FROM sweeps")
    with pytest.raises(MissingError, match=f"sweep {number}: there is no such sweep"):
        here.saver.take(ANNA, sweep)


SERVER = """
import sys, time
from ann.running.find_data import Source
from ann.running.pool import Pool, process_executor
from tests.ann.keeping.test_sweep_lease import Server

if __name__ == "__main__":
    source = Source(sys.argv[2], "test", 500)
    server = Server(sys.argv[1], Pool(lambda: process_executor(1)), source)
    sweep = server.new()
    sweep.resume()
    while server.saver.number(sweep) is None:
        time.sleep(0.01)
    print(server.saver.number(sweep), flush=True)
    sys.stdin.read()
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows cannot ask for a process without ending it")
def test_another_process_resumes_a_sweep_only_once_its_server_is_gone(tmp_path, servers, source):
    (tmp_path / "server.py").write_text(SERVER)
    root = str(Path(__file__).parents[3])
    process = subprocess.Popen(
        [sys.executable, str(tmp_path / "server.py"), servers[0].archive._db.path, source.folder],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": root},
        cwd=root,
        start_new_session=True,
    )
    with process:
        number, here = int(process.stdout.readline()), servers[0]
        with pytest.raises(TakenError, match=f"{TAKEN}. If that one was just stopped"):
            here.saver.take(ANNA, here.restored(number))
        os.killpg(process.pid, 9)
        process.wait()
    assert here.saver.live(ANNA) is None, "the other server has trained it"
    assert here.saver.take(ANNA, here.restored(number)) == number
    sweep = here.restored(number)
    assert here.saver.take(ANNA, sweep) is None
    result = run_to_the_end(sweep).result
    assert result == run_to_the_end(servers[1].new()).result, "other than an unbroken one"
