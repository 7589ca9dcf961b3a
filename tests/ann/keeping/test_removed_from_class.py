"""What a teacher removes from a class can be put back; and when lessons were saved last."""

import pytest

from ann.classroom.post import RunPost
from ann.keeping.classrooms import ClassArchive
from ann.keeping.expiry import Clock
from ann.keeping.lessons import LessonArchive
from ann.lessons.progress import Progress
from ann.recipe import Recipe


@pytest.fixture
def classes(tmp_path):
    archive = ClassArchive(tmp_path / "runs.sqlite", lambda text: (text + "x" * 43)[:43])
    yield archive
    archive.close()


def run(number: int) -> RunPost:
    return RunPost(number, Recipe(), "print", 1.0, 1.0, 1.0, validation_accuracy=0.5)


def test_a_removed_run_is_off_the_board_and_can_be_put_back(classes):
    one = classes.create("t" * 43)
    member = classes.join(one.id, "b" * 43)
    for number in (1, 2):
        classes.post(member.visitor, run(number))
    first, second = classes.snapshot(one.id).runs
    classes.remove_post(one.id, first.id)
    assert classes.snapshot(one.id).runs == (second,)
    assert classes.removed(one.id).runs == (first,)
    classes.remove_post(one.id, first.id, removed=False)
    assert classes.snapshot(one.id).runs == (first, second)
    assert not classes.removed(one.id).runs


def test_a_removed_member_takes_their_runs_along_and_can_be_put_back(classes):
    one = classes.create("t" * 43)
    calm, bold = classes.join(one.id, "b" * 43), classes.join(one.id, "c" * 43)
    classes.post(calm.visitor, run(1))
    before = classes.snapshot(one.id)
    classes.remove_member(one.id, calm.member.id)
    assert classes.snapshot(one.id).members == (bold.member,) and not classes.snapshot(one.id).runs
    assert classes.removed(one.id).members == (calm.member,) and not classes.removed(one.id).runs
    classes.remove_member(one.id, calm.member.id, removed=False)
    after = classes.snapshot(one.id)
    assert (after.members, after.runs) == (before.members, before.runs)


def test_a_snapshot_says_when_each_lesson_was_saved_last(classes, tmp_path):
    lessons = LessonArchive(tmp_path / "runs.sqlite", Clock(now=lambda: 1_000.0))
    one = classes.create("t" * 43)
    member = classes.join(one.id, "b" * 43)
    lessons.save(member.visitor, "steps", Progress(at="guess").to_json())
    found = classes.snapshot(one.id)
    assert found.changed == {member.member.id: {"steps": 1_000.0}}
    assert found.lessons[member.member.id]["steps"].at == "guess"
    lessons.close()
