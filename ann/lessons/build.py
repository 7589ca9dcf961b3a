"""Make a lesson of a file's table, and put it into another language's words."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ann.hyperparameters.field import short
from ann.lessons import cards
from ann.lessons.cards import MOST_OPTIONS
from ann.lessons.fields import MOST_OPTION, FieldError, Reader
from ann.lessons.lesson import Again, Card, Explain, Lesson, Predict, Train

MOST_CARDS, MOST_FACTS = 40, 60
MOST_WORDS = 200  # of the cards themselves
MOST_TITLE = 120  # characters
PRINTED = re.compile(r"\{([a-z][a-z0-9_]*)\}")
Table = Mapping[str, Any]


def lesson(name: str, table: Table) -> Lesson:
    """A lesson from its file's table. `FieldError` for what is wrong with it."""
    top = Reader(table)
    title = top.text("title", None, MOST_TITLE)
    belief = top.text("belief", None, MOST_OPTION)
    minutes, order = top.whole("minutes", None, 1, 240), top.whole("order", 1_000, 0, 1_000)
    facts = {key: cards.fact(key, one) for key, one in top.tables("fact", MOST_FACTS).items()}
    made = tuple(cards.card(key, one) for key, one in top.tables("card", MOST_CARDS).items())
    top.end()
    if not made or isinstance(made[0], Again):
        raise FieldError(("card",), "needs at least one card that is not an again")
    found = Lesson(name, title, belief, minutes, made, facts, order)
    _check_links(found)
    return found


def translated(original: Lesson, table: Table) -> Lesson:
    """The lesson in the words of another language's table; missing words stay as they are."""
    top = Reader(table)
    title = top.text("title", original.title, MOST_TITLE)
    belief = top.text("belief", original.belief, MOST_OPTION)
    words, units = top.tables("card", MOST_CARDS), top.tables("fact", MOST_FACTS)
    top.end()
    for key, reader in words.items():
        if original.card(key) is None:
            raise reader.fail("", f"the lesson has no card {key}")
    said = tuple(
        _words_of(card, words[card.name]) if card.name in words else card for card in original.cards
    )
    facts = dict(original.facts)
    for key, reader in units.items():
        if key not in facts:
            raise reader.fail("", f"the lesson has no fact {key}")
        facts[key] = replace(facts[key], unit=reader.text("unit", None, 20))
        reader.end()
    found = replace(original, title=title, belief=belief, cards=said, facts=facts)
    _check_links(found)
    return found


def words(table: Table) -> dict[str, str]:
    """The words of the cards themselves."""
    top = Reader(table)
    for key in list(table)[:MOST_WORDS]:
        top.text(key, None, MOST_OPTION)
    top.end()
    return {key: str(text) for key, text in table.items()}  # a space at an end has a meaning


def _check_links(lesson: Lesson) -> None:
    """That what cards name is there: trainings, facts, and numbers in texts."""
    for card in lesson.cards:
        path = ("card", card.name)
        for name, text in texts_of(card).items():
            for fact in PRINTED.findall(text):
                if fact not in lesson.facts:
                    raise FieldError((*path, name), f"the lesson has no fact {fact}")
        if not isinstance(card, Predict):
            continue
        asked = card.question
        if asked.fact and asked.fact not in lesson.facts:
            raise FieldError((*path, "fact"), f"the lesson has no fact {short(asked.fact)}")
        for fact in asked.facts:
            if fact not in lesson.facts:
                raise FieldError((*path, "facts"), f"the lesson has no fact {short(fact)}")
        if asked.run and not isinstance(lesson.card(asked.run), Train):
            raise FieldError((*path, "run"), f"no card of kind run is called {short(asked.run)}")
        train = lesson.train_card(card)
        if train and asked.at and asked.at[-1] > train.recipe.epochs:
            raise FieldError((*path, "at"), f"the training has {train.recipe.epochs:,} epochs")


def texts_of(card: Card) -> dict[str, str]:
    """All texts of a card, by the names of their fields."""
    found = {"text": card.text, "hints": "\n".join(card.hints)}
    if isinstance(card, Predict):
        found |= {"so": card.so, "options": "\n".join(card.question.options)}
    if isinstance(card, Explain):
        found |= {"truth": card.truth, "reasons": "\n".join(card.reasons)}
    return found


def _words_of(card: Card, reader: Reader) -> Card:
    """The card with the words that a table has, and no other changes."""

    def listed(name: str, old: tuple[str, ...]) -> tuple[str, ...]:
        new = reader.texts(name, MOST_OPTIONS) if reader.has(name) else old
        if len(new) != len(old):
            raise reader.fail(name, f"has {len(new)} texts; the lesson has {len(old)}")
        return new

    changes: dict[str, Any] = {
        "text": reader.text("text", card.text),
        "hints": listed("hints", card.hints),
    }
    if isinstance(card, Predict):
        options = listed("options", card.question.options)
        unit = reader.text("unit", card.question.unit, 20)
        changes["question"] = replace(card.question, options=options, unit=unit)
        changes["so"] = reader.text("so", card.so)
    if isinstance(card, Explain):
        changes["truth"] = reader.text("truth", card.truth)
        changes["reasons"] = listed("reasons", card.reasons)
    reader.end()
    return replace(card, **changes)
