"""What a teacher's buttons do to a class: callbacks, which first ask if the browser teaches it."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from ann.keeping.classrooms import ClassArchive
from ann.keeping.database import ArchiveError, MissingError
from pages.ui import session
from pages.ui.classroom import current
from pages.ui.server import stores


def change(class_id: int, **settings: Any) -> None:
    """Change some of the class's settings."""
    act(class_id, lambda classes: classes.change(class_id, **settings))


def remove_member(class_id: int, member: int, removed: bool = True) -> None:
    """Take a member out of the class, or put them back."""
    act(class_id, lambda classes: classes.remove_member(class_id, member, removed))


def remove_run(class_id: int, post: int, removed: bool = True) -> None:
    """Take a run off the board, or put it back."""
    act(class_id, lambda classes: classes.remove_post(class_id, post, removed))


def end(class_id: int) -> None:
    """End the class."""
    act(class_id, lambda classes: classes.end(class_id))


def delete(class_id: int) -> None:
    """Delete the class and everything that its members have saved."""
    act(class_id, lambda classes: classes.delete(class_id))


def act(class_id: int, what: Callable[[ClassArchive], object]) -> None:
    """Do something to a class that this browser teaches; all see it at once."""
    try:
        if not teaches(class_id):
            session.say("You do not teach this class, or it has been deleted.", "warning")
            return
        what(stores.classrooms())
        with suppress(MissingError):  # it has just been deleted
            current.snapshot(class_id, fresh=True)
    except ArchiveError as error:
        session.say(f"{error}.", "error")


def teaches(class_id: int) -> bool:
    """Whether this browser teaches the class: another teacher may have deleted it meanwhile."""
    return any(room.id == class_id for room in current.taught())
