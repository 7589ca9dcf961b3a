"""How the visitor's forecasts went: a summary in one sentence, and all of them in a table."""

import streamlit as st

from ann.lessons.lesson import Lesson, Predict
from ann.lessons.progress import Settled
from ann.lessons.words import filled
from pages.ui import tables
from pages.ui.lessons import desk, outcome, shelf, tally

MOST_QUESTION = 160  # characters


def summary() -> None:
    """How many were within reach, and how far off they are on average."""
    if text := tally.sentence():
        st.markdown(text)


def table() -> None:
    """Each forecast with its result and its gap."""
    rows = [
        (lesson, card, settled)
        for lesson in shelf.lessons()
        if (progress := desk.progress_of(lesson))
        for card in lesson.cards
        if isinstance(card, Predict) and (settled := progress.settled.get(card.name))
    ]
    if not rows:
        return
    st.header(shelf.word("forecasts"), anchor=False)
    columns: dict[str, list[str]] = {}
    for lesson, card, settled in rows:
        for name, text in _row(lesson, card, settled).items():
            columns.setdefault(shelf.word(f"column_{name}"), []).append(text)
    st.dataframe(columns, hide_index=True, height=tables.height(len(rows)), key="lessons.forecasts")


def _row(lesson: Lesson, card: Predict, settled: Settled) -> dict[str, str]:
    asked = card.question
    return {
        "lesson": lesson.title,
        "question": filled(card.text, lesson.facts, shelf.style())[:MOST_QUESTION],
        "forecast": outcome.in_words(asked, settled.forecast),
        "result": outcome.in_words(asked, settled.result),
        "gap": outcome.gap_in_words(asked, settled.gap),
        "reach": shelf.word("yes" if settled.within_reach else "no"),
    }
