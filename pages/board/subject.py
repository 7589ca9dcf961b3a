"""Which class this board shows: one that the visitor is in or teaches, and no other."""

from dataclasses import dataclass

from ann.classroom.codes import clean_code
from ann.classroom.snapshot import Classroom
from pages.ui import session
from pages.ui.classroom import current
from pages.ui.links import address

PARAMETER = "code"  # with "class", a link asks whoever opens it to join


@dataclass
class Asked:
    """The code in the address by which the visitor came, and that of the board last shown."""

    code: str = ""  # "" without one
    shown: str = ""


def chosen() -> Classroom | None:
    """The class of the address, else the visitor's own, else the newest one they teach.

    Only their own classes are looked through: a guessed code finds nothing, even a right one.
    """
    asked = session.keep(Asked)
    arriving = address.arriving(PARAMETER)
    if PARAMETER in arriving:
        asked.code = clean_code(arriving[PARAMETER]) or "?"
    mine = current.membership()
    if mine and asked.code in ("", mine.classroom.code):
        return mine.classroom
    return next((one for one in current.taught() if asked.code in ("", one.code)), None)


def is_taught(classroom: Classroom) -> bool:
    """Whether the visitor teaches this class."""
    return any(one.id == classroom.id for one in current.taught())


def was_shown() -> bool:
    """Whether the class that is not to be found was on this board before."""
    asked = session.keep(Asked)
    return bool(asked.shown) and asked.code in ("", asked.shown)


def show(classroom: Classroom) -> None:
    """Note that this class is on the board, also in the address."""
    session.keep(Asked).shown = classroom.code
    address.show(**{PARAMETER: classroom.code})
