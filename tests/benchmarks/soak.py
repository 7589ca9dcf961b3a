"""The lab under long and rough use: `python -m tests.benchmarks.soak --minutes 60`.

Learners come, train and go, some before their training has ended. Meanwhile workers are killed,
files of states are deleted, the disk is full for a while (on a small file system of its own, which
only root can make), and in the last third of the time the server is killed, too.

At the end, every training that was seen for long enough must be among the saved runs. A finished
one has the weights of the same training without any trouble, bit for bit, and an unfinished one
comes to those weights when it continues. The server's memory, open files and files in shared
memory must be flat: a straight line is fitted to each over the longest life of a server.
"""

import argparse
import asyncio
import contextlib
import datetime
import itertools
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

import data
from ann.keeping.database import ArchiveError
from ann.keeping.runs import Archive
from ann.keeping.summary import SavedRun
from ann.recipe import Recipe
from ann.recipes.query import to_query
from ann.running.state_file import MEMORY, PREFIX
from ann.running.view import Status
from ann.state import Split, start
from ann.train import train
from pages.ui.server.visitor import COOKIE
from tests.benchmarks.bars import epochs_done
from tests.benchmarks.hostile_browsers import cookie_of
from tests.benchmarks.protocol import Visitor
from tests.benchmarks.server import Server, descendants, fields

LEARNERS = 4  # at any time
RECIPES = [Recipe(hidden_sizes=(64,), epochs=40, seed=seed) for seed in range(3)]
LEAVES = 0.4  # of the learners close their page before the end
SEEN_SECONDS = 15.0  # of training, after which a run is promised to be saved
RETRY = 45.0  # seconds until what a full disk refused has been saved after all
DISK_MB = 300  # of the small file system
FULL_SECONDS = 12.0  # for which the disk is full
TROUBLE_SECONDS = 20.0  # from one trouble to the next
SAMPLE_SECONDS = 2.0
WARM_UP = 0.25  # of a server's life: caches fill, and modules are imported
# Until closed pages are gone: Streamlit keeps them for two minutes, and looks once a minute.
CLOSING_SECONDS = 200.0
LEAST_MINUTES = 15.0  # of a server's life; in a shorter one, pages only begin to be closed
# The most by which each may grow within an hour.
FLAT = {"memory, MB": 60.0, "open files": 20.0, "shared memory, MB": 20.0, "threads": 10.0}


@dataclass
class Visit:
    """One learner and what her page showed."""

    recipe: Recipe
    cookie: str
    began: float = float("nan")  # when the first epoch was seen
    seen: float = float("nan")  # when progress was last seen
    epochs: float = 0.0
    disk_full_at: float = -1e9  # when the disk was last seen full during this visit
    left: bool = False

    @property
    def promised(self) -> bool:
        """Whether this training must be found among the saved runs."""
        seconds = self.seen - self.began  # not a number if nothing was seen
        return (seconds >= SEEN_SECONDS or self.finished) and self.seen - self.disk_full_at > RETRY

    @property
    def finished(self) -> bool:
        """Whether the page showed the end; the curve's last point may stand before it."""
        return self.epochs >= self.recipe.epochs - 1


@dataclass
class Soak:
    """The server that lives now, those who visit it, and what is measured."""

    folder: Path
    own_disk: bool
    visits: list[Visit] = field(default_factory=list)
    troubles: Counter[str] = field(default_factory=Counter)
    lives: list[list[tuple[float, ...]]] = field(default_factory=list)  # samples of each server
    broken: Counter[str] = field(default_factory=Counter)  # visits that ended in an error
    disk_full: bool = False
    server: Server | None = None

    @contextlib.contextmanager
    def serving(self) -> Iterator[None]:
        """A server; another one takes over when it is killed."""
        self._open()
        try:
            yield
        finally:
            self.server.__exit__()

    def _open(self) -> None:
        self.server = Server(ANN_RUNS=str(self.folder / "runs.sqlite")).__enter__()
        self.lives.append([])

    async def restart(self) -> None:
        """Kill the server as a power cut would, and start another one."""
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
            try:
                await self._visit(visit, rng, until)
            except Exception as error:  # mostly a connection that broke: the server was killed
                self.broken[f"{type(error).__name__}: {str(error)[:100]}"] += 1
                await asyncio.sleep(2)

    async def _visit(self, visit: Visit, rng: random.Random, until: float) -> None:
        port = self.server.port
        visit.cookie = await asyncio.to_thread(cookie_of, port, "")
        self.visits.append(visit)
        query = "&".join(f"{name}={text}" for name, text in to_query(visit.recipe).items())
        leave = rng.uniform(SEEN_SECONDS, 2 * SEEN_SECONDS) if rng.random() < LEAVES else 1e9
        async with Visitor(port, "train", query, cookie=visit.cookie) as page:
            await page.ask(timeout=60)
            await page.ask(press="train.start", timeout=60)
            while not visit.finished and time.monotonic() < until:
                if page.failures:
                    raise ConnectionError(page.failures[0])
                if page.curve:
                    self._note(visit, epochs_done(page.curve[1]))
                if time.monotonic() - visit.began > leave:
                    visit.left = True
                    return
                await asyncio.sleep(0.5)
            await asyncio.sleep(rng.uniform(5, 9))  # the last epoch, and she looks at the result
            if page.failures:
                raise ConnectionError(page.failures[0])

    def _note(self, visit: Visit, epochs: float) -> None:
        now = time.monotonic()
        visit.disk_full_at = now if self.disk_full else visit.disk_full_at
        if epochs > visit.epochs:
            visit.epochs, visit.seen = epochs, now
            if epochs >= 1 and not visit.began >= 0:
                visit.began = now

    # Troubles.

    async def make_trouble(self, until: float, kill_server_from: float) -> None:
        """One trouble after another, in turn."""
        kinds = [self._kill_worker, self._delete_states, self._fill_disk]
        for number in itertools.count():
            await asyncio.sleep(TROUBLE_SECONDS)
            if time.monotonic() > until:
                return
            if time.monotonic() > kill_server_from and number % 3 == 2:
                await self.restart()
            else:
                await kinds[number % 3]()

    async def _kill_worker(self) -> None:
        workers = sorted(descendants(self.server.pid), key=lambda pid: -fields_of(pid))
        if workers:
            os.kill(workers[0], signal.SIGKILL)
            self.troubles["workers killed"] += 1

    async def _delete_states(self) -> None:
        for path in MEMORY.glob(f"{PREFIX}{self.server.pid}-*/**/*.state"):
            with contextlib.suppress(OSError):
                path.unlink()
                self.troubles["states deleted"] += 1

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

    # Measurements.

    async def sample(self) -> None:
        """What the server takes, again and again."""
        while True:
            with contextlib.suppress(OSError, KeyError):
                self.lives[-1].append(usage(self.server.pid))
            await asyncio.sleep(SAMPLE_SECONDS)


def fields_of(pid: int) -> float:
    """The memory of a process: the workers are those with the most."""
    return fields(pid, "status").get("RssAnon", 0.0)


def usage(pid: int) -> tuple[float, ...]:
    """The time, and then what FLAT names, of a server."""
    proc = Path(f"/proc/{pid}")
    states = MEMORY.glob(f"{PREFIX}{pid}-*/**/*.state")
    shared = 0.0
    for path in states:
        with contextlib.suppress(OSError):
            shared += path.stat().st_blocks * 512 / 1e6
    counts = (len(list((proc / name).iterdir())) for name in ("fd", "task"))
    open_files, threads = counts
    return time.monotonic(), fields(pid, "status")["RssAnon"], open_files, shared, threads


def slopes(life: list[tuple[float, ...]]) -> dict[str, tuple[float, float]]:
    """{name: (growth per hour, its standard error)} by least squares, after the warm-up.

    >>> life = [(float(t), 100 + t / 3600, 5, 0, 9) for t in range(100)]
    >>> growth, error = slopes(life)["memory, MB"]
    >>> round(growth, 3), round(error, 3)
    (1.0, 0.0)
    """
    rows = np.array(life[int(len(life) * WARM_UP) :], float)
    if len(rows) < 10:
        return {name: (float("nan"), float("nan")) for name in FLAT}
    hours = (rows[:, 0] - rows[:, 0].mean()) / 3600
    found = {}
    for name, values in zip(FLAT, rows[:, 1:].T, strict=True):
        slope = hours @ values / (hours @ hours)
        rest = values - values.mean() - slope * hours
        error = np.sqrt(rest @ rest / (len(rows) - 2) / (hours @ hours))
        found[name] = (float(slope), float(error))
    return found


# The check at the end.


@cache
def reference(recipe: Recipe) -> bytes:
    """The weights of a training without any trouble."""
    split = Split(*data.load().split(recipe.validation_fraction))
    state = start(recipe, split)
    for _ in train(state, split):
        pass
    return state.judged[0].tobytes()


def check(visit: Visit, archive: Archive) -> str:
    """What became of a visit's training: "finished", "continues", or what is wrong with it."""
    sent = dict(part.split("=", 1) for part in visit.cookie.split("; "))[COOKIE]
    visitor = sent.partition(".")[0]
    try:
        saved = archive.list(visitor)
        if len(saved) != 1:
            return f"LOST: {len(saved)} runs are saved"
        return _outcome(saved[0], visit, visitor, archive)
    except ArchiveError as error:
        return f"LOST: {error}"


def _outcome(saved: SavedRun, visit: Visit, visitor: str, archive: Archive) -> str:
    if saved.status == Status.FINISHED and saved.summary.epochs >= visit.recipe.epochs:
        same = archive.open(visitor, saved.id).theta.tobytes() == reference(visit.recipe)
        return "finished" if same else "WRONG: other weights"
    state = archive.progress(visitor, saved.id).state
    split = Split(*data.load().split(visit.recipe.validation_fraction))
    for _ in train(state, split):
        pass
    same = state.judged[0].tobytes() == reference(visit.recipe)
    return f"continues ({saved.status})" if same else "WRONG: other weights when continued"


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


async def play(soak: Soak, seconds: float) -> None:
    """Learners and troubles for so many seconds; then all leave, and it becomes quiet."""
    until = time.monotonic() + seconds
    sampler = asyncio.create_task(soak.sample())
    chairs = [soak.learners(number, until) for number in range(LEARNERS)]
    await asyncio.gather(soak.make_trouble(until, until - seconds / 3), *chairs)
    sampler.cancel()


def main() -> int:
    """Play, check and print; the exit status is 1 if anything was lost or has grown."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--out", default="soak.json")
    options = parser.parse_args()
    os.environ.pop("ANN_DATA", None)  # the embedded digits, here and in the server
    load = os.getloadavg()[0]
    with small_disk() as (folder, own_disk), threadpool_limits(1):
        if not own_disk:
            print("The disk is never full: only root can make a small file system for that.")
        soak = Soak(folder, own_disk)
        with soak.serving():
            asyncio.run(play(soak, options.minutes * 60))
            time.sleep(CLOSING_SECONDS)
            left = usage(soak.server.pid)[3]
        free = shutil.disk_usage(folder).free / 1e6
        report = judge(soak, left) | {"minutes": options.minutes, "load": load, "free_mb": free}
    Path(options.out).write_text(json.dumps(report, indent=1, default=str))
    print(text_of(report))
    return bool(report["failures"])


def judge(soak: Soak, left: float) -> dict:
    """The figures and what is wrong with them; `left` is in shared memory when all are gone."""
    archive = Archive(soak.folder / "runs.sqlite")
    promised = [visit for visit in soak.visits if visit.promised]
    outcomes = Counter(check(visit, archive) for visit in promised)
    archive.close()
    longest = max(soak.lives, key=len)
    minutes = (longest[-1][0] - longest[0][0]) / 60
    grown = slopes(longest)
    failures = [outcome for outcome in outcomes if outcome.startswith(("LOST", "WRONG"))]
    for name, (slope, error) in grown.items():
        if minutes >= LEAST_MINUTES and slope - 2 * error > FLAT[name]:
            failures.append(f"{name}: grows by {slope:.1f} in an hour; bound {FLAT[name]:g}")
    if left > 1:
        failures.append(f"{left:.1f} MB are left in shared memory")
    return {
        "visits": len(soak.visits),
        "left_early": sum(visit.left for visit in soak.visits),
        "broken": dict(soak.broken),
        "promised": len(promised),
        "outcomes": dict(outcomes),
        "troubles": dict(soak.troubles),
        "life_minutes": minutes,
        "at_the_end": dict(zip(FLAT, longest[-1][1:], strict=True)),
        "growth_per_hour": grown,
        "left_mb": left,
        "failures": failures,
    }


def text_of(report: dict) -> str:
    """The report for people."""
    troubles = ", ".join(f"{count} {what}" for what, count in report["troubles"].items())
    outcomes = ", ".join(f"{count} {what}" for what, count in report["outcomes"].items())
    lines = [
        f"{datetime.date.today()}, {report['minutes']:g} minutes, {os.cpu_count()} cores, load "
        f"before the start {report['load']:.1f}",
        f"{report['visits']} visits, {report['left_early']} left before the end, "
        f"{sum(report['broken'].values())} broken off; {troubles}",
        *(f"    broken off {count} times: {why}" for why, count in report["broken"].items()),
        f"{report['promised']} runs were promised: {outcomes}",
        f"longest life of a server: {report['life_minutes']:.1f} minutes; growth per hour:",
    ]
    for name, (slope, error) in report["growth_per_hour"].items():
        now = report["at_the_end"][name]
        lines.append(f"    {name}: {slope:+.1f} ± {2 * error:.1f} (now {now:.1f})")
    if report["life_minutes"] < LEAST_MINUTES:
        lines.append(f"    not judged: needs a life of {LEAST_MINUTES:g} minutes")
    lines.append(f"shared memory when all had left: {report['left_mb']:.1f} MB")
    lines += [f"FAILED: {failure}" for failure in report["failures"]] or ["nothing was lost"]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
