"""What a lesson is: cards, one question each, and the facts that its texts print.

A learner commits to a forecast before the training that answers it. A lesson is data: it holds no
code, and its texts are words in one language.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from ann.recipe import Recipe

Ask = Literal["choice", "number", "order", "sketch"]
ASKS: tuple[Ask, ...] = ("choice", "number", "order", "sketch")
PICTURES = ("noise", "inverted", "signature")  # what a card can show of the learner's network


@dataclass(frozen=True)
class Fact:
    """A number that a text prints as `{name}`: what these settings lead to, whatever the seed."""

    name: str
    settings: Mapping[str, Any]  # in the recipe's vocabulary; the rest are the defaults
    measure: str  # of `ann.lessons.measures`
    low: float
    high: float
    unit: str = "%"

    @property
    def recipe(self) -> Recipe:
        """The settings with all defaults."""
        return Recipe(**self.settings)


@dataclass(frozen=True)
class Question:
    """What a learner forecasts, and where its answer comes from: `answer`, `fact`, or `run`."""

    ask: Ask
    options: tuple[str, ...] = ()  # of a choice or an order
    answer: Any = None  # choice: number of the option, from 1; order: their numbers; number: itself
    fact: str = ""  # or: the name of a fact
    facts: tuple[str, ...] = ()  # of an order: one for each option; they must rise
    run: str = ""  # or: the name of the card whose training answers
    measure: str = ""  # of that training: for a sketch, at the end of each epoch in `at`
    at: tuple[int, ...] = ()  # the epochs of a sketch
    low: float = 0.0
    high: float = 100.0
    step: float = 1.0
    unit: str = "%"
    within: float = 0.0  # a gap up to this is within reach


@dataclass(frozen=True)
class Card:
    """One card: a text, and where it stands."""

    name: str
    text: str = ""
    page: str = ""  # where the learner does what it says; "" for anywhere
    lights: tuple[str, ...] = ()  # parts of that page that it speaks of
    hints: tuple[str, ...] = ()  # a light one, then a strong one
    pictures: str = ""  # one of PICTURES: non-digits with its answers, or its weights' signature


@dataclass(frozen=True)
class Predict(Card):
    """A forecast. `so` says what came out, once it is known."""

    question: Question = field(default_factory=lambda: Question("choice"))
    so: str = ""


@dataclass(frozen=True)
class Again(Predict):
    """The same idea with other numbers, `days` after the lesson."""

    days: int = 3


@dataclass(frozen=True)
class Train(Card):
    """A training with these settings; only the sliders in `show` are shown, or all."""

    settings: Mapping[str, Any] = field(default_factory=dict)
    show: tuple[str, ...] = ()

    @property
    def recipe(self) -> Recipe:
        """The settings with all defaults."""
        return Recipe(**self.settings)


@dataclass(frozen=True)
class Check(Card):
    """What the learner's own runs must show. `which` of those with the settings in `where`."""

    which: Literal["newest", "best"] = "best"
    where: Mapping[str, Any] = field(default_factory=dict)
    measure: str = "validation_accuracy"
    at_least: float | None = None
    at_most: float | None = None


@dataclass(frozen=True)
class Explain(Card):
    """A refutation. It is shown after the learner's own choice of a reason, or own sentence.

    Without `reasons`, the learner writes a sentence; `answer` is the number of the right reason.
    """

    reasons: tuple[str, ...] = ()
    answer: int = 0
    truth: str = ""  # "Many think …, but …"


@dataclass(frozen=True)
class Lesson:
    """A lesson in one language."""

    name: str
    title: str
    belief: str  # what it confronts
    minutes: int
    cards: tuple[Card, ...]
    facts: Mapping[str, Fact] = field(default_factory=dict)
    order: int = 1_000  # its place in the list

    def card(self, name: str) -> Card | None:
        """The card of this name."""
        return next((card for card in self.cards if card.name == name), None)

    @property
    def steps(self) -> tuple[Card, ...]:
        """The cards of a first visit, without those that come days later."""
        return tuple(card for card in self.cards if not isinstance(card, Again))

    @property
    def again(self) -> tuple[Again, ...]:
        """The cards that come days later."""
        return tuple(card for card in self.cards if isinstance(card, Again))

    def train_card(self, card: Card) -> Train | None:
        """The training that a card is about: itself, or the one that answers its question."""
        if isinstance(card, Train):
            return card
        name = card.question.run if isinstance(card, Predict) else ""
        found = self.card(name)
        return found if isinstance(found, Train) else None
