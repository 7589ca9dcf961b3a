"""Which lessons a class takes, and which controls its learners see."""

import streamlit as st

from ann.classroom.snapshot import Classroom
from ann.recipe import FIELDS
from pages.classroom import chosen, steer
from pages.ui import session
from pages.ui.lessons import shelf

FIRST_LESSON = ("learning_rate", "hidden_sizes", "epochs")
ALL, FIRST, PICK = "All", "First lesson", "Pick"
LESSONS, PRESET, CONTROLS = "classroom.lessons", "classroom.preset", "classroom.controls"


def show(room: Classroom) -> None:
    """Both choices; each takes effect at once, also in the middle of a lesson."""
    _lessons(room)
    _controls(room)
    chosen.next_button(chosen.CODE, "Show the code")


def _lessons(room: Classroom) -> None:
    known = {lesson.name: lesson for lesson in shelf.lessons()}
    session.set_control(LESSONS, [name for name in room.settings.lessons if name in known])

    def title(name: str) -> str:
        lesson = known.get(name)
        return f"{lesson.title} ({lesson.minutes} min)" if lesson else name

    st.multiselect(
        "Lessons",
        list(known),
        format_func=title,
        key=LESSONS,
        placeholder="All lessons: learners choose",
        on_change=lambda: steer.change(room.id, lessons=tuple(session.get_control(LESSONS, ()))),
        help="The lessons of the class, in the order in which you pick them. If you pick none, "
        "all are offered.",
    )
    picked = [known[name] for name in room.settings.lessons if name in known]
    if picked:
        st.caption(f"About {sum(lesson.minutes for lesson in picked)} minutes.")


def _controls(room: Classroom) -> None:
    shown = room.settings.controls
    now = ALL if not shown else FIRST if set(shown) == set(FIRST_LESSON) else PICK
    if session.get_control(PRESET) != PICK or now == PICK:
        session.set_control(PRESET, now)
    st.segmented_control(
        "Controls that learners see",
        (ALL, FIRST, PICK),
        key=PRESET,
        required=True,
        on_change=lambda: _take_preset(room),
        help="Fewer sliders are less confusing. *First lesson* shows the learning rate, the "
        "hidden sizes and the epochs.",
    )
    if session.get_control(PRESET) == PICK:
        session.set_control(CONTROLS, list(shown))
        st.multiselect(
            "Shown",
            list(FIELDS),
            format_func=lambda name: FIELDS[name].label,
            key=CONTROLS,
            placeholder="All controls",
            on_change=lambda: steer.change(
                room.id, controls=tuple(session.get_control(CONTROLS, ()))
            ),
            help="All other controls are hidden and keep their values. If you pick none, all are "
            "shown.",
        )


def _take_preset(room: Classroom) -> None:
    preset = session.get_control(PRESET)
    if preset != PICK:
        steer.change(room.id, controls=FIRST_LESSON if preset == FIRST else ())
