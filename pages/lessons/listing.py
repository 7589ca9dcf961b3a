"""All lessons, with their minutes, what they confront, and where the visitor is in them."""

from functools import partial

import streamlit as st

from ann.lessons.lesson import Lesson
from pages.ui import session
from pages.ui.lessons import desk, moves, shelf
from pages.ui.server import classes

LANGUAGE = "lessons.language"


def choose_language() -> None:
    """A box of the languages that there are lessons in."""
    known = shelf.shelf()
    if len(known.languages) < 2:
        return
    session.set_control(LANGUAGE, shelf.language())
    st.selectbox(
        shelf.word("language_box"),
        known.languages,
        format_func=lambda code: known.words.get(code, {}).get("language", code),
        key=LANGUAGE,
        on_change=lambda: moves.language(session.get_control(LANGUAGE)),
        width=240,
    )


def show() -> None:
    """A row for each lesson; for members of a class, the teacher's choice comes first."""
    lessons = {lesson.name: lesson for lesson in shelf.lessons()}
    chosen = [lessons.pop(name) for name in classes.settings().lessons if name in lessons]
    _rows(chosen or list(lessons.values()))
    if chosen and lessons:
        with st.expander(shelf.word("other_lessons"), icon=":material/school:"):
            _rows(list(lessons.values()))


def _rows(lessons: list[Lesson]) -> None:
    for lesson in lessons:
        with st.container(border=True, key=f"lessons.{lesson.name}"):
            _row(lesson)


def _row(lesson: Lesson) -> None:
    progress, opened = desk.progress_of(lesson), desk.desk().on == lesson.name
    with st.container(horizontal=True, vertical_alignment="center"):
        title = f"**{shelf.marked(lesson.title)}**"
        minutes = shelf.word("minutes", minutes=lesson.minutes)
        state = ""
        if progress and progress.done:
            state = f":green[:material/check: {shelf.word('state_done')}]"
        elif progress:
            state = shelf.word("state_share", share=f"{progress.share(lesson):.0%}")
        heading = "  ·  ".join(filter(None, [title, minutes, state]))
        belief = shelf.word("belief", belief=shelf.marked(lesson.belief))
        st.markdown(f"{heading}  \n:small[{belief}]", width="stretch")
        label = "begin" if progress is None else "repeat" if progress.done else "go_on"
        st.button(
            shelf.word("open_now" if opened and progress and progress.at else label),
            key=f"lessons.begin.{lesson.name}",
            type="primary" if label != "repeat" else "secondary",
            icon=":material/play_arrow:",
            disabled=bool(opened and progress and progress.at),
            on_click=partial(moves.begin, lesson.name),
        )
    if (card := moves.due(lesson, progress)) and not (opened and progress and progress.at):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(f":material/event_repeat: {shelf.word('again_due')}")
            st.button(
                shelf.word("again"),
                key=f"lessons.again.{lesson.name}",
                on_click=partial(moves.begin_again, lesson.name, card.name),
            )
