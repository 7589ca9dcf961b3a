"""The lab under long and rough use: `python -m tests.benchmarks.soak --minutes 60`.

Learners come, train and go, some before their training has ended, and others only pass by.
Meanwhile files of states and the data's cache are deleted, and the disk is full for a while (on a
small file system of its own, which only root can make). At the beginning and at the end of the
time, workers are killed and the archive is deleted, and at the end the server is killed, too: the
learners come back and press *Continue training*.

Afterwards, every training that was seen for long enough must be among the saved runs, or in the
backup made before the archive was deleted (`soak_promise`). In the middle of the time, neither the
server nor a worker is killed, and nothing may grow (`soak_growth`).
"""

import argparse
import asyncio
import contextlib
import datetime
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from threadpoolctl import threadpool_limits

import data.cache
from ann.recipe import Recipe
from ann.recipes.query import to_query
from ann.running.state_file import MEMORY, PREFIX
from tests.benchmarks.bars import epochs_done
from tests.benchmarks.hostile_browsers import cookie_of
from tests.benchmarks.protocol import Visitor
from tests.benchmarks.server import Server, descendants, fields
from tests.benchmarks.soak_growth import LEAST_MINUTES, growths, shared_mb, table, usage
from tests.benchmarks.soak_promise import SEEN_SECONDS, Checker, Visit

LEARNERS = 4  # at any time
RECIPES = [Recipe(hidden_sizes=(64,), epochs=150, seed=seed) for seed in range(3)]
RECIPES.append(Recipe(hidden_sizes=(64,), epochs=450, dropout=0.2, batch_norm=True))
LEAVES = 0.4  # of the learners close their page before the end
PAGES = ("", "data", "train", "runs", "evaluate", "draw", "race", "sweep")
DISK_MB = 500  # of the small file system
FULL_SECONDS = 12.0  # for which the disk is full
SAMPLE_SECONDS = 2.0
STEADY = (0.25, 0.7)  # of the time: neither server nor worker is killed, and growth is judged
# Until closed pages are gone: Streamlit keeps them for two minutes, and looks once a minute.
CLOSING_SECONDS = 200.0


@dataclass
class Soak:
    """The server that lives now, those who visit it, and what is measured."""

    folder: Path  # of the archive
    backups_in: Path
    own_disk: bool
    gb: float
    visits: list[Visit] = field(default_factory=list)
    passers: int = 0
    troubles: Counter[str] = field(default_factory=Counter)
    samples: list[tuple[float, ...]] = field(default_factory=list)
    pids: list[int] = field(default_factory=list)  # of all servers
    backups: list[Path] = field(default_factory=list)
    upsets: list[float] = field(default_factory=list)  # when the server or the archive was lost
    broken: Counter[str] = field(default_factory=Counter)  # visits that no kill has ended
    disk_full: bool = False
    server: Server | None = None

    @property
    def archive(self) -> Path:
        """The file of saved runs."""
        return self.folder / "runs.sqlite"

    @contextlib.contextmanager
    def serving(self) -> Iterator[None]:
        """A server; another one takes over when it is killed."""
        self._open()
        try:
            yield
        finally:
            self.server.__exit__()

    def _open(self) -> None:
        self.server = Server(gb=self.gb, ANN_RUNS=str(self.archive)).__enter__()
        self.pids.append(self.server.pid)

    async def restart(self) -> None:
        """Kill the server as a power cut would, and start another one."""
        self.upsets.append(time.monotonic())
        self.server.kill()
        self.server.__exit__()
        await asyncio.to_thread(self._open)
        self.troubles["servers killed"] += 1

    # Learners.

    async def learners(self, number: int, until: float) -> None:
        """One learner after another, on one chair."""
        rng = random.Random(number)
        while time.monotonic() < until:
            visit = Visit(rng.choice(RECIPES), "")
            leave = rng.uniform(SEEN_SECONDS, 2 * SEEN_SECONDS) if rng.random() < LEAVES else 1e9
            while await self._unbroken(self._visit(visit, leave, rng, until)) and visit.epochs:
                await asyncio.sleep(2)  # comes back once a new server is there
            visit.over = True

    async def passers_by(self, until: float) -> None:
        """One visitor after another looks at a page and goes."""
        rng = random.Random(LEARNERS)
        while time.monotonic() < until:
            await self._unbroken(self._pass_by(rng.choice(PAGES), rng.uniform(1, 4)))
            self.passers += 1

    async def _unbroken(self, visit) -> bool:
        """Await a visit; True if it ended because the server was killed."""
        server = self.server
        try:
            await visit
        except Exception as error:
            await asyncio.sleep(2)
            if self.server is not server or not server.lives:
                return True
            self.broken[f"{type(error).__name__}: {str(error)[:200]}"] += 1
        return False

    async def _pass_by(self, page: str, seconds: float) -> None:
        port = self.server.port
        cookie = await asyncio.to_thread(cookie_of, port, "")
        async with Visitor(port, page, cookie=cookie) as tab:
            await tab.ask(timeout=60)
            await asyncio.sleep(seconds)
            if tab.failures and not self.disk_full:
                raise ConnectionError(tab.failures[0])

    async def _visit(self, visit: Visit, leave: float, rng: random.Random, until: float) -> None:
        """Train, or continue what was interrupted, until the end or until it is time to leave."""
        port = self.server.port
        if not visit.cookie:
            visit.cookie = await asyncio.to_thread(cookie_of, port, "")
            self.visits.append(visit)
        query = "&".join(f"{name}={text}" for name, text in to_query(visit.recipe).items())
        async with Visitor(port, "train", query, cookie=visit.cookie) as page:
            await page.ask(timeout=60)
            if visit.epochs:
                try:
                    await page.ask(press="train.continue", timeout=60)
                except LookupError:  # right if it had ended, or had just begun
                    visit.not_offered = True
                    return
                visit.continued += 1
            else:
                await page.ask(press="train.start", timeout=60)
            while not visit.finished and time.monotonic() < until:
                if page.failures:
                    raise ConnectionError(page.failures[0])
                now = time.monotonic()
                if page.curve:
                    visit.note(now, epochs_done(page.curve[1]))
                if self.disk_full:
                    visit.disk_full_at = now
                if now - visit.began > leave:
                    visit.left = True
                    return
                await asyncio.sleep(0.5)
            await asyncio.sleep(rng.uniform(5, 9))  # the last epoch, and she looks at the result
            if page.failures:
                raise ConnectionError(page.failures[0])

    # Troubles.

    async def make_trouble(self, began: float, until: float, every: float) -> None:
        """One trouble after another, in turn."""
        steady_from, steady_to = (began + share * (until - began) for share in STEADY)
        gentle = [self._delete_states, self._fill_disk, self._delete_cache]
        rough = [*gentle, self._kill_worker, self._delete_archive]
        number = 0
        while (now := time.monotonic() + every) < until:
            await asyncio.sleep(every)
            kinds = gentle if steady_from < now < steady_to else rough
            kinds = [*kinds, self.restart] if now >= steady_to else kinds
            await kinds[number % len(kinds)]()
            number += 1

    async def _kill_worker(self) -> None:
        pids = descendants(self.server.pid)
        worker = max(pids, key=lambda pid: fields(pid, "status").get("RssAnon", 0.0), default=None)
        if worker:
            os.kill(worker, signal.SIGKILL)
            self.troubles["workers killed"] += 1

    async def _delete_states(self) -> None:
        for path in MEMORY.glob(f"{PREFIX}{self.server.pid}-*/**/*.state"):
            with contextlib.suppress(OSError):
                path.unlink()
                self.troubles["states deleted"] += 1

    async def _delete_cache(self) -> None:
        for path in data.cache.FOLDER.glob("*"):
            if not path.name.startswith("runs."):
                shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        self.troubles["times that the data's cache was deleted"] += 1

    async def _delete_archive(self) -> None:
        backup = self.backups_in / f"{len(self.backups)}.sqlite"
        with contextlib.closing(sqlite3.connect(self.archive, timeout=30)) as db:
            db.execute("VACUUM INTO ?", (str(backup),))
        self.backups.append(backup)
        self.upsets.append(now := time.monotonic())
        for end in ("", "-wal", "-shm", "-reserve"):
            self.archive.with_name(self.archive.name + end).unlink(missing_ok=True)
        for visit in self.visits:
            visit.deleted_at = visit.deleted_at if visit.over else now
        self.troubles["times that the archive was deleted"] += 1

    async def _fill_disk(self) -> None:
        if not self.own_disk:
            return
        filler = self.folder / "filler"
        self.disk_full = True
        with contextlib.suppress(OSError), filler.open("wb") as file:
            while True:
                file.write(bytes(100_000))
        self.troubles["times that the disk was full"] += 1
        await asyncio.sleep(FULL_SECONDS)
        filler.unlink()
        await asyncio.sleep(1)
        self.disk_full = False

    async def sample(self, began: float, until: float) -> None:
        """What the server takes, again and again in the steady time."""
        steady_from, steady_to = (began + share * (until - began) for share in STEADY)
        while (now := time.monotonic()) < steady_to:
            if now >= steady_from and not self.disk_full:
                with contextlib.suppress(OSError):
                    self.samples.append(usage(self.server.pid, self.archive))
            await asyncio.sleep(SAMPLE_SECONDS)


@contextlib.contextmanager
def small_disk() -> Iterator[tuple[Path, bool]]:
    """A folder, and whether it is a small file system of its own, which can be filled."""
    with tempfile.TemporaryDirectory(prefix="ann-lab-soak-") as name:
        command = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m", "tmpfs", name]
        mounted = os.getuid() == 0 and not subprocess.run(command, capture_output=True).returncode
        try:
            yield Path(name), mounted
        finally:
            if mounted:
                subprocess.run(["umount", "-l", name], check=False)


async def play(soak: Soak, seconds: float, every: float) -> None:
    """Learners and troubles for so many seconds; then all leave, and it becomes quiet."""
    began = time.monotonic()
    until = began + seconds
    chairs = [soak.learners(number, until) for number in range(LEARNERS)]
    troubles = soak.make_trouble(began, until, every)
    await asyncio.gather(troubles, soak.sample(began, until), soak.passers_by(until), *chairs)


def main() -> int:
    """Play, check and print; the exit status is 1 if anything was lost or has grown."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--every", type=float, default=20.0, help="seconds between two troubles")
    parser.add_argument("--gb", type=float, default=6.0, help="of memory for a process")
    parser.add_argument("--out", default="soak.json")
    options = parser.parse_args()
    os.environ.pop("ANN_DATA", None)  # the embedded digits, here and in the server
    load = os.getloadavg()[0]
    with (
        tempfile.TemporaryDirectory(prefix="ann-lab-soak-backups-") as backups,
        small_disk() as (folder, own_disk),
        threadpool_limits(1),
    ):
        if not own_disk:
            print("The disk is never full: only root can make a small file system for that.")
        soak = Soak(folder, Path(backups), own_disk, options.gb)
        with soak.serving():
            asyncio.run(play(soak, options.minutes * 60, options.every))
            load = max(load, os.getloadavg()[2])
            time.sleep(CLOSING_SECONDS)
            left = shared_mb(soak.pids)
        print(table(growths(soak.samples)), flush=True)  # the check takes some minutes
        report = judge(soak, left) | {"minutes": options.minutes, "load": load}
    Path(options.out).write_text(json.dumps(report, indent=1, default=str))
    print(text_of(report))
    return bool(report["failures"])


def judge(soak: Soak, left: float) -> dict:
    """The figures and what is wrong with them; `left` is in shared memory when all are gone."""
    checker = Checker(soak.archive, soak.backups, data.load())
    promised = [visit for visit in soak.visits if visit.promised(soak.upsets)]
    outcomes = checker.check_all(promised)
    checker.close()
    grown = growths(soak.samples)
    judged = len(soak.samples) * SAMPLE_SECONDS / 60
    failures = [outcome for outcome in outcomes if outcome.startswith(("LOST", "WRONG"))]
    failures += [f"a page broke off {count} times: {why}" for why, count in soak.broken.items()]
    if judged >= LEAST_MINUTES:
        failures += [growth.failure for growth in grown if growth.failure]
    if left > 1:
        failures.append(f"{left:.1f} MB are left in shared memory")
    return {
        "visits": len(soak.visits),
        "left_early": sum(visit.left for visit in soak.visits),
        "passers": soak.passers,
        "promised": len(promised),
        "outcomes": outcomes,
        "troubles": dict(soak.troubles),
        "judged_minutes": judged,
        "growth": table(grown),
        "samples": soak.samples,
        "left_mb": left,
        "failures": failures,
    }


def text_of(report: dict) -> str:
    """The report for people."""
    troubles = ", ".join(f"{count} {what}" for what, count in report["troubles"].items())
    lines = [
        f"{datetime.date.today()}, {report['minutes']:g} minutes, {os.cpu_count()} cores, load "
        f"{report['load']:.1f}",
        f"{report['visits']} trainings, of which {report['left_early']} were left before the end; "
        f"{report['passers']} visitors passed by",
        f"troubles: {troubles}",
        f"{report['promised']} trainings were promised to be saved:",
        *(f"    {count} {outcome}" for outcome, count in report["outcomes"].items()),
        f"growth was measured for {report['judged_minutes']:.0f} steady minutes",
    ]
    if report["judged_minutes"] < LEAST_MINUTES:
        lines.append(f"    not judged: needs {LEAST_MINUTES:g} minutes")
    lines.append(f"shared memory when all had left: {report['left_mb']:.1f} MB")
    lines += [f"FAILED: {failure}" for failure in report["failures"]] or ["nothing was lost"]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
