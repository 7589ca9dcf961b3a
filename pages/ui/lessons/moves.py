"""What the buttons of a lesson do: begin, forecast, go on, skip. Callbacks, called before a run."""

import math
import time
from typing import Any

import data
from ann.lessons.forecast import Value, checked, of_fact, outcome
from ann.lessons.lesson import Again, Card, Check, Explain, Lesson, Predict, Train
from ann.lessons.progress import MOST_SENTENCE, Progress
from ann.recipe import Recipe
from ann.running.view import UNDER_WAY
from pages.ui import session
from pages.ui.lessons import desk, own, shelf
from pages.ui.networks import current, opened
from pages.ui.server import classes

DAY = 86_400.0  # seconds


def begin(name: str) -> None:
    """Open a lesson: at its first card, or where the visitor left it."""
    found, lesson = desk.desk(), shelf.lesson(name)
    if lesson is None:
        return
    progress = found.progress.get(name)
    if progress is None or progress.done or lesson.card(progress.at) is None:
        settled = progress.settled if progress else {}
        keep = {card.name for card in lesson.again}
        found.progress[name] = Progress(begun=time.time())
        found.progress[name].settled = {k: v for k, v in settled.items() if k in keep}
        found.on = name
        _enter(lesson, found.progress[name], lesson.steps[0])
    else:
        found.on = name
        _enter(lesson, progress, lesson.card(progress.at) or lesson.steps[0])
    desk.save()


def begin_again(name: str, card: str) -> None:
    """Open a card that comes days after its lesson."""
    found, lesson = desk.desk(), shelf.lesson(name)
    if lesson and name in found.progress and isinstance(lesson.card(card), Again):
        found.on, found.progress[name].at = name, card
        desk.save()


def leave() -> None:
    """Close the card; the lesson can go on later, where it was left."""
    desk.desk().on = ""
    desk.save()


def language(code: str) -> None:
    """Use this language from now on."""
    shelf.choose(code)
    desk.save()


def draft(card: Predict, value: Any) -> None:
    """Keep a forecast that is not given yet, so that a reload does not lose it."""
    if found := desk.open_lesson():
        checked_value = checked(card.question, value)
        if checked_value is None:
            found[1].drafts.pop(card.name, None)
        else:
            found[1].drafts[card.name] = checked_value
        desk.save()


def give(card: Predict) -> None:
    """Commit to the forecast."""
    found = desk.open_lesson()
    value = checked(card.question, found[1].drafts.get(card.name)) if found else None
    if found is None or value is None:
        return
    lesson, progress = found
    progress.drafts.pop(card.name, None)
    progress.forecasts[card.name] = value
    if card.question.run:
        follow(card)
    else:
        _settle_at_once(lesson, progress, card, value)
        desk.save()


def skip(card: Card) -> None:
    """Go on without doing what the card asks for; it is counted."""
    if found := desk.open_lesson():
        progress = found[1]
        progress.drafts.pop(card.name, None)
        if card.name not in progress.skipped:
            progress.skipped.append(card.name)
        follow(card)


def hint(card: Card) -> None:
    """Show one more hint."""
    if found := desk.open_lesson():
        hints = found[1].hints
        hints[card.name] = min(hints.get(card.name, 0) + 1, len(card.hints))
        desk.save()


def answer(card: Explain, value: Any) -> None:
    """Keep the reason that the learner chose, or the sentence."""
    found = desk.open_lesson()
    good = isinstance(value, int) and 1 <= value <= len(card.reasons)
    if isinstance(value, str) and not card.reasons:
        value, good = value.strip()[:MOST_SENTENCE], bool(value.strip())
    if found and good:
        found[1].answers[card.name] = value
        desk.save()


def follow(card: Card) -> None:
    """Go on to the card after this one; after the last, the lesson is done."""
    found = desk.open_lesson()
    if found is None or found[1].at != card.name:
        return
    lesson, progress = found
    names = [step.name for step in lesson.steps]
    if card.name in names and card.name != names[-1]:
        _enter(lesson, progress, lesson.steps[names.index(card.name) + 1])
    else:
        progress.at, progress.done = "", progress.done or time.time()
    desk.save()


def prepare(recipe: Recipe) -> None:
    """Set the sliders to a card's training, so that Start trains exactly that.

    A training that runs is paused, and stays among the saved runs.
    """
    state, training = session.state(), current.training()
    job, recipe = training.job, classes.seeded(recipe)
    if job and job.status in UNDER_WAY and job.view().recipe == recipe:
        return
    if job and job.status in UNDER_WAY:
        training.pause()
        session.say(shelf.word("paused"))
    training.job = None
    opened.close()
    state.dataset = data.DEFAULT
    session.set_recipe(recipe)


def look_at_runs(lesson: Lesson, progress: Progress) -> None:
    """Judge the forecasts whose training has ended, and note that it has."""
    card = lesson.card(progress.at)
    train = lesson.train_card(card) if card else None
    if not isinstance(card, Train) or train is None or train.name in progress.passed:
        return
    run = own.finished(train.recipe, progress.begun)
    if run is None:
        return
    progress.passed.append(train.name)
    for asked in lesson.cards:
        if isinstance(asked, Predict) and asked.question.run == train.name:
            value = progress.forecasts.get(asked.name)
            result = own.result(asked.question, run)
            if value is not None and result is not None:
                progress.settle(asked, outcome(asked.question, value, result))
    desk.save()


def due(lesson: Lesson, progress: Progress | None, now: float | None = None) -> Again | None:
    """The card that this learner should answer again by now; None if there is none."""
    if progress is None or not progress.done:
        return None
    days = ((time.time() if now is None else now) - progress.done) / DAY
    waiting = [c for c in lesson.again if c.name not in {*progress.settled, *progress.skipped}]
    return next((card for card in waiting if days >= card.days), None)


def is_settled(card: Card, progress: Progress) -> bool:
    """Whether the learner has done what a card asks for, and may go on."""
    name = card.name
    if isinstance(card, Predict):
        return name in progress.settled or name in progress.forecasts
    if isinstance(card, (Train, Check)):
        return name in progress.passed
    return name in progress.answers


def _enter(lesson: Lesson, progress: Progress, card: Card) -> None:
    progress.at = card.name
    train = lesson.train_card(card)
    if train and train.name not in progress.passed:
        prepare(train.recipe)


def _settle_at_once(lesson: Lesson, progress: Progress, card: Predict, value: Value) -> None:
    asked = card.question
    if asked.fact and not isinstance(value, tuple):
        progress.settle(card, of_fact(asked, value, lesson.facts[asked.fact]))
    elif asked.answer is not None:
        right = asked.answer
        result = tuple(map(float, right)) if isinstance(right, tuple) else float(right)
        found = outcome(asked, value, result)
        if math.isfinite(found.gap):
            progress.settle(card, found)
