"""This browser's classes: the one that its tab works in, and those that it teaches."""

from ann.classroom.snapshot import Classroom
from pages.ui.server import stores
from pages.ui.server.classes import membership as membership
from pages.ui.server.classes import snapshot as snapshot
from pages.ui.server.visitor import browser_id


def taught() -> tuple[Classroom, ...]:
    """The classes that this browser teaches, the newest first."""
    return stores.classrooms().taught(browser_id())
