"""The way into a class: a card on every page while a question waits, a form for a typed code."""

import html
from collections.abc import Callable
from functools import partial

import streamlit as st

from ann.classroom.codes import LENGTH
from ann.classroom.snapshot import Classroom
from ann.keeping.classrooms import Membership
from ann.keeping.database import ArchiveError
from pages.ui import looks, palette, session, words
from pages.ui.classroom import arrival, identity, tries
from pages.ui.classroom.door import Linked, door
from pages.ui.server import limits, stores
from pages.ui.server.visitor import browser_id

KEY, CODE = "class-door", "class.code"
STYLE = f"""<style>
.st-key-{KEY} {{ border: 2px solid {palette.CHANGE}; border-radius: 10px; padding: 0.8rem 1rem;
  gap: 0.5rem; }}
.class-who {{ font-size: 1.1rem; }}
</style>"""
DELETED = "Your runs in this class are deleted with it, after 30 days at the latest."
TOO_MANY = (
    f"More than {limits.NEW_MEMBERS:,} learners have joined from your network within a minute, or "
    f"{limits.NEW_MEMBERS_PER_BROWSER:,} from this browser. Wait a moment, then try again."
)


def card() -> None:
    """Ask whether to join the class of the link, or who uses the browser; else draw nothing."""
    waiting = door()
    if waiting.classroom is None:
        return
    with st.container(key=KEY):
        if waiting.known:
            _ask_who(waiting.known)
        else:
            _offer(waiting.classroom, waiting.name)


def form() -> None:
    """A box for a class code, and a button; the question comes as a card."""
    with st.form("class.form", border=False):
        st.text_input(
            "Class code",
            key=CODE,
            max_chars=4 * LENGTH,
            placeholder="KQ7TB",
            help=f"The {LENGTH} letters and digits that your teacher shows.",
        )
        st.form_submit_button(
            "Join",
            key="class.find",
            type="primary",
            icon=":material/login:",
            on_click=_find,
            help="Find the class. The lab gives you a name there; nobody types their own.",
        )


def new_member(classroom: Classroom, name: str = "", linked: Linked | None = None) -> bool:
    """Join a class and work as its new member from now on; False, with a message, if that fails."""
    if not tries.joined().allowed():
        session.say(TOO_MANY, "warning")
        return False
    try:
        mine = stores.classrooms().join(classroom.id, browser_id(), name)
    except ArchiveError as error:
        session.say(f"{words.plain(str(error))}.", "error")
        return False
    tries.joined().count()
    identity.become(mine, linked)
    session.say(f"You are {mine.member.name} in the class {mine.classroom.code}.", "success")
    return True


def _offer(classroom: Classroom, name: str) -> None:
    code = html.escape(classroom.code)
    st.html(
        f'{STYLE}<div class="class-who">Class <b>{code}</b>: you will be '
        f"<b>{html.escape(name)}</b></div>"
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        _button("Join", "join", "login", _join, "Your teacher sees what you train under this name.")
        _button("Not now", "not_now", "close", door().close, "Go on without the class.", main=False)
    st.caption(DELETED)


def _ask_who(known: Membership) -> None:
    named = looks.named(known.member.name, known.member.look)
    code = html.escape(known.classroom.code)
    st.html(
        f'{STYLE}<div class="class-who">Class <b>{code}</b>: are you still <b>{named}</b>?</div>'
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        _button("Yes", "still", "check", _still, "Go on with your runs and lessons.")
        _button(
            "No, someone else",
            "other",
            "person_add",
            _someone_else,
            "Join as a new member. You won't see anything of theirs.",
            main=False,
        )
        _button(
            "Leave the class",
            "leave",
            "logout",
            partial(_leave, known),
            "This browser forgets the class. A return link still leads back.",
            main=False,
        )


def _button(
    label: str, key: str, icon: str, on_click: Callable[[], None], help: str, main: bool = True
) -> None:
    st.button(
        label,
        key=f"class.{key}",
        icon=f":material/{icon}:",
        type="primary" if main else "secondary",
        on_click=on_click,
        help=help,
    )


def _find() -> None:
    code = str(session.get_control(CODE, ""))
    if code.strip():
        arrival.invite(code)


def _join() -> None:
    waiting = door()
    if waiting.classroom and not new_member(waiting.classroom, waiting.name, waiting.linked):
        waiting.close()


def _still() -> None:
    waiting = door()
    if waiting.known:
        identity.become(waiting.known, waiting.linked)


def _someone_else() -> None:
    waiting = door()
    if waiting.classroom and not new_member(waiting.classroom, linked=waiting.linked):
        waiting.close()


def _leave(known: Membership) -> None:
    try:
        identity.leave(known)
    except ArchiveError as error:
        session.say(f"{words.plain(str(error))}.", "error")
