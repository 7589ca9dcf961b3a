"""A server that is killed in mid-lesson: nobody loses name, forecast or run."""

import asyncio

import pytest

from ann.keeping.classrooms import ClassArchive
from ann.keeping.lessons import LessonArchive
from ann.keeping.runs import Archive
from ann.lessons.progress import Progress
from pages.ui.server import ids
from tests.benchmarks.hostile_browsers import cookie_of
from tests.benchmarks.protocol import Visitor
from tests.benchmarks.server import Server
from tests.pages.ui.classroom.conftest import TEACHER
from tests.waiting import wait_until

LESSON, CARD = "add-layers", "number"  # its first card asks for a number
SETTINGS = "hidden_sizes=16&epochs=60&patience=0"


@pytest.fixture
def file(tmp_path, monkeypatch):
    """The file of saved runs, which outlives the servers."""
    monkeypatch.delenv("ANN_DATA", raising=False)
    return tmp_path / "runs.sqlite"


@pytest.fixture
def classes(file):
    """The classes in it, as the servers see them."""
    secret = ids.secret_at(file.with_suffix(".secret"))
    found = ClassArchive(file, lambda text: ids.derive(text, secret))
    yield found
    found.close()


@pytest.mark.slow
def test_a_server_killed_in_mid_lesson_costs_nobody_name_forecast_or_run(file, classes):
    code = (room := classes.create(TEACHER)).code
    lessons, runs = LessonArchive(file), Archive(file)

    async def before(server, cookie):
        async with Visitor(server.port, "lessons", f"class={code}", cookie=cookie) as learner:
            await learner.ask()
            await learner.ask(press="class.join")
            await learner.ask(press=f"lessons.begin.{LESSON}")
            learner.put(f"lesson.{LESSON}.{CARD}", 42)
            await learner.ask()
            await learner.ask(press="lesson.give")
            assert not learner.failures

    async def train(server, cookie):
        async with Visitor(server.port, "train", SETTINGS, cookie=cookie) as learner:
            await learner.ask()
            await learner.ask(press="train.start")
            visitor = classes.visitors(room.id)[classes.snapshot(room.id).members[0].id]
            await asyncio.to_thread(wait_until, lambda: runs.list(visitor), "it was not saved")
            assert not classes.snapshot(room.id).runs, "it is not over yet"
            server.kill()
        return visitor

    async def after(server, cookie, visitor):
        async with Visitor(server.port, "train", SETTINGS, cookie=cookie) as learner:
            await learner.ask()
            with pytest.raises(LookupError):
                learner.find("class.still", learner.buttons)  # nobody is asked in mid-lesson
            await asyncio.to_thread(
                wait_until, lambda: classes.snapshot(room.id).runs, "it is not on the board", 120
            )
            assert not learner.failures

    with Server(ANN_RUNS=str(file)) as first:
        cookie = cookie_of(first.port, "")
        asyncio.run(before(first, cookie))
        (name,) = (one.name for one in classes.snapshot(room.id).members)
        visitor = asyncio.run(train(first, cookie))
    with Server(ANN_RUNS=str(file)) as second:
        asyncio.run(after(second, cookie, visitor))
        assert "Traceback" not in second.log()
    found = classes.snapshot(room.id)
    assert [one.name for one in found.members] == [name]
    assert Progress.from_json(lessons.all(visitor)[LESSON]).forecasts == {CARD: 42}
    (saved,) = runs.list(visitor)
    assert [one.run.number for one in found.runs] == [saved.id] and saved.status == "finished"
    for archive in (lessons, runs):
        archive.close()
