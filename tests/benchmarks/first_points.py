"""How long a class waits for its curves: `python -m tests.benchmarks.first_points`.

So many learners press Start within so many seconds, on a fresh server (with full MNIST if it is
found). For each: the seconds from the click to the first point of the curve. The learners (see
`protocol.py`) draw nothing, because every learner brings a computer for that.

With `--against FOLDER`, another version of the lab takes turns with this one, round by round: what
else the machine does then matters to both.
"""

import argparse
import asyncio
import contextlib
import json
import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import data
from tests.benchmarks.bars import Bar, percentile
from tests.benchmarks.classroom import PAGE, QUERY, Learner, rehearse, staggered
from tests.benchmarks.protocol import Visitor
from tests.benchmarks.server import ROOT, Server, environment

REST = 2.0  # seconds between the last page's arrival and the first click


class Rush(NamedTuple):
    """So many learners press Start within so many seconds; the bar is for the 95th percentile."""

    learners: int
    within: float
    bar: Bar


RUSHES = (
    Rush(1, 0.0, Bar(0.4)),
    Rush(32, 1.6, Bar(1.0)),
    Rush(32, 0.3, Bar(2.5)),
    Rush(150, 7.5, Bar(3.0)),
)


class Waits(NamedTuple):
    """What one rush measured."""

    seconds: list[float]  # from each learner's click to the first point of the curve
    failures: list[str]
    server_cpu: float  # seconds of processor time, from the first click to the last point


async def rush(server: Server, learners: int, within: float, seed: int) -> Waits:
    """Open the pages, wait until all is quiet, and let all press Start."""
    clicks = click_times(learners, within, seed)
    async with contextlib.AsyncExitStack() as stack:
        idle = await stack.enter_async_context(Visitor(server.port, PAGE, QUERY))
        await rehearse(idle)
        own = Visitor
        found = [
            Learner(await stack.enter_async_context(own(server.port, PAGE, QUERY)))
            for _ in range(learners)
        ]
        await staggered(learner.open() for learner in found)
        await asyncio.sleep(REST)
        before = server.usage().cpu
        await asyncio.gather(*(_press(one, at) for one, at in zip(found, clicks, strict=True)))
        cpu = server.usage().cpu - before
        failures = [f for one in found for f in one.failures + one.visitor.failures]
        return Waits([one.first_point for one in found], failures, cpu)


def click_times(learners: int, within: float, seed: int) -> list[float]:
    """When each learner presses Start, in seconds, spread at random over so many."""
    times = random.Random(seed)
    return sorted(times.uniform(0, within) for _ in range(learners))


async def _press(learner: Learner, at: float) -> None:
    await asyncio.sleep(at)
    await learner.train()


def measure(folder: Path, one: Rush, seed: int) -> Waits:
    """A fresh server of the version in `folder`, and one rush."""
    with Server(folder=folder, **environment()) as server:
        return asyncio.run(rush(server, one.learners, one.within, seed))


def rows(one: Rush, waits: dict[str, list[Waits]]) -> Iterator[str]:
    """The rows of the table for one rush: one for each version."""
    for name, rounds in waits.items():
        seconds = [second for each in rounds for second in each.seconds]
        p95 = percentile(seconds, 0.95)
        met = "met" if one.bar.met(p95) else "**missed**"
        failures = [failure for each in rounds for failure in each.failures]
        cells = [
            f"{one.learners} within {one.within:g} s",
            name,
            f"{percentile(seconds, 0.5):.2f} s",
            f"{p95:.2f} s ({one.bar}: {met})",
            f"{max(seconds):.2f} s",
            f"{percentile([each.server_cpu for each in rounds], 0.5) / one.learners:.3f} s",
            f"{len(failures)}",
        ]
        yield "| " + " | ".join(cells) + " |"
        yield from (f"<!-- {failure} -->" for failure in sorted(set(failures))[:3])


def main() -> None:
    """Measure each rush, print a table as it grows, write JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--learners", type=int, nargs="*", help="only rushes of so many")
    parser.add_argument("--against", type=Path, help="the folder of another version of the lab")
    parser.add_argument("--out", default="first_points.json")
    options = parser.parse_args()
    os.environ.update(environment())
    name = data.load().name  # also writes the cache files that the server maps
    versions = {"this one": ROOT} | ({"the other": options.against} if options.against else {})
    print(
        f"{os.cpu_count()} cores, load before the start {os.getloadavg()[0]:.1f}; data set {name}"
    )
    print("\n| learners | version | p50 | p95 | highest | server, per learner | failures |")
    print("| --- " * 7 + "|")
    report = []
    for one in RUSHES:
        if options.learners and one.learners not in options.learners:
            continue
        waits: dict[str, list[Waits]] = {version: [] for version in versions}
        for seed in range(options.rounds):
            for version, folder in versions.items():
                waits[version].append(measure(folder, one, seed))
        print("\n".join(rows(one, waits)), flush=True)
        found = {version: [each._asdict() for each in all_] for version, all_ in waits.items()}
        report.append({"learners": one.learners, "within": one.within, "rounds": found})
        Path(options.out).write_text(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
