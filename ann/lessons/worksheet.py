"""A lesson on paper: questions with blanks, and the answers on a sheet of their own.

The page is HTML that prints well and needs nothing else. It is made of a lesson's texts, each of
which is escaped: a file cannot put HTML into it.
"""

import html
import re
from collections.abc import Iterator, Mapping

from ann.lessons.lesson import Again, Card, Check, Explain, Lesson, Predict, Question, Train
from ann.lessons.words import Style, filled, number, range_of, with_unit
from ann.recipes import wording

BLANK = '<span class="blank"></span>'
BOX = "&#9744; "
STYLE = """
body { font: 12pt/1.45 Georgia, serif; max-width: 42em; margin: 2em auto; padding: 0 1em;
  color: #000; background: #fff; }
h1 { font-size: 1.5em; margin: 0 0 0.2em; } h2 { font-size: 1.05em; margin: 1.4em 0 0.2em; }
p { margin: 0.4em 0; } ol, ul { margin: 0.3em 0; } section { break-inside: avoid; }
.answers { break-before: page; } .belief { font-style: italic; } .options { list-style: none; }
.blank { display: inline-block; min-width: 9em; border-bottom: 1px solid #000; height: 1.2em; }
.line { border-bottom: 1px solid #999; height: 1.9em; } .small { font-size: 0.85em; }
svg { display: block; margin: 0.4em 0; }
@media screen { .answers { margin-top: 4em; border-top: 2px dashed #999; padding-top: 1em; } }
@page { margin: 1.8cm; }
"""


def worksheet(lesson: Lesson, words: Mapping[str, str], style: Style, language: str = "en") -> str:
    """The worksheet of a lesson as an HTML page.

    `words` are those of the cards themselves in the lesson's language, `style` how it writes
    numbers.
    """
    sheet = _Sheet(lesson, words, style)
    title = html.escape(lesson.title)
    return (
        f'<!doctype html><html lang="{html.escape(language)}"><head><meta charset="utf-8">'
        f"<title>{title}</title><style>{STYLE}</style></head><body>"
        f'<p class="small">{sheet.word("sheet_name")} {BLANK} '
        f"{sheet.word('sheet_date')} {BLANK}</p><h1>{title}</h1>"
        f'<p class="belief">{sheet.word("belief", belief=lesson.belief)}</p>'
        f"{''.join(sheet.questions())}"
        f'<div class="answers"><h1>{sheet.word("sheet_answers")}: {title}</h1>'
        f"{''.join(sheet.answers())}</div></body></html>"
    )


def html_of(text: str) -> str:
    """A text's few signs (bold, italic, code, lists) as HTML; all else is escaped.

    >>> html_of("**A** *b* <i>\\n\\n- one\\n- two")
    '<p><b>A</b> <i>b</i> &lt;i&gt;</p><ul><li>one</li><li>two</li></ul>'
    """
    return "".join(_block(block) for block in re.split(r"\n\s*\n", text.strip()))


def _block(text: str) -> str:
    lines = text.split("\n")
    if all(line.startswith("- ") for line in lines):
        return f"<ul>{''.join(f'<li>{_inline(line[2:])}</li>' for line in lines)}</ul>"
    return f"<p>{_inline(' '.join(lines))}</p>"


def _inline(text: str) -> str:
    safe = html.escape(text)
    for sign, tag in ((r"\*\*", "b"), (r"\*", "i"), ("`", "code")):
        safe = re.sub(rf"{sign}(?=\S)([^*`]+?){sign}", rf"<{tag}>\1</{tag}>", safe)
    return safe


class _Sheet:
    def __init__(self, lesson: Lesson, words: Mapping[str, str], style: Style):
        self.lesson, self._words, self._style = lesson, words, style

    def word(self, key: str, **values: str) -> str:
        text = self._words.get(key, key)
        for name, value in values.items():
            text = text.replace("{" + name + "}", value)
        return _inline(text)

    def questions(self) -> Iterator[str]:
        """Each card with blanks."""
        for place, card in enumerate(self.lesson.steps, 1):
            yield f"<section><h2>{place}.</h2>{self._told(card.text)}{self._blank(card)}</section>"

    def answers(self) -> Iterator[str]:
        """Each card's answer, and what the lesson says afterwards."""
        for place, card in enumerate(self.lesson.steps, 1):
            yield f"<section><h2>{place}.</h2>{self._answer(card)}</section>"
        for card in self.lesson.again:
            yield (
                f"<section><h2>{self.word('again')}</h2>{self._told(card.text)}"
                f"{self._answer(card)}</section>"
            )

    def _told(self, text: str) -> str:
        return html_of(filled(text, self.lesson.facts, self._style))

    def _blank(self, card: Card) -> str:
        if isinstance(card, Predict):
            return self._question(card.question)
        if isinstance(card, Train):
            names = list(card.recipe.differences())
            told = wording.settings(card.recipe, names) or self.word("sheet_defaults")
            return (
                f"<p>{self.word('sheet_settings', settings=told)}</p>"
                f"<p>{self.word('sheet_result')} {BLANK}</p>"
                f"<p>{self.word('sheet_gap')} {BLANK}</p>"
            )
        if isinstance(card, Check):
            return f"<p>{BOX}{self.word('sheet_shown')} {BLANK}</p>"
        if isinstance(card, Explain) and card.reasons:
            return self._options(card.reasons)
        return 3 * '<p class="line"></p>'

    def _question(self, asked: Question) -> str:
        if asked.ask == "choice":
            return self._options(asked.options)
        label = self.word("your_forecast")
        if asked.ask == "number":
            return f"<p>{label}: {BLANK} {_inline(asked.unit)}</p>"
        if asked.ask == "order":
            options = "".join(f"<li>{_inline(option)}</li>" for option in asked.options)
            blanks = f" &lt; {BLANK}" * (len(asked.options) - 1)
            return f"<ul>{options}</ul><p>{BLANK}{blanks}</p>"
        return f"<p>{label}:</p>{self._axes(asked)}"

    def _options(self, options: tuple[str, ...]) -> str:
        listed = "".join(f"<li>{BOX}{self._plain(option)}</li>" for option in options)
        return f'<ul class="options">{listed}</ul>'

    def _plain(self, text: str) -> str:
        return _inline(filled(text, self.lesson.facts, self._style))

    def _axes(self, asked: Question) -> str:
        """Empty axes to sketch on, with the epochs that count."""
        left, wide, high, last = 60, 420, 180, asked.at[-1]
        places = {at: round(left + wide * at / last) for at in asked.at}
        marks = "".join(
            f'<line x1="{x}" y1="10" x2="{x}" y2="{high}" stroke="#ccc"/>'
            f'<text x="{x}" y="{high + 16}" font-size="12" text-anchor="middle">{at}</text>'
            for at, x in places.items()
        )
        ends = "".join(
            f'<text x="{left - 6}" y="{y}" font-size="12" text-anchor="end">'
            f"{html.escape(with_unit(number(value, self._style), asked.unit, self._style))}</text>"
            for value, y in ((asked.high, 16), (asked.low, high))
        )
        return (
            f'<svg width="{left + wide + 30}" height="{high + 24}" role="img">{marks}'
            f'<path d="M{left} 10V{high}H{left + wide}" fill="none" stroke="#000"/>{ends}</svg>'
        )

    def _answer(self, card: Card) -> str:
        if isinstance(card, Predict):
            return f"<p><b>{self._right(card)}</b></p>{self._told(card.so) if card.so else ''}"
        if isinstance(card, Check):
            return "".join(map(self._told, card.hints)) or f"<p>{self.word('sheet_own')}</p>"
        if isinstance(card, Explain):
            reason = (
                f"<p><b>{self._plain(card.reasons[card.answer - 1])}</b></p>"
                if card.reasons
                else ""
            )
            return reason + self._told(card.truth)
        asked = [
            f"<p><b>{self._right(one)}</b></p>"
            for one in self.lesson.cards
            if isinstance(one, Predict) and one.question.run == card.name
        ]
        return "".join(asked) or f"<p>{self.word('sheet_own')}</p>"

    def _right(self, card: Predict | Again) -> str:
        asked = card.question
        if asked.ask == "choice":
            return self._plain(asked.options[asked.answer - 1])
        if asked.ask == "order":
            return self._plain(" < ".join(asked.options[n - 1] for n in asked.answer))
        if asked.answer is not None:
            return _inline(with_unit(number(asked.answer, self._style), asked.unit, self._style))
        fact = self.lesson.facts.get(asked.fact)
        train = self.lesson.train_card(card)
        if train:  # the range that the lesson states for this training, if there is one
            same = (f for f in self.lesson.facts.values() if f.recipe == train.recipe)
            fact = next((f for f in same if f.measure == asked.measure), None)
        if fact is None:
            return self.word("sheet_own")
        when = self.word("after_epoch", epoch=str(asked.at[-1])) + ": " if asked.at else ""
        return when + _inline(range_of(fact, self._style))
