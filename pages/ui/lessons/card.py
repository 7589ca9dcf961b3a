"""The card of the open lesson, docked on every page: one question at a time.

In a wide window it stands at the right, in room that the page leaves free for it; in a narrow one
it comes below the title. So it never covers what it speaks of.
"""

import streamlit as st

from ann.lessons.lesson import Card, Explain, Lesson, Predict
from ann.lessons.measures import CURVES
from ann.lessons.progress import Progress
from ann.recipe import FIELDS
from pages.ui import frame, palette, session
from pages.ui.lessons import desk, moves, pictures, shelf
from pages.ui.lessons.tasks import KEY, body
from pages.ui.server import css

LIGHTS = {  # what a card can light, besides the control of a setting
    "start": ".st-key-train-start",
    "buttons": ".st-key-live-controls",
    "settings": ".st-key-settings",
    "scores": '[class*="st-key-scores-"]',
    "curves": '[class*="st-key-live-curves-"]',
    "loss": ".st-key-train-loss",
    "accuracy": ".st-key-train-accuracy",
    "confusion": ".st-key-train-confusion",
    "canvas": ".st-key-sketch",
    "options": ".st-key-live-options",
    "hidden_sizes": '[class*="st-key-hidden_sizes"]',
}
STYLE = f"""<style>
.st-key-{KEY} {{ border: 2px solid {palette.CHANGE}; border-radius: 10px; padding: 0.8rem 1rem;
  gap: 0.6rem; }}
.st-key-{KEY} h3 {{ font-size: 1.05rem; padding: 0; }}
</style>"""


def show() -> None:
    """Draw the card of the open lesson; nothing if none is open."""
    found = desk.open_lesson()
    if found is None:
        return
    lesson, progress = found
    moves.look_at_runs(lesson, progress)
    card = lesson.card(progress.at)
    lit = card if card and not moves.is_settled(card, progress) else None
    st.html(STYLE + css.docked(KEY, _first(lesson, card)) + _lit(lit))
    with st.container(key=KEY):
        _head(lesson, card)
        if card is None:
            _end(lesson, progress)
            return
        st.markdown(shelf.told(card.text, lesson))
        if card.pictures:
            pictures.show(card.pictures)
        body(card)(lesson, progress, card)
        _foot(lesson, progress, card)


def _first(lesson: Lesson, card: Card | None) -> str:
    """The chart that the forecasts are about: it comes first where there is no room for both."""
    train = lesson.train_card(card) if card else None
    asked = [c.question for c in lesson.cards if isinstance(c, Predict) and train]
    measures = {q.measure for q in asked if train and q.run == train.name}
    about = {measure.rpartition("_")[2] for measure in measures if measure in CURVES}
    lit = {"loss", "accuracy"} & set(card.lights if card else ())
    return LIGHTS["accuracy"] if "accuracy" in (lit or about) and "loss" not in lit else ""


def _lit(card: Card | None) -> str:
    """A style sheet that lights the parts of the page that a card speaks of."""
    lit = card.lights if card and card.page in ("", session.state().page) else ()
    places = [LIGHTS.get(one) or (f".st-key-{one}" if one in FIELDS else "") for one in lit]
    selector = ", ".join(filter(None, places))
    if not selector:
        return ""
    return (
        f"<style>{selector} {{ outline: 3px solid {palette.CHANGE}; outline-offset: 4px; "
        "border-radius: 6px; }</style>"
    )


def _head(lesson: Lesson, card: Card | None) -> None:
    names = [step.name for step in lesson.steps]
    at = names.index(card.name) if card and card.name in names else None
    st.subheader(shelf.marked(lesson.title), anchor=False)
    with st.container(horizontal=True, vertical_alignment="center"):
        where = "" if at is None else shelf.word("of", number=at + 1, total=len(names))
        st.caption(where, width="stretch")
        st.button(
            shelf.word("close"),
            key=f"{KEY}.close",
            type="tertiary",
            icon=":material/close:",
            on_click=moves.leave,
            help=shelf.word("close_help"),
        )
    if at is not None:
        st.progress(at / len(names))


def _foot(lesson: Lesson, progress: Progress, card: Card) -> None:
    """Hints, Skip, and Next as soon as the card is done."""
    ready = moves.is_settled(card, progress) or (
        isinstance(card, Explain) and card.name in progress.skipped
    )
    read = progress.hints.get(card.name, 0)
    for text in card.hints[:read]:
        st.info(shelf.told(text, lesson), icon=":material/lightbulb:")
    last = card.name not in [step.name for step in lesson.steps[:-1]]
    with st.container(horizontal=True, vertical_alignment="center"):
        if ready:
            st.button(
                shelf.word("finish" if last else "next"),
                key=f"{KEY}.next",
                type="primary",
                icon=":material/arrow_forward:",
                on_click=moves.follow,
                args=(card,),
            )
            return
        if read < len(card.hints):
            st.button(
                shelf.word("stronger_hint" if read else "hint"),
                key=f"{KEY}.hint",
                icon=":material/lightbulb:",
                on_click=moves.hint,
                args=(card,),
            )
        st.button(
            shelf.word("skip"),
            key=f"{KEY}.skip",
            type="tertiary",
            on_click=moves.skip,
            args=(card,),
            help=shelf.word("skip_help"),
        )


def _end(lesson: Lesson, progress: Progress) -> None:
    """After the last card: how the forecasts went, and that some come back."""
    st.markdown(f"**{shelf.word('done')}**")
    settled = list(progress.settled.values())
    if settled:
        near = sum(one.within_reach for one in settled)
        st.markdown(shelf.word("done_forecasts", near=near, all=len(settled)))
    if lesson.again:
        st.caption(shelf.word("done_again", days=min(card.days for card in lesson.again)))
    if session.state().page != "lessons":
        frame.page_link("lessons", shelf.word("page_title"))
