"""A whole lesson of a class: `python -m tests.benchmarks.lesson --learners 64`.

A teacher starts a class and puts its board on the projector. Learners join by the link, open the
lesson, give their forecasts, train, and their runs become dots on the board. Nobody draws (see
`protocol.py`): every learner brings a computer for that. Meanwhile somebody reloads the board again
and again, and its answers are timed.

Nothing tells from outside when exactly a training ended. The learner's own page was redrawn for the
last time before the end, and for the first time after it. From both moments to the dot is measured:
the first says what it is at most, the second what the learner sees.
"""

import argparse
import asyncio
import json
import os
import random
import re
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

from ann.classroom.snapshot import Snapshot
from ann.keeping.classrooms import ClassArchive
from ann.lessons.lesson import Lesson, Predict, Train
from ann.lessons.read import read
from tests.benchmarks.bars import epochs_done, percentile
from tests.benchmarks.classroom import staggered
from tests.benchmarks.hostile_browsers import cookie_of
from tests.benchmarks.protocol import Visitor
from tests.benchmarks.server import ROOT, Server

LESSON = "read-the-picture"
PATIENCE = 180.0  # seconds of waiting that count as a failure
THINK = 0.5, 2.0  # seconds between two clicks of a learner, if they hardly read anything
LOOK = (0.5, 0.9)  # between two reloads of the board
NAMED = re.compile(r"You are ([A-Z][a-z]+ [A-Z][a-z]+) in the class")
MOST_ANSWER, MOST_DOT = 0.5, 5.0  # the bars, in seconds


@dataclass
class Pupil:
    """One learner: what happened to them, and when."""

    visitor: Visitor
    think: random.Random
    pause: tuple[float, float] = THINK
    name: str = ""
    joined: float = float("nan")  # seconds from opening the link to being a member
    before_end: float = float("nan")  # when the page last showed the training under way
    after_end: float = float("nan")  # when it first showed its end
    failures: list[str] = field(default_factory=list)

    async def attend(self, lesson: Lesson) -> None:
        """The whole lesson up to the end of the training."""
        try:
            await self._join()
            await self._forecast(lesson)
            await self._train(lesson)
        except (TimeoutError, LookupError) as error:
            self.failures.append(f"{type(error).__name__}: {error}")
        self.failures += self.visitor.failures

    async def _join(self) -> None:
        began = time.perf_counter()
        await self.visitor.ask(timeout=PATIENCE)
        await self._press("class.join")
        self.joined = time.perf_counter() - began
        told = NAMED.search(" ".join(self.visitor.alerts))
        self.name = told[1] if told else ""

    async def _forecast(self, lesson: Lesson) -> None:
        await self.visitor.go("lessons", timeout=PATIENCE)
        await self._press(f"lessons.begin.{lesson.name}")
        for card in lesson.steps:
            if isinstance(card, Train):
                return
            if card.page:
                await self.visitor.go(card.page, timeout=PATIENCE)
            if isinstance(card, Predict):
                await self._answer(lesson, card)

    async def _answer(self, lesson: Lesson, card: Predict) -> None:
        asked, key = card.question, f"lesson.{lesson.name}.{card.name}"
        for name in [f"{key}.{k}" for k in range(len(asked.at))] or [key]:
            self.visitor.put(name, float(self.think.randint(round(asked.low), round(asked.high))))
            await self.visitor.ask(timeout=PATIENCE)
        await self._press("lesson.give")
        if not asked.run:
            await self._press("lesson.next")

    async def _train(self, lesson: Lesson) -> None:
        card = next(card for card in lesson.steps if isinstance(card, Train))
        await self._press("train.start")
        while True:
            when, figure = await self.visitor.next_curve(timeout=PATIENCE)
            if epochs_done(figure) >= card.recipe.epochs:
                self.after_end = when
                return
            self.before_end = when

    async def _press(self, button: str) -> None:
        await asyncio.sleep(self.think.uniform(*self.pause))
        await self.visitor.ask(press=button, timeout=PATIENCE)


@dataclass
class Projector:
    """The board: how fast it answers, and when each learner's dot was first on it."""

    visitor: Visitor
    answers: list[float] = field(default_factory=list)
    dots: dict[str, float] = field(default_factory=dict)  # name -> seconds

    async def reload(self) -> None:
        """Ask for the board again and again."""
        pauses = random.Random(0)
        while True:
            self.answers.append(await self.visitor.ask(timeout=PATIENCE))
            await asyncio.sleep(max(0.0, pauses.uniform(*LOOK) - self.answers[-1]))

    async def watch(self) -> None:
        """Note each new dot, also of the redraws that the board makes by itself."""
        while True:
            when, figure = await self.visitor.next_curve(timeout=10 * PATIENCE)
            for name in names_on(figure):
                self.dots.setdefault(name, when)


def names_on(figure: str) -> set[str]:
    """The learners who have a dot in the board's figure."""
    found = json.loads(figure)
    while "data" not in found:  # the arguments of a component: the figure is one of them, as text
        found = json.loads(found["figure"])
    return {
        label.partition("<br>")[0] for trace in found["data"] for label in trace.get("text", ())
    }


async def play(server: Server, n: int, pause: tuple[float, float]) -> dict:
    """A lesson with n learners on a fresh server, who `pause` before each click."""
    lesson = read(ROOT / "data" / "lessons").lesson(LESSON)
    archive = ClassArchive(server.runs, lambda text: "")
    async with AsyncExitStack() as stack:

        async def tab(page: str, query: str, cookie: str, chart: str = "train.loss") -> Visitor:
            one = Visitor(server.port, page, query, chart=chart, cookie=cookie)
            return await stack.enter_async_context(one)

        async def browser() -> str:
            return await asyncio.to_thread(cookie_of, server.port, "")

        mine = await browser()
        teacher = await tab("classroom", "", mine)
        await teacher.ask(timeout=PATIENCE)
        await teacher.ask(press="classroom.new", timeout=PATIENCE)
        (room,) = archive.under_way()
        board = Projector(await tab("board", f"code={room.code}&view=dots", mine, "board.dots"))
        await board.visitor.ask(timeout=PATIENCE)
        tasks = [asyncio.create_task(board.reload()), asyncio.create_task(board.watch())]
        pupils = [
            Pupil(await tab("", f"class={room.code}", await browser()), random.Random(k), pause)
            for k in range(n)
        ]
        began = time.perf_counter()
        await staggered(pupil.attend(lesson) for pupil in pupils)
        await _until_all_dots(board, pupils)
        took = time.perf_counter() - began
        for task in tasks:
            task.cancel()
        failures = [f"{one.name or 'a learner'}: {f}" for one in pupils for f in one.failures]
        failures += [f"the board: {f}" for f in board.visitor.failures]
        failures += [f"the teacher: {f}" for f in teacher.failures]
    snapshot = archive.snapshot(room.id)
    archive.close()
    failures += ["the server's log has a traceback"] * server.log().count("Traceback")
    return result(snapshot, lesson, pupils, board, took) | {"failures": failures}


async def _until_all_dots(board: Projector, pupils: list[Pupil], seconds: float = 30.0) -> None:
    """Wait until everyone has a dot, or for so long."""
    deadline = time.perf_counter() + seconds
    while time.perf_counter() < deadline and not {one.name for one in pupils} <= set(board.dots):
        await asyncio.sleep(0.2)


def result(
    snapshot: Snapshot, lesson: Lesson, pupils: list[Pupil], board: Projector, took: float
) -> dict:
    """The measurement in numbers, all times in seconds."""
    at_most = [board.dots[p.name] - p.before_end for p in pupils if p.name in board.dots]
    seen = [board.dots[p.name] - p.after_end for p in pupils if p.name in board.dots]
    joined = [pupil.joined for pupil in pupils]
    return {
        "learners": len(pupils),
        "seconds": took,
        "join_p50": percentile(joined, 0.5),
        "join_p95": percentile(joined, 0.95),
        "board_answers": len(board.answers),
        "board_p50": percentile(board.answers, 0.5),
        "board_p95": percentile(board.answers, 0.95),
        "dot_at_most_p95": percentile(at_most, 0.95),
        "dot_seen_p95": percentile(seen, 0.95),
        "lost": lost(snapshot, lesson, [pupil.name for pupil in pupils]),
    }


def lost(snapshot: Snapshot, lesson: Lesson, names: list[str]) -> list[str]:
    """What is not in the class although a learner has done it: names, forecasts, runs."""
    members = {member.name: member for member in snapshot.members}
    asked = [card.name for card in lesson.steps if isinstance(card, Predict)]
    gone = []
    for name in names:
        member = members.get(name)
        if member is None:
            gone.append(f"the member {name or 'without a name'}")
            continue
        progress = snapshot.lessons.get(member.id, {}).get(lesson.name)
        given = {*progress.forecasts, *progress.settled} if progress else set()
        gone += [f"{name}: the forecast {card}" for card in asked if card not in given]
        if not snapshot.runs_of(member.id):
            gone.append(f"{name}: the run")
    return gone


def row(found: dict) -> str:
    """A row of the table."""
    return (
        f"| {found['learners']} | {found['join_p50']:.1f} / {found['join_p95']:.1f} s | "
        f"{found['board_p50']:.2f} / {found['board_p95']:.2f} s | {found['dot_seen_p95']:.1f} s | "
        f"{found['dot_at_most_p95']:.1f} s | {len(found['lost'])} | {len(found['failures'])} |"
    )


COLUMNS = (
    "learners",
    "joining, p50 / p95",
    "the board answers, p50 / p95",
    "from the end on the learner's page to the dot, p95",
    "at most",
    "lost",
    "failures",
)
HEADING = f"| {' | '.join(COLUMNS)} |\n{len(COLUMNS) * '| --- '}|"


def main() -> None:
    """Play a lesson for each number of learners, print a table, write JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--learners", type=int, nargs="+", default=[64])
    parser.add_argument(
        "--think",
        type=float,
        nargs=2,
        default=THINK,
        help="seconds between two clicks, from and to",
    )
    parser.add_argument("--out", default="lesson.json")
    options = parser.parse_args()
    print(f"{os.cpu_count()} cores, load before the start {os.getloadavg()[0]:.1f}\n\n{HEADING}")
    results = []
    for n in options.learners:
        with Server() as server:
            results.append(asyncio.run(play(server, n, (options.think[0], options.think[1]))))
        print(row(results[-1]), flush=True)
        Path(options.out).write_text(json.dumps(results, indent=1))
    for found in results:
        slow = found["board_p95"] > MOST_ANSWER, found["dot_seen_p95"] > MOST_DOT
        bars = "missed" if any(slow) or found["lost"] or found["failures"] else "met"
        print(f"\n{found['learners']} learners, {found['seconds']:.0f} s: the bars are {bars}")
        for line in [*found["lost"], *sorted(set(found["failures"]))]:
            print(f"- {line}")


if __name__ == "__main__":
    main()
