"""A lecture hall: `python -m tests.benchmarks.hall --learners 400 --training 150 --processes 2`.

Several server processes behind a real nginx. Some learners train and watch their curves; each of
the others moves a slider about every twenty seconds, and all their answers are timed. With
`--kill`, one of the server processes is killed in the middle. Its learners' tabs reconnect, as
browsers do, and every training must go on from what was saved: a training is lost if it does not,
or if its weights differ from those of an undisturbed one.
"""

import argparse
import asyncio
import contextlib
import json
import os
import random
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

import data
from ann.events import Step
from ann.keeping.runs import Archive
from ann.recipe import Recipe
from ann.state import Split, start
from ann.train import train
from pages.ui.server.visitor import COOKIE
from tests.benchmarks.bars import percentile
from tests.benchmarks.classroom import PAGE, PATIENCE, SETTLE, Learner, staggered
from tests.benchmarks.hall_server import NGINX, NO_NGINX, Hall
from tests.benchmarks.hostile_browsers import cookie_of
from tests.benchmarks.protocol import Visitor
from tests.benchmarks.server import busy_seconds, environment

RECIPE = Recipe(epochs=1000)
QUERY = "epochs=1000"
PAUSES = (10.0, 30.0)  # seconds between two moves of a slider (from, to)
STOPS = ("0.1", "0.2", "0.3")
# Trainings of the killed process that are repeated here, to compare their weights: at most so many,
# and none that takes so many steps.
MOST_CHECKED, MOST_STEPS = 5, 5_000
COLUMNS = (  # heading, key of the result, format
    ("processes", "processes", "{:d}"),
    ("learners", "learners", "{:d}"),
    ("of these train", "training", "{:d}"),
    ("answers, p50", "answer_p50", "{:.2f} s"),
    ("p95", "answer_p95", "{:.2f} s"),
    ("p95 after the kill", "after_p95", "{:.2f} s"),
    ("first point, p95", "first_point_p95", "{:.1f} s"),
    ("images/s, total", "total", "{:,.0f}"),
    ("cores: servers", "server", "{:.2f}"),
    ("workers", "worker", "{:.2f}"),
    ("nginx", "proxy", "{:.2f}"),
    ("this client", "client", "{:.2f}"),
    ("everything else", "other", "{:.2f}"),
    ("failures", "failed", "{:d}"),
    ("trainings in the killed process", "moved", "{:d}"),
    ("lost", "lost", "{:d}"),
)


@dataclass
class Audience:
    """Everybody in the hall: who trains, who only moves a slider, and the answers they got."""

    trainers: list[Learner] = field(default_factory=list)
    others: list[Learner] = field(default_factory=list)
    cookies: dict[int, str] = field(default_factory=dict)  # id of a trainer -> its visitor
    answers: list[tuple[float, float]] = field(default_factory=list)  # when asked, seconds

    @classmethod
    async def enter(
        cls, hall: Hall, stack: contextlib.AsyncExitStack, learners: int, training: int
    ) -> "Audience":
        """Everybody opens the page, each from an address of their own; then some press Start."""
        found = cls()
        for k in range(learners):
            address = f"10.1.{k // 250}.{k % 250 + 1}"
            cookie = await asyncio.to_thread(cookie_of, hall.port, address)
            tab = Visitor(hall.port, PAGE, QUERY, cookie=cookie, address=address, reconnects=True)
            learner = Learner(await stack.enter_async_context(tab))
            (found.trainers if k < training else found.others).append(learner)
            sent = dict(part.split("=", 1) for part in cookie.split("; "))[COOKIE]
            found.cookies[id(learner)] = sent.partition(".")[0]
        await staggered(one.open() for one in found.trainers + found.others)
        await staggered(one.train() for one in found.trainers)
        return found

    async def move_sliders(self) -> None:
        """All who do not train move a slider now and then, until this is canceled."""
        await asyncio.gather(*(self._move(k) for k in range(len(self.others))))

    async def _move(self, k: int) -> None:
        learner, pauses, moves = self.others[k], random.Random(k), k
        await asyncio.sleep(pauses.uniform(0, PAUSES[1]))
        while True:
            asked = time.perf_counter()
            with learner.noting_failures("a slider"):
                stop = STOPS[moves % len(STOPS)]
                took = await learner.visitor.move("dropout", stop, timeout=PATIENCE)
                self.answers.append((asked, took))
            moves += 1
            await asyncio.sleep(pauses.uniform(*PAUSES))

    def saved_steps(self, archive: Archive) -> list[int]:
        """How far each training is, as it is saved."""
        runs = [archive.list(self.cookies[id(one)]) for one in self.trainers]
        return [found[0].summary.step if len(found) == 1 else 0 for found in runs]

    def failures(self) -> list[str]:
        """What went wrong."""
        everybody = self.trainers + self.others
        return [text for one in everybody for text in one.failures + one.visitor.failures]


async def measure(hall: Hall, learners: int, training: int, seconds: float, kill: bool) -> dict:
    """The whole measurement."""
    split = Split(*data.load().split(RECIPE.validation_fraction))
    archive = Archive(hall.runs)
    async with contextlib.AsyncExitStack() as stack:
        stack.callback(archive.close)
        audience = await Audience.enter(hall, stack, learners, training)
        await asyncio.sleep(SETTLE)
        before, began = _clocks(hall), time.perf_counter()
        moving = asyncio.create_task(audience.move_sliders())
        await asyncio.gather(*(one.begin_window() for one in audience.trainers))
        await asyncio.sleep(max(0.0, began + seconds - time.perf_counter()))
        total = sum(one.speed(len(split.train_x)) for one in audience.trainers)
        took = time.perf_counter() - began
        cores = {name: (now - before[name]) / took for name, now in _clocks(hall).items()}
        cores["other"] = max(0.0, cores.pop("busy") - sum(cores.values()))
        killed = await after_a_kill(hall, audience, archive, split) if kill else {}
        await asyncio.sleep(max(0.0, killed.get("when", -np.inf) + seconds - time.perf_counter()))
        moving.cancel()
        early = [s for asked, s in audience.answers if asked < killed.get("when", np.inf)]
        late = [s for asked, s in audience.answers if asked >= killed.get("when", np.inf)]
        first = [one.first_point for one in audience.trainers]
        failures = audience.failures()
    return {
        "processes": hall.processes,
        "learners": learners,
        "training": training,
        "answers": len(audience.answers),
        "answer_p50": percentile(early, 0.5),
        "answer_p95": percentile(early, 0.95),
        "after_p95": percentile(late, 0.95),
        "first_point_p95": percentile(first, 0.95),
        "total": total,
        **cores,
        **killed,
        "failures": failures,
        "failed": len(failures),
    }


async def after_a_kill(hall: Hall, audience: Audience, archive: Archive, split: Split) -> dict:
    """Kill one of the processes, and wait until all of its trainings go on."""
    saved = steps = audience.saved_steps(archive)
    killed, when = min(hall.pids), time.perf_counter()
    hall.kill(killed)
    await asyncio.sleep(5)  # until every tab has noticed it
    moved = [k for k, one in enumerate(audience.trainers) if one.visitor.reconnections]
    waiting, news = set(moved), when
    while waiting and time.perf_counter() - news < PATIENCE:  # in a full hall, a turn takes long
        await asyncio.sleep(1)
        now = await asyncio.to_thread(audience.saved_steps, archive)
        if now != steps:
            steps, news = now, time.perf_counter()
        waiting = {k for k in waiting if steps[k] <= saved[k]}
    lasted = time.perf_counter() - when
    checked = [k for k in moved if k not in waiting and steps[k] < MOST_STEPS][:MOST_CHECKED]
    for k in checked:
        visitor = audience.cookies[id(audience.trainers[k])]
        if not await asyncio.to_thread(_is_undisturbed, archive, visitor, split):
            waiting.add(k)
    moved_on = {"moved": len(moved), "all_went_on": lasted, "checked": len(checked)}
    return {"when": when, "lost": len(waiting), **moved_on}


def _is_undisturbed(archive: Archive, visitor: str, split: Split) -> bool:
    """Whether the saved weights are those of a training that nobody disturbed."""
    state = archive.progress(visitor, archive.list(visitor)[0].id).state
    with threadpool_limits(1):  # as in a worker: with more, sums are rounded in another order
        other = start(RECIPE, split)
        for event in train(other, split):
            if isinstance(event, Step) and other.step == state.step:
                return np.array_equal(other.theta, state.theta)
    return False


def _clocks(hall: Hall) -> dict[str, float]:
    return hall.cores() | {"client": time.process_time(), "busy": busy_seconds()}


def main() -> None:
    """Measure once, print a row of the table, write JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--learners", type=int, default=400)
    parser.add_argument("--training", type=int, default=150, help="of these, how many train")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--kill", action="store_true", help="kill one of them in the middle")
    parser.add_argument("--out", default="hall.json")
    options = parser.parse_args()
    if NGINX is None:
        parser.exit(1, f"{NO_NGINX}\n")
    os.environ.update(environment())
    print(f"{os.cpu_count()} cores, load before the start {os.getloadavg()[0]:.1f}\n")
    with Hall(options.processes, **environment()) as hall:
        arguments = options.learners, options.training, options.seconds, options.kill
        result = asyncio.run(measure(hall, *arguments))
        result["tracebacks"] = hall.log().count("Traceback")
    cells = [form.format(result[key]) if key in result else "" for _, key, form in COLUMNS]
    print("| " + " | ".join(heading for heading, *_ in COLUMNS) + " |")
    print("| --- " * len(COLUMNS) + "|\n| " + " | ".join(cells) + " |")
    for failure in sorted(set(result["failures"])):
        print(f"\n{failure}")
    Path(options.out).write_text(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
