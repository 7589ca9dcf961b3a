"""What the learner has to do on a card of a lesson, by the kind of the card."""

from collections.abc import Callable

import streamlit as st

from ann.lessons.check import check
from ann.lessons.lesson import Card, Check, Explain, Lesson, Predict, Train
from ann.lessons.progress import Progress
from ann.lessons.words import number
from ann.running.view import Status
from pages.ui import frame, session, site
from pages.ui.lessons import desk, moves, outcome, own, question, shelf
from pages.ui.networks import current

KEY = "lesson"  # begins the keys of all that a card draws


def body(card: Card) -> Callable[[Lesson, Progress, Card], None]:
    """What draws the task of this kind of card."""
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


def _go_to(card: Card, otherwise: str = "") -> None:
    """A link to the page of a card, unless it is open; a page that is not there has none."""
    name = card.page or otherwise
    known = {page.name for pages in site.PAGES.values() for page in pages}
    if name in known and name != session.state().page:
        frame.page_link(name, shelf.word("go_to", page=site.page(name).title))
