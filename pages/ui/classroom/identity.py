"""Who works in this tab: a member of a class, or the browser's own visitor.

Each change begins anew, so that nothing of one learner shows for the next. What was being trained
is saved and pauses, and goes on when its learner is back.
"""

import time
from contextlib import suppress
from dataclasses import dataclass

import streamlit as st

from ann.keeping.classrooms import Membership
from ann.keeping.database import ArchiveError
from ann.recipe import Recipe
from pages.ui import session, site
from pages.ui.classroom.door import Linked
from pages.ui.server import classes, stores, tabs
from pages.ui.server.visitor import Visitor, browser_id

NOTE_SECONDS = 60.0  # between two notes that a member is active
BACK = "What this browser had saved before is here again."


@dataclass
class Next:
    """Whether the tab goes to Home next, where no box holds what somebody else has typed."""

    home: bool = False


def become(mine: Membership, linked: Linked | None = None) -> None:
    """Let this member work here from now on, with the settings of a link or those to begin with.

    The seed is the member's own, unless the link names one.
    """
    tabs.hand_over(Visitor)
    session.keep(Visitor).member = mine.visitor
    enrolled = session.keep(classes.Enrolled)
    enrolled.member, enrolled.found, enrolled.looked = mine.member.id, mine, time.monotonic()
    linked = linked or Linked(Recipe(), None, names_seed=False)
    session.set_recipe(linked.recipe if linked.names_seed else classes.seeded(linked.recipe))
    session.state().dataset = linked.dataset
    note_active()


def be_oneself() -> None:
    """Let the browser's own visitor work here from now on."""
    tabs.hand_over(Visitor)
    session.keep(Visitor).member = ""


def leave(mine: Membership) -> None:
    """Forget in this browser that it is a member, and be its own visitor again."""
    stores.classrooms().leave(mine.member.id, browser_id())
    be_oneself()
    session.say(f"You have left the class {mine.classroom.code}. {BACK}", "success")
    go_home()


def go_home() -> None:
    """For a button's callback: show Home next, because the browser keeps what was typed here."""
    session.keep(Next).home = True


def on_the_way() -> None:
    """Show Home now, if a callback has asked for it."""
    coming = session.keep(Next)
    if coming.home:
        coming.home = False
        if session.state().page:
            st.switch_page(site.path(site.HOME))


def note_active() -> None:
    """Note now and then that the member is active: whoever was a moment ago is asked nothing."""
    enrolled = session.keep(classes.Enrolled)
    if enrolled.member and time.monotonic() - enrolled.noted >= NOTE_SECONDS:
        enrolled.noted = time.monotonic()
        with suppress(ArchiveError):  # it only means a question more
            stores.classrooms().seen(enrolled.member)
