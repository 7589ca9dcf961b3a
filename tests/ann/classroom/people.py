"""Members, runs and classes to test with."""

from ann.classroom import snapshot
from ann.classroom.post import RunPost
from ann.classroom.settings import Settings
from ann.classroom.snapshot import Classroom, Member, Posted, Snapshot
from ann.recipe import Recipe


def member(number, name, joined=100.0):
    return Member(number, name, number, joined, joined)


def posted(number, of, created=200.0, accuracy=0.9, finding="", **settings):
    run = RunPost(number, Recipe(**settings), "", 1, 1, 1, accuracy, finding=finding)
    return Posted(number, of, created, run)


def a_class(picked=("steps",), opened=0.0, **parts):
    settings = Settings(lessons=picked, test_opened=opened)
    return Snapshot(Classroom(1, "KQ7TB", settings, 0.0, 1e9), **parts)


def judged(member, run, accuracy, digits=10_000):
    return snapshot.Tested(member, run, accuracy, digits)
