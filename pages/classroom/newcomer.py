"""For whoever is in no class: start one, or join one with its code."""

import streamlit as st

from ann.keeping.database import ArchiveError
from pages.classroom import chosen
from pages.ui import session
from pages.ui.classroom import join
from pages.ui.server import stores
from pages.ui.server.visitor import browser_id

STEPS = """1. Press **New class**, and you get a code.
2. Pick the lessons, or leave them all.
3. Show the code. Learners type it or point their phones at it; nobody needs an account.
4. See how far everyone is, and put forecasts and results on the board."""


def show() -> None:
    """Both ways in."""
    left, right = st.columns(2, gap="large")
    with left, st.container(border=True):
        st.header("You teach", anchor=False)
        st.markdown(STEPS)
        new_class(main=True)
    with right, st.container(border=True):
        st.header("You learn", anchor=False)
        st.markdown(
            "Type the code that your teacher shows you. The lab gives you a name; nobody "
            "types their own."
        )
        join.form()


def new_class(main: bool = False) -> None:
    """The button that starts a class."""
    st.button(
        "New class",
        key="classroom.new",
        type="primary" if main else "secondary",
        icon=":material/add:",
        on_click=_create,
        help="Make a class with a code of its own. All of it is deleted after 30 days at the "
        "latest.",
    )


def _create() -> None:
    try:
        room = stores.classrooms().create(browser_id())
    except ArchiveError as error:
        session.say(f"{error}.", "error")
        return
    chosen.choose(room.id, chosen.LESSONS)
