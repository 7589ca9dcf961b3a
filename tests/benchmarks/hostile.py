"""One hostile browser beside honest learners: `python -m tests.benchmarks.hostile`.

Two learners train on the Train page of a fresh server, and a third visitor moves a slider. Their
images per second and answers are measured three times: alone, with one more honest learner, and
with a hostile browser that does what its scenario says (see `hostile_browsers.py`). The bars: a
learner keeps at least half of what she has beside one more honest learner, a page answers within
0.5 s (95th percentile), and the server neither ends nor takes more memory than it may.

Everybody has an address of their own, as in a school's network: the visitors' requests say so, as a
proxy's would. Only in the scenario `proxy` do all come from one address.

No process of the server can have more than `--gb` of memory, and the benchmark ends the server
when all its processes and its files in memory together take more than twice that.
"""

import argparse
import asyncio
import contextlib
import datetime
import itertools
import json
import os
import shutil
import time
from pathlib import Path

import data
from ann.recipe import Recipe
from ann.state import Split
from tests.benchmarks import classroom
from tests.benchmarks.bars import epochs_done, images_seen, percentile
from tests.benchmarks.classroom import PAGE, QUERY, Learner
from tests.benchmarks.hostile_browsers import SCENARIOS, cookie_of
from tests.benchmarks.protocol import Visitor
from tests.benchmarks.server import (
    ROOT,
    Server,
    busy_seconds,
    cpu_seconds,
    descendants,
    environment,
    fields,
)

SHARE = 0.5  # of what a learner has beside one more honest learner
ANSWER = 0.5  # seconds, the 95th percentile
LEARNERS = 2
SETTLE = 4.0  # seconds from the start of something to the window in which it is measured
LIMIT = 30.0  # seconds of waiting for an answer that count as no answer
COLUMNS = ("scenario", "alone", "one more learner", "hostile browser", "share kept", "p50 / p95")


async def window(
    server: Server, learners: list[Learner], idle: Visitor, seconds: float, n_train: int
) -> dict:
    """The speed of each learner, and the answers of an idle page, over some seconds."""
    curves = [learner.visitor.curve for learner in learners]
    began, answers = time.perf_counter(), []
    busy, own = busy_seconds(), _own_seconds(server)
    while time.perf_counter() - began < seconds:
        stop = ("0.1", "0.2", "0.3")[len(answers) % 3]
        try:
            answers.append(await idle.move("dropout", stop, timeout=LIMIT))
        except TimeoutError:
            answers.append(LIMIT)
        await asyncio.sleep(0.3)
    took = time.perf_counter() - began
    speeds = []
    for learner, (_, before) in zip(learners, curves, strict=True):
        epochs = [epochs_done(figure) for figure in (before, learner.visitor.curve[1])]
        seen = [images_seen(done, n_train) for done in epochs]
        speeds.append((seen[1] - seen[0]) / took)
    others = max(0.0, busy_seconds() - busy - (_own_seconds(server) - own)) / took
    return {"speeds": speeds, "answers": answers, "seconds": took, "other_cores": others}


def _own_seconds(server: Server) -> float:
    """Processor time of the server and its workers, and of this process, which plays everybody."""
    pids = (server.pid, *descendants(server.pid))
    return sum(map(cpu_seconds, pids)) + time.process_time()


async def watch(server: Server, gb: float, peaks: dict[str, float]) -> None:
    """Note the most memory that the server takes, and end it before the machine suffers."""
    shm = Path("/dev/shm")
    at_first = shutil.disk_usage(shm).used
    while server.lives:
        pids = (server.pid, *descendants(server.pid))
        private = sum(fields(pid, "status").get("RssAnon", 0.0) for pid in pids) / 1024
        shared = max(0, shutil.disk_usage(shm).used - at_first) / 1e9
        peaks["private"] = max(peaks.get("private", 0.0), private)
        peaks["shared"] = max(peaks.get("shared", 0.0), shared)
        if private + shared > 2 * gb:
            peaks["ended"] = private + shared
            server.kill()
            return
        await asyncio.sleep(0.2)


async def measure(server: Server, scenario: str, seconds: float, gb: float, n_train: int) -> dict:
    """The three windows of a scenario."""
    peaks: dict[str, float] = {}
    watcher = asyncio.create_task(watch(server, gb, peaks))
    hostile, places = SCENARIOS[scenario](server), itertools.count(1)
    result: dict = {"scenario": scenario, "peaks": peaks, "failures": []}
    async with contextlib.AsyncExitStack() as stack:

        async def arrive() -> Visitor:
            at = hostile.address if hostile.behind_one_proxy else f"10.0.0.{next(places)}"
            cookie = await asyncio.to_thread(cookie_of, server.port, at)
            visitor = Visitor(server.port, PAGE, QUERY, cookie=cookie, address=at)
            return await stack.enter_async_context(visitor)

        async def sit_down() -> Learner:
            learner = Learner(await arrive())
            await learner.open()
            await learner.train()
            return learner

        idle = await arrive()
        await idle.ask(timeout=60)
        learners = [await sit_down() for _ in range(LEARNERS)]
        await asyncio.sleep(SETTLE)
        result["alone"] = await window(server, learners, idle, seconds, n_train)
        more = await sit_down()
        await asyncio.sleep(SETTLE)
        result["one_more"] = await window(server, learners, idle, seconds, n_train)
        await more.visitor.ask(press="train.reset", timeout=60)
        await more.visitor.__aexit__()
        attack = asyncio.create_task(hostile.attack())
        await asyncio.sleep(SETTLE)
        result["hostile"] = await window(server, learners, idle, seconds, n_train)
        attack.cancel()
        with contextlib.suppress(asyncio.CancelledError, Exception):
            await attack
        result["done"] = dict(hostile.done)
        result["told"] = sorted(set(hostile.told))[:5]
        result["lives"] = server.lives
        for learner in learners:
            result["failures"] += learner.failures + learner.visitor.failures
        result["failures"] += idle.failures
        watcher.cancel()
        await hostile.leave()
    return result


def judge(result: dict) -> dict:
    """Add figures and verdicts to a result."""
    mean = {
        name: sum(result[name]["speeds"]) / LEARNERS for name in ("alone", "one_more", "hostile")
    }
    least = min(result["hostile"]["speeds"])
    kept = least / mean["one_more"] if mean["one_more"] else 0.0
    p95 = percentile(result["hostile"]["answers"], 0.95)
    bars = {
        f"share {kept:.0%} of at least {SHARE:.0%}": kept >= SHARE,
        f"p95 {p95:.2f} s of at most {ANSWER} s": p95 <= ANSWER,
        "the server lives": result["lives"],
    }
    return result | {"mean": mean, "kept": kept, "p95": p95, "bars": bars}


def heading() -> str:
    """The first two lines of the table."""
    return f"| {' | '.join(COLUMNS)} |\n" + "| --- " * len(COLUMNS) + "|"


def row(result: dict) -> str:
    """A scenario's line of the table."""
    mean, missed = result["mean"], [bar for bar, met in result["bars"].items() if not met]
    p50s = [percentile(result[name]["answers"], 0.5) for name in ("one_more", "hostile")]
    p95s = [percentile(result[name]["answers"], 0.95) for name in ("one_more", "hostile")]
    cells = [result["scenario"]]
    cells += [f"{mean[name]:,.0f}" for name in ("alone", "one_more", "hostile")]
    cells.append(f"{result['kept']:.0%}{' (missed)' * any('share' in bar for bar in missed)}")
    pair = f"{p50s[1]:.2f} / {p95s[1]:.2f} s ({p50s[0]:.2f} / {p95s[0]:.2f} s without)"
    cells.append(pair + " (missed)" * any("p95" in bar for bar in missed))
    return f"| {' | '.join(cells)} |"


def main() -> None:
    """Play the scenarios, print a table as it grows, write JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scenario", nargs="+", choices=SCENARIOS, default=list(SCENARIOS))
    parser.add_argument("--seconds", type=float, default=20.0, help="for each of three windows")
    parser.add_argument("--gb", type=float, default=6.0, help="of memory for a process")
    parser.add_argument("--folder", type=Path, default=ROOT, help="another copy of the lab")
    parser.add_argument("--out", default="hostile.json")
    options = parser.parse_args()
    classroom.PATIENCE = LIMIT
    os.environ.update(environment())
    n_train = len(Split(*data.load().split(Recipe().validation_fraction)).train_x)
    load = os.getloadavg()[0]
    print(
        f"{datetime.date.today()}, {os.cpu_count()} cores, load before the start {load:.1f}, "
        f"{LEARNERS} learners, {n_train:,} digits; speeds in images per second and learner\n\n"
        f"{heading()}",
        flush=True,
    )
    results = []
    for scenario in options.scenario:
        settings = {"ANN_PROXY": "127.0.0.1", **environment()}
        with Server(folder=options.folder, gb=options.gb, **settings) as server:
            played = measure(server, scenario, options.seconds, options.gb, n_train)
            results.append(judge(asyncio.run(played)))
        print(row(results[-1]), flush=True)
        Path(options.out).write_text(json.dumps(results, indent=1))
    print()
    for result in results:
        verdicts = [f"{'met' if met else 'MISSED'}: {bar}" for bar, met in result["bars"].items()]
        peaks = ", ".join(f"{name} {gb:.1f} GB" for name, gb in result["peaks"].items())
        others = [f"{result[name]['other_cores']:.1f}" for name in ("one_more", "hostile")]
        print(f"{result['scenario']}: {'; '.join(verdicts)}. Most memory: {peaks}.")
        print(f"    cores that other programs took: {' without, '.join(others)} with the browser")
        print(f"    it did: {result['done']}; it was told: {result['told'] or 'nothing'}")
        for failure in sorted({failure[:200] for failure in result["failures"]}):
            print(f"    a learner: {failure}")


if __name__ == "__main__":
    main()
