"""For the teacher: a lesson's worksheet, and a look at a learner's certificate."""

from functools import partial

import streamlit as st

from ann.lessons.read import ENGLISH
from ann.lessons.worksheet import worksheet
from pages.lessons import certificate
from pages.ui.lessons import shelf

LESSON = "lessons.teacher"


def show() -> None:
    """A box of lessons, and the buttons for the chosen one."""
    with st.expander(shelf.word("teacher"), icon=":material/co_present:"):
        titles = {lesson.name: lesson.title for lesson in shelf.lessons()}
        with st.container(horizontal=True, vertical_alignment="bottom"):
            name = st.selectbox(
                shelf.word("teacher_lesson"),
                list(titles),
                format_func=lambda one: titles.get(one, one),
                key=LESSON,
                width=360,
            )
            if name is not None:
                st.download_button(
                    shelf.word("worksheet"),
                    data=partial(_worksheet, name),
                    file_name=f"{name}-{shelf.language()}.html",
                    mime="text/html",
                    key="lessons.worksheet",
                    icon=":material/print:",
                    on_click="ignore",
                    help=shelf.word("worksheet_help"),
                )
        certificate.verify()


def _worksheet(name: str) -> str:
    lesson = shelf.lesson(name)
    if lesson is None:
        return ""
    known = shelf.shelf().words
    words = {**known.get(ENGLISH, {}), **known.get(shelf.language(), {})}
    return worksheet(lesson, words, shelf.style(), shelf.language())
