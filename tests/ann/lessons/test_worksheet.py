"""A worksheet has every question with its blanks, and the answers on a sheet of their own."""

import html.parser
import re

import pytest

from ann.lessons.lesson import Check, Explain, Lesson, Predict, Question, Train
from ann.lessons.words import Style
from ann.lessons.worksheet import html_of, worksheet
from tests.ann.lessons.test_ours import LESSONS, SHELF


def sheet(lesson, language="en"):
    words = SHELF.words["en"] | SHELF.words[language]
    return worksheet(SHELF.lesson(lesson.name, language), words, Style(), language)


class Tags(html.parser.HTMLParser):
    """The tags of a page, and those left open at its end."""

    def __init__(self):
        super().__init__()
        self.open, self.seen = [], set()

    def handle_starttag(self, tag, attrs):
        self.seen.add(tag)
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.mark.parametrize("language", SHELF.languages)
@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_every_card_is_asked_and_answered(lesson, language):
    page = sheet(lesson, language)
    asked, _, answered = page.partition('<div class="answers">')
    for part, n in ((asked, len(lesson.steps)), (answered, len(lesson.steps))):
        assert [f"<h2>{k + 1}.</h2>" in part for k in range(n)] == [True] * n
    for card in lesson.cards:
        if isinstance(card, Explain) and language == "en":
            first = re.split(r"[{*]", card.truth.strip())[0][:40]
            assert first in answered.replace("&#x27;", "'") and first not in asked
    assert not re.search(r"\{\w+\}|sheet_", page), "every word and number is filled in"
    tags = Tags()
    tags.feed(page)
    assert not tags.open and "script" not in tags.seen


def test_the_numbers_of_a_training_are_the_stated_range():
    steps = next(lesson for lesson in LESSONS if lesson.name == "larger-steps")
    answered = sheet(steps).partition('<div class="answers">')[2]
    assert "<b>5 to 40%</b>" in answered and "2 &lt; 0.01 &lt; 0.5" in answered


def test_a_file_cannot_put_html_into_it():
    evil = "<script>x()</script> [a](http://b) **b**"
    lesson = Lesson(
        "a",
        evil,
        evil,
        5,
        (
            Predict("p", text=evil, question=Question("choice", options=(evil, "b"), answer=1)),
            Train("t", text=evil),
            Check("c", text=evil, hints=(evil,), at_most=1.0),
            Explain("e", text=evil, reasons=(evil,), answer=1, truth=evil),
        ),
    )
    tags = Tags()
    tags.feed(worksheet(lesson, {"sheet_name": evil, "belief": "{belief}"}, Style()))
    assert not {"script", "a", "img"} & tags.seen
    assert html_of("1 < 2 & *3*") == "<p>1 &lt; 2 &amp; <i>3</i></p>"
