"""A class on one server: learners who train and watch, and one who only moves a slider.

A training's progress is read where a learner reads it: from the curve on the page. The last point
of the loss curve gives it to within a batch at first, and to within 1/300 later. A training's speed
is measured from the first to the last new curve in the window of measurement, so that neither the
beat of the page nor the length of the chunks distorts it.
"""

import asyncio
import contextlib
import os
import random
import statistics
import time
from dataclasses import dataclass, field

from ann.keeping.run_autosave import EVERY_SECONDS
from ann.running.chunk import CHUNK_SECONDS
from tests.benchmarks.bars import epochs_done, images_seen, percentile
from tests.benchmarks.protocol import Visitor
from tests.benchmarks.server import Server, busy_seconds

PAGE, QUERY = "train", "epochs=1000"
ANSWERS, PAUSE = 30, (0.5, 0.9)  # at least this many, this many seconds apart (from, to)
TURNS = 10  # chunks that each training should get in the window, enough to compare shares
SETTLE = 5.0  # seconds from the last learner's first point to the window
PATIENCE = 120.0  # seconds of waiting that count as a failure


@dataclass
class Learner:
    """A learner who trains, and what went wrong."""

    visitor: Visitor
    failures: list[str] = field(default_factory=list)
    first_point: float = float("nan")  # seconds from the click
    first: tuple[float, str] | None = None  # the first new curve in the window

    @contextlib.contextmanager
    def noting_failures(self, what: str):
        """Note a failure and continue: one learner's trouble must not end the measurement."""
        try:
            yield
        except TimeoutError:
            self.failures.append(f"{what}: no answer within {PATIENCE:.0f} s")
        except LookupError as error:
            self.failures.append(f"{what}: {error}")

    async def open(self) -> None:
        """Open the page."""
        with self.noting_failures("opening the page"):
            await self.visitor.ask(timeout=PATIENCE)

    async def train(self) -> None:
        """Press Start and wait for the first point of the curve."""
        with self.noting_failures("start"):
            began = time.perf_counter()
            await self.visitor.ask(press="train.start", timeout=PATIENCE)
            while not self.visitor.curve or not epochs_done(self.visitor.curve[1]):
                await self.visitor.next_curve(timeout=PATIENCE)
            self.first_point = self.visitor.curve[0] - began

    async def begin_window(self) -> None:
        """Take the next new curve as the first one in the window."""
        with self.noting_failures("a curve in the window"):
            self.first = await self.visitor.next_curve(timeout=PATIENCE)

    def speed(self, n_train: int) -> float:
        """Images per second from the first to the last curve in the window."""
        if not self.first or self.visitor.curve[0] <= self.first[0]:
            return 0.0
        (t0, then), (t1, now) = self.first, self.visitor.curve
        seen = [images_seen(epochs_done(f), n_train) for f in (then, now)]
        return (seen[1] - seen[0]) / (t1 - t0)


async def measure_class(server: Server, n: int, seconds: float, n_train: int) -> dict:
    """The whole measurement for n learners on a fresh server."""
    async with contextlib.AsyncExitStack() as stack:
        idle = await stack.enter_async_context(Visitor(server.port, PAGE, QUERY))
        await rehearse(idle)
        empty = server.usage()
        learners = [
            Learner(await stack.enter_async_context(Visitor(server.port, PAGE, QUERY)))
            for _ in range(n)
        ]
        await staggered(learner.open() for learner in learners)
        opened = server.own_memory()
        await staggered(learner.train() for learner in learners)
        await asyncio.sleep(SETTLE)
        result = await window(server, idle, learners, seconds, n_train)
        return result | {"empty": empty._asdict(), "opened_mb": (opened - empty.own) / n}


async def rehearse(idle: Visitor) -> None:
    """Train once, save and reset, before the memory of the empty server is measured.

    Some memory is needed once, however many learners come: late imports, and the buffers for
    writing a run to the archive. After this rehearsal it does not count towards the sessions.
    """
    learner = Learner(idle)
    await learner.open()
    await learner.train()
    await asyncio.sleep(EVERY_SECONDS)  # until the run has been saved
    await idle.ask(press="train.reset", timeout=PATIENCE)
    await answers_of(idle, count=3)
    idle.failures += learner.failures


async def window(server, idle, learners, seconds, n_train) -> dict:
    """Count and measure everything for some seconds while all train."""
    seconds = max(seconds, TURNS * CHUNK_SECONDS * len(learners) / (os.cpu_count() or 1))
    visitors = [learner.visitor for learner in learners]
    redraws, received = _counts(visitors)
    before, clocks = server.usage(), (time.perf_counter(), time.process_time(), busy_seconds())
    memory: list[float] = []
    lags: list[float] = []
    observer = asyncio.create_task(observe(server, memory, lags))
    first_curves = asyncio.gather(*(learner.begin_window() for learner in learners))
    answers, failures = [PATIENCE], []
    try:
        answers = await answers_of(idle, count=ANSWERS, until=clocks[0] + seconds)
    except TimeoutError:
        failures.append(f"the idle learner: no answer within {PATIENCE:.0f} s")
    await first_curves
    observer.cancel()
    took, client, busy = (
        now - then
        for now, then in zip(
            (time.perf_counter(), time.process_time(), busy_seconds()), clocks, strict=True
        )
    )
    after, now = server.usage(), _counts(visitors)
    redraws, received = now[0] - redraws, now[1] - received
    speeds = [learner.speed(n_train) for learner in learners]
    cores = [after.cpu - before.cpu, after.workers_cpu - before.workers_cpu, client]
    for k, learner in enumerate(learners):
        failures += [f"learner {k}: {f}" for f in learner.failures + learner.visitor.failures]
    failures += [f"the idle learner: {f}" for f in idle.failures]
    failures += ["the server's log has a traceback"] * server.log().count("Traceback")
    return {
        "learners": len(learners),
        "seconds": took,
        "answers": answers,
        "answer_p50": percentile(answers, 0.5),
        "answer_p95": percentile(answers, 0.95),
        "first_points": [learner.first_point for learner in learners],
        "first_point_p50": percentile([learner.first_point for learner in learners], 0.5),
        "speeds": speeds,
        "total": sum(speeds),
        "share": min(speeds) / statistics.mean(speeds) if any(speeds) else 0.0,
        "memory": percentile(memory, 0.5),
        "redraws": redraws / took,
        "redraw_kb": received / 1024 / max(redraws, 1),
        "server_cores": cores[0] / took,
        "worker_cores": cores[1] / took,
        "client_cores": cores[2] / took,
        "other_cores": max(0.0, busy - sum(cores)) / took,
        "client_lag_p95": percentile(lags, 0.95),
        "server_mb": after.pss,
        "workers_mb": after.workers_pss,
        "usage": after._asdict(),
        "failures": failures,
        "failed": len(failures),
    }


def _counts(visitors: list[Visitor]) -> tuple[int, int]:
    return sum(v.redraws for v in visitors), sum(v.received for v in visitors)


async def staggered(jobs, seconds: float = 0.05) -> None:
    """Start all jobs shortly after each other, like people, and wait for all of them."""
    tasks = []
    for job in jobs:
        tasks.append(asyncio.create_task(job))
        await asyncio.sleep(seconds)
    await asyncio.gather(*tasks)


async def answers_of(idle: Visitor, count: int, until: float = 0.0) -> list[float]:
    """Move a slider back and forth: seconds until each answer, at least `count` of them."""
    pauses, times = random.Random(0), []
    while len(times) < count or time.perf_counter() < until:
        stop = ("0.1", "0.2", "0.3")[len(times) % 3]
        times.append(await idle.move("dropout", stop, timeout=PATIENCE))
        if f"dropout={stop}" not in idle.query:
            idle.failures.append(f"the page did not take dropout {stop}: {idle.query}")
        await asyncio.sleep(max(0.0, pauses.uniform(*PAUSE) - times[-1]))
    return times


async def observe(server: Server, memory: list[float], lags: list[float]) -> None:
    """Note the server's memory, and how far this process itself lags behind."""
    while True:
        memory.append(server.own_memory())
        for _ in range(20):
            began = time.perf_counter()
            await asyncio.sleep(0.05)
            lags.append(time.perf_counter() - began - 0.05)
