"""The card of the open lesson, docked on every page: one question at a time.

In a wide window it stands at the right, in room that the page leaves free for it; in a narrow one
it comes below the title. So it never covers what it speaks of.
"""

from collections.abc import Callable

import streamlit as st

from ann.lessons.check import check
from ann.lessons.lesson import Card, Check, Explain, Lesson, Predict, Train
from ann.lessons.measures import CURVES
from ann.lessons.progress import Progress
from ann.lessons.words import number
from ann.recipe import FIELDS
from ann.running.view import Status
from pages.ui import frame, palette, session, site
from pages.ui.lessons import desk, moves, outcome, own, pictures, question, shelf
from pages.ui.networks import current
from pages.ui.server import internals

KEY = "lesson"
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
    st.html(STYLE + internals.docked(KEY, _first(lesson, card)) + _lit(lit))
    with st.container(key=KEY):
        _head(lesson, card)
        if card is None:
            _end(lesson, progress)
            return
        st.markdown(shelf.told(card.text, lesson))
        if card.pictures:
            pictures.show(card.pictures)
        _body(card)(lesson, progress, card)
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


def _body(card: Card) -> Callable[[Lesson, Progress, Card], None]:
    kinds: tuple[tuple[type[Card], Callable[[Lesson, Progress, Card], None]], ...] = (
        (Predict, _predict),
        (Train, _train),
        (Check, _check),
        (Explain, _explain),
    )
    return next(draw for kind, draw in kinds if isinstance(card, kind))


def _predict(lesson: Lesson, progress: Progress, card: Card) -> None:
    assert isinstance(card, Predict)
    if card.name in progress.settled:
        _outcome(lesson, progress, card)
        return
    if card.name in progress.forecasts:
        given = outcome.in_words(card.question, progress.forecasts[card.name])
        st.markdown(shelf.marked(f"{shelf.word('your_forecast')}: **{given}**"))
        return
    ready = question.ask(lesson, progress, card)
    _go_to(card)
    st.button(
        shelf.word("give"),
        key=f"{KEY}.give",
        type="primary",
        disabled=not ready,
        on_click=moves.give,
        args=(card,),
    )


def _outcome(lesson: Lesson, progress: Progress, card: Predict) -> None:
    """The forecast drawn on the result, and what the lesson says about it."""
    st.html(outcome.show(lesson, card.question, progress.settled[card.name]))
    if card.so:
        st.markdown(shelf.told(card.so, lesson))


def _train(lesson: Lesson, progress: Progress, card: Card) -> None:
    assert isinstance(card, Train)
    if card.name not in progress.passed:
        _wait(card)
        return
    asked = [c for c in lesson.cards if isinstance(c, Predict) and c.question.run == card.name]
    for one in asked:
        if one.name in progress.settled:
            if len(asked) > 1:
                st.caption(shelf.told(one.text, lesson))
            _outcome(lesson, progress, one)
        elif one.name in progress.skipped:
            st.caption(shelf.word("skipped_forecast"))
        elif one.name in progress.forecasts:
            st.caption(shelf.word("no_number"))
    if not asked:
        st.markdown(shelf.word("result_is_there"))


def _wait(card: Train) -> None:
    """What the learner has to do until the training of this card has ended."""
    training = current.training()
    same = not session.state().recipe.differences(card.recipe).keys() - {"seed"}
    if training.status == Status.RUNNING:
        st.caption(shelf.word("training_now"))
    elif not same:
        st.caption(shelf.word("other_training"))
        st.button(
            shelf.word("set_up"),
            key=f"{KEY}.set_up",
            icon=":material/tune:",
            on_click=moves.prepare,
            args=(card.recipe,),
            help=shelf.word("set_up_help"),
        )
    else:
        st.caption(shelf.word("waiting", page=site.page(card.page or "train").title))
    _go_to(card, "train")


def _check(lesson: Lesson, progress: Progress, card: Card) -> None:
    """Whether the learner's own runs show what is asked for; what is passed stays passed."""
    assert isinstance(card, Check)
    verdict = check(card, own.runs())
    if verdict.passed and card.name not in progress.passed:
        progress.passed.append(card.name)
        desk.save()
    known = verdict.value == verdict.value
    value = number(round(verdict.value, 1), shelf.style()) if known else ""
    if card.name in progress.passed:
        st.success(shelf.word("check_passed", value=value), icon=":material/check_circle:")
        return
    if not verdict.runs:
        st.caption(shelf.word("check_none"))
    else:
        parts = [shelf.word("check_value", value=value)] if known else []
        st.caption(" ".join([*parts, shelf.word("check_runs", runs=verdict.runs)]))
    _go_to(card, "train")


def _explain(lesson: Lesson, progress: Progress, card: Card) -> None:
    """The learner's own reason first; then the refutation."""
    assert isinstance(card, Explain)
    answered = progress.answers.get(card.name)
    key = f"{KEY}.{lesson.name}.{card.name}"
    if answered is None and card.name not in progress.skipped:
        if card.reasons:
            chosen: int | str | None = st.radio(
                shelf.word("reason"),
                range(1, len(card.reasons) + 1),
                index=None,
                format_func=lambda n: shelf.told(card.reasons[n - 1], lesson),
                key=key,
            )
        else:
            chosen = st.text_area(shelf.word("sentence"), key=key, max_chars=600, height=90)
        st.button(
            shelf.word("say"),
            key=f"{KEY}.say",
            type="primary",
            disabled=not chosen,
            on_click=moves.answer,
            args=(card, chosen),
        )
        return
    if isinstance(answered, str):
        st.caption(shelf.marked(shelf.word("your_reason", reason=answered)))
    elif answered is not None and card.reasons:
        right = answered == card.answer
        box, icon = (st.success, "check_circle") if right else (st.warning, "close")
        box(shelf.word("right_reason" if right else "other_reason"), icon=f":material/{icon}:")
        st.caption(shelf.told(card.reasons[card.answer - 1], lesson))
    st.markdown(shelf.told(card.truth, lesson))


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


def _go_to(card: Card, otherwise: str = "") -> None:
    """A link to the page of a card, unless it is open; a page that is not there has none."""
    name = card.page or otherwise
    known = {page.name for pages in site.PAGES.values() for page in pages}
    if name in known and name != session.state().page:
        frame.page_link(name, shelf.word("go_to", page=site.page(name).title))


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
