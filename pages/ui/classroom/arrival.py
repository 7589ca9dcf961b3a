"""What each visit looks at first: a class in the link, a return link, or who was here before.

Both leave the address at once: they are in no link that is handed out, and no reload repeats them.
"""

import time

import streamlit as st

from ann.keeping.classrooms import Membership
from ann.keeping.database import ArchiveError
from pages.ui import session, site, words
from pages.ui.classroom import identity, tries
from pages.ui.classroom.door import Linked, door
from pages.ui.server import classes, stores
from pages.ui.server.visitor import browser_id

CLASS, RETURN = "class", "return"
ACTIVE_SECONDS = 1_200.0  # a member who was active so lately is not asked: a reload, a new server
TOO_MANY = (
    "Too many wrong class codes have come from this browser or your network within a minute. Wait "
    "a moment, then try again."
)


def arrive() -> None:
    """Once the address has been read, see who works in this tab."""
    code, token = _taken(CLASS), _taken(RETURN)
    first = session.state().came_from is None
    identity.on_the_way()
    _check_class()
    try:
        if token is not None:
            _come_back(token)
        elif code is not None:
            invite(code)
        elif first:
            _greet()
    except ArchiveError as error:
        session.say(f"{words.plain(str(error))}.", "error")
    identity.note_active()


def invite(code: str) -> bool:
    """Ask whether to join the class with this code; False, with a message, if there is none."""
    if not tries.wrong().allowed():
        session.say(TOO_MANY, "warning")
        return False
    found = stores.classrooms().find(code)
    if found is None:
        tries.wrong().count()
        session.say(
            "No class here has this code. It may have ended, or a letter is wrong: a code is one "
            "like KQ7TB.",
            "warning",
        )
        return False
    mine = stores.classrooms().memberships(browser_id())
    known = next((one for one in mine if one.classroom.id == found.id), None)
    now = classes.membership()
    if now and now.classroom.id == found.id:
        known = now
    door().open(found, known, stores.classrooms().free_name(found.id))
    return True


def _come_back(token: str) -> None:
    if not tries.wrong().allowed():
        session.say(TOO_MANY, "warning")
        return
    mine = stores.classrooms().come_back(token, browser_id())
    if mine is None:
        tries.wrong().count()
        session.say(
            "This return link is not from this server, or its class has been deleted.", "warning"
        )
        return
    identity.become(mine, Linked.now())
    session.say(f"Welcome back, {mine.member.name}.", "success")


def _greet() -> None:
    """On a new visit: go on as the member who was here a moment ago, else ask."""
    mine = stores.classrooms().memberships(browser_id())
    if not mine:
        return
    last = mine[0]
    if time.time() - last.member.seen < ACTIVE_SECONDS:
        identity.become(last, Linked.now())
    else:
        door().open(last.classroom, last)


def _check_class() -> None:
    """Say what has become of the class, and let whoever has none any more go on alone."""
    enrolled = session.keep(classes.Enrolled)
    before, now = enrolled.found, classes.membership()
    if before and now is None:
        _lose(before)
    elif now and now.classroom.ended and not enrolled.told:
        enrolled.told = True
        session.say(
            f"The class {now.classroom.code} has ended: nothing new goes to its board. You can go "
            f"on; what you have trained in it stays here until {_day(now.classroom.expires)}."
        )


def _lose(mine: Membership) -> None:
    code, gone = mine.classroom.code, not stores.classrooms().version(mine.classroom.id)
    identity.be_oneself()
    if gone:
        text = f"The class {code} has been deleted, with what was saved in it."
    else:
        text = f"Your teacher has taken {mine.member.name} out of the class {code}."
    session.say(f"{text} You can go on without it. {identity.BACK}", "warning")
    st.switch_page(site.path(site.HOME))


def _taken(name: str) -> str | None:
    """A parameter of the address, which loses it."""
    found = st.query_params.get(name)
    if found is not None:
        del st.query_params[name]
    return found


def _day(when: float) -> str:
    day = time.localtime(when)
    return f"{time.strftime('%B', day)} {day.tm_mday}"
