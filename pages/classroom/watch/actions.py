"""What a teacher does to the whole class: pause it, and decide what the board shows."""

from collections.abc import Container
from typing import Any, NamedTuple

import streamlit as st

from ann.classroom.snapshot import Classroom
from ann.lessons.lesson import Predict
from ann.lessons.words import filled
from pages.classroom import steer
from pages.classroom.watch import opening
from pages.ui import session, words
from pages.ui.lessons import shelf

FORECAST, RANKING = "classroom.forecast", "classroom.ranking"
MOST_QUESTION = 70  # characters


class Asked(NamedTuple):
    """A question whose forecasts the board can show; empty names for none."""

    lesson: str = ""
    card: str = ""


def show(room: Classroom) -> None:
    """One row of buttons."""
    now = room.settings
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.button(
            "Go on" if now.frozen else "Freeze",
            key="classroom.freeze",
            type="primary" if now.frozen else "secondary",
            icon=":material/play_arrow:" if now.frozen else ":material/pause:",
            on_click=steer.change,
            args=(room.id,),
            kwargs={"frozen": not now.frozen},
            disabled=bool(room.ended),
            help="Freeze: nobody can start training, so everyone looks at the board. Go on: they "
            "can again.",
        )
        _forecast(room)
        opening.button(room)
        session.set_control(RANKING, now.ranking)
        st.toggle(
            "Ranking",
            key=RANKING,
            on_change=_switch,
            args=(room.id,),
            help="The board names the members with the best validation accuracy.",
        )


def _switch(class_id: int) -> None:
    steer.change(class_id, ranking=bool(session.get_control(RANKING)))


def _forecast(room: Classroom) -> None:
    """Which question is on the board, and whether its result is shown."""
    asked = _questions(room)
    now = Asked(room.settings.forecast_lesson, room.settings.forecast_card)
    session.set_control(FORECAST, now if now in asked else Asked())
    st.selectbox(
        "Forecasts on the board",
        list(asked),
        format_func=lambda one: asked.get(one, "None"),
        key=FORECAST,
        on_change=lambda: _ask(room.id, asked, session.get_control(FORECAST)),
        width=340,
        help="The board shows everyone's forecasts for this question, without the results.",
    )
    shown = room.settings.revealed
    st.button(
        "Hide the result" if shown else "Reveal",
        key="classroom.reveal",
        icon=":material/visibility_off:" if shown else ":material/visibility:",
        on_click=steer.change,
        args=(room.id,),
        kwargs={"revealed": not shown},
        disabled=not now.card,
        help="The board adds the results to the forecasts.",
    )


def _ask(class_id: int, known: Container[Asked], wanted: Any) -> None:
    """Put a question on the board; `wanted` comes from the browser, which may send anything."""
    lesson, card = wanted if isinstance(wanted, Asked) and wanted in known else Asked()
    steer.change(class_id, forecast_lesson=lesson, forecast_card=card, revealed=False)


def _questions(room: Classroom) -> dict[Asked, str]:
    """The questions of the class's lessons, in order, each with the words it begins with."""
    picked = room.settings.lessons
    known = {lesson.name: lesson for lesson in shelf.lessons()}
    lessons = [known[name] for name in picked or known if name in known]
    found = {Asked(): "None"}
    for lesson in lessons:
        for place, card in enumerate(lesson.steps, 1):
            if isinstance(card, Predict):
                text = " ".join(filled(card.text, lesson.facts, shelf.style()).split())
                text = words.without_paths(text).replace("*", "")[:MOST_QUESTION]
                found[Asked(lesson.name, card.name)] = f"{lesson.title} {place}: {text}"
    return found
