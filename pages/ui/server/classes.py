"""The class that this tab works in: who the visitor is there, and what the teacher has decided.

All of the lab asks here, from the workers' jobs up to the pages. How a visitor joins and leaves is
the matter of `pages.ui.classroom`.
"""

import math
import time
from contextlib import suppress
from dataclasses import dataclass, replace

import streamlit as st

from ann.classroom.settings import Settings
from ann.classroom.snapshot import Snapshot
from ann.keeping.classrooms import Membership
from ann.keeping.database import UnusableError
from ann.recipe import FIELDS, Recipe
from pages.ui import session
from pages.ui.server import stores
from pages.ui.server.snapshots import Snapshots
from pages.ui.server.visitor import visitor_id

LOOK_SECONDS = 1.0  # between two looks whether the teacher has changed something
FROZEN = "Your teacher has paused the class: look at the board."


@dataclass
class Enrolled:
    """Which member of a class works in this tab; 0 for none."""

    member: int = 0
    found: Membership | None = None  # as it was when last looked up
    looked: float = -math.inf  # monotonic seconds
    noted: float = -math.inf  # when the member was last noted as active, in monotonic seconds
    told: bool = False  # that the class has ended


def membership() -> Membership | None:
    """Who this tab is in a class; None if it is in none, or no longer."""
    mine = session.keep(Enrolled)
    if mine.member and time.monotonic() - mine.looked >= LOOK_SECONDS:
        with suppress(UnusableError):  # the file is busy: what was known still holds
            found = stores.classrooms().membership(mine.member)
            # in another file that has taken the place of the first, the number is somebody else's
            mine.found = found if found and found.visitor == visitor_id() else None
        mine.looked = time.monotonic()
    return mine.found


def settings() -> Settings:
    """What the teacher of this tab's class has decided; the defaults without a class."""
    mine = membership()
    return mine.classroom.settings if mine and not mine.classroom.ended else Settings()


def hold() -> str:
    """Why this visitor can train nothing now: the teacher has paused the class; "" if not."""
    return FROZEN if settings().frozen else ""


def shows(name: str) -> bool:
    """Whether the teacher lets members see the control of this field of the recipe."""
    shown = settings().controls
    return not shown or name in shown


def keeps_test_set() -> bool:
    """Whether the test set is sealed for this member until the teacher opens it for all."""
    mine = membership()
    return bool(mine and not mine.classroom.ended and not mine.classroom.settings.test_opened)


def refused() -> bool:
    """For a button's callback that would train something: whether nothing may be; says so."""
    if why := hold():
        session.say(why, "warning")
    return bool(why)


def seeded(recipe: Recipe) -> Recipe:
    """The recipe with the seed of this member of a class; as it is for everybody else.

    Thirty learners who train with thirty seeds see how much of a result is luck.
    """
    mine = membership()
    if mine is None:
        return recipe
    return replace(recipe, seed=mine.member.id % (int(FIELDS["seed"].high) + 1))


def blank() -> Recipe:
    """The recipe that this visitor begins with: the defaults, for a member with their own seed."""
    return seeded(Recipe())


@st.cache_resource(show_spinner=False)
def snapshots() -> Snapshots:
    """The snapshots in this process."""
    return Snapshots(stores.classrooms)


def snapshot(class_id: int, fresh: bool = False) -> Snapshot:
    """The class as all its viewers see it, up to a second old unless it must be `fresh`.

    `MissingError` if it is gone. It does not ask who looks:
    pages show only the visitor's own class and those that the browser teaches.
    """
    return snapshots().of(class_id, fresh)
