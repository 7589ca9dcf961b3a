"""The question of a card: a choice, a number, an order, or a curve to sketch."""

from functools import partial
from typing import Any

import streamlit as st

from ann.lessons.forecast import checked
from ann.lessons.lesson import Lesson, Predict
from ann.lessons.progress import Progress
from pages.ui import session
from pages.ui.lessons import moves, shelf


def ask(lesson: Lesson, progress: Progress, card: Predict) -> bool:
    """Draw the question; whether there is a forecast that can be given."""
    kept = checked(card.question, progress.drafts.get(card.name))
    key = f"lesson.{lesson.name}.{card.name}"
    DRAW[card.question.ask](lesson, card, key, kept)
    return kept is not None


def _choice(lesson: Lesson, card: Predict, key: str, kept: Any) -> None:
    options = card.question.options
    session.seed_control(key, None if kept is None else int(kept))
    st.radio(
        shelf.word("your_forecast"),
        range(1, len(options) + 1),
        index=None,
        format_func=lambda number: shelf.told(options[number - 1], lesson),
        key=key,
        label_visibility="collapsed",
        on_change=partial(_take, card, key),
    )


def _number(lesson: Lesson, card: Predict, key: str, kept: Any) -> None:
    asked = card.question
    whole = all(value == int(value) for value in (asked.low, asked.high, asked.step))
    kind: type[int] | type[float] = int if whole else float
    session.seed_control(key, None if kept is None else kind(kept))
    unit = f" ({asked.unit})" if asked.unit else ""
    st.number_input(
        shelf.marked(f"{shelf.word('your_forecast')}{unit}"),
        min_value=kind(asked.low),
        max_value=kind(asked.high),
        step=kind(asked.step),
        value=None,
        format=None if whole else "%g",
        key=key,
        placeholder=f"{asked.low:,g} – {asked.high:,g}",
        on_change=partial(_take, card, key),
    )


def _order(lesson: Lesson, card: Predict, key: str, kept: Any) -> None:
    options = card.question.options
    st.markdown("  ·  ".join(shelf.told(option, lesson) for option in options))
    session.seed_control(key, [int(number) for number in kept or ()])
    st.multiselect(
        shelf.word("in_order"),
        list(range(1, len(options) + 1)),
        format_func=lambda number: options[number - 1],
        key=key,
        placeholder=shelf.word("in_order"),
        select_all=False,
        wrap=True,
        on_change=partial(_take, card, key),
    )


def _sketch(lesson: Lesson, card: Predict, key: str, kept: Any) -> None:
    """A slider for each point. Train's own chart shows the curve at once, before Start."""
    asked = card.question
    middle = (asked.low + asked.high) / 2
    for number, epoch in enumerate(asked.at):
        name = f"{key}.{number}"
        session.seed_control(name, kept[number] if kept else middle)
        st.slider(
            shelf.word("after_epoch", epoch=f"{epoch:,}"),
            asked.low,
            asked.high,
            step=asked.step,
            key=name,
            format=f"%g{asked.unit if asked.unit != '%' else '%%'}",
            on_change=partial(_take_all, card, key),
        )
    st.caption(shelf.word("sketch_shown"))


DRAW = {"choice": _choice, "number": _number, "order": _order, "sketch": _sketch}


def _take(card: Predict, key: str) -> None:
    moves.draft(card, session.get_control(key))


def _take_all(card: Predict, key: str) -> None:
    values = [session.get_control(f"{key}.{number}") for number in range(len(card.question.at))]
    moves.draft(card, values)
