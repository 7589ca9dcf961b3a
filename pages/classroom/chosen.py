"""Which of a teacher's classes the page shows, and at which step."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from ann.classroom.snapshot import Classroom
from pages.ui import session

LESSONS, CODE, WATCH = "Lessons", "Code", "Watch"
HANDWRITING, RESULTS = "Handwriting", "Results"
STEPS = LESSONS, CODE, WATCH, HANDWRITING, RESULTS
STEP, CLASS = "classroom.step", "classroom.class"


@dataclass
class Chosen:
    """The teacher's choice; 0 for the newest class, "" for the step that fits it."""

    room: int = 0
    step: str = ""


def choose(room: int, step: str = "") -> None:
    """Show this class. A callback, or called before the controls are drawn."""
    mine = session.keep(Chosen)
    mine.room, mine.step = room, step


def room(rooms: Sequence[Classroom]) -> Classroom:
    """The chosen one of these, or the newest."""
    wanted = session.keep(Chosen).room
    return next((one for one in rooms if one.id == wanted), rooms[0])


def pick(rooms: Sequence[Classroom]) -> None:
    """A box of the classes, if there are several."""
    if len(rooms) < 2:
        return
    codes = {one.id: one.code + " (ended)" * bool(one.ended) for one in rooms}
    session.set_control(CLASS, room(rooms).id)
    st.selectbox(
        "Class",
        list(codes),
        format_func=lambda number: codes.get(number, "?"),
        key=CLASS,
        on_change=lambda: choose(session.get_control(CLASS)),
        width=180,
        label_visibility="collapsed",  # so that the whole row is on one line
        help="Your classes, the newest first.",
    )


def step(room: Classroom, members: int) -> str:
    """A row of steps; returns the chosen one. A class that has begun is watched."""
    mine = session.keep(Chosen)
    if not mine.step:
        mine.step = RESULTS if room.ended else WATCH if members else LESSONS
    session.set_control(STEP, mine.step)
    st.segmented_control(
        "Step",
        STEPS,
        key=STEP,
        required=True,
        on_change=lambda: go(session.get_control(STEP)),
        label_visibility="collapsed",
        help="From the choice of lessons to the results of the class.",
    )
    return mine.step


def go(to: str) -> None:
    """Show a step. A callback."""
    session.keep(Chosen).step = to


def next_button(to: str, label: str) -> None:
    """A button to the next step."""
    st.button(
        label,
        key="classroom.next",
        type="primary",
        icon=":material/arrow_forward:",
        on_click=go,
        args=(to,),
        help="You can come back at any time.",
    )
