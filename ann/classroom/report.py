"""A class's results on paper: what each has done, what all forecast, and questions to talk about.

The page is HTML that prints well and needs nothing else; every text in it is escaped.
"""

import html
import statistics
from collections.abc import Iterable, Iterator, Sequence
from math import isfinite

from ann.classroom.forecasts import counts, forecasts
from ann.classroom.overview import Overview, State
from ann.classroom.snapshot import Snapshot
from ann.coach.findings import TITLES
from ann.lessons.forecast import Value
from ann.lessons.lesson import Lesson, Predict
from ann.lessons.progress import Progress
from ann.lessons.words import Style, filled, number, with_unit
from ann.lessons.worksheet import BLANK, STYLE, html_of

TABLE = """
table { border-collapse: collapse; width: 100%; font-size: 0.9em; margin: 0.5em 0; }
th, td { border-bottom: 1px solid #999; padding: 0.15em 0.5em; text-align: left; }
td.n, th.n { text-align: right; } tr { break-inside: avoid; }
"""
LINES = 3 * '<p class="line"></p>'
TALK = (  # what to write about
    "Which forecast was furthest from what happened? What did most of us believe?",
    "Two runs with the same settings differ. By how much here, and why?",
    "Why is the test set opened only once, and after all have chosen their best run?",
)


def report(overview: Overview, snapshot: Snapshot, style: Style) -> str:
    """The results of a class as an HTML page; `style` is how numbers are written."""
    title = f"Class {html.escape(snapshot.classroom.code)}: results"
    lessons = {column.lesson.name: column.lesson for column in overview.columns}.values()
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f"<title>{title}</title><style>{STYLE}{TABLE}</style></head><body>"
        f'<p class="small">Name {BLANK} Date {BLANK}</p><h1>{title}</h1>'
        f"{_members(overview)}{''.join(_forecasts(lessons, snapshot, style))}"
        f"{_findings(overview)}{''.join(_talk())}</body></html>"
    )


def _members(overview: Overview) -> str:
    rows = [
        (
            row.member.name,
            f"{sum(c.state == State.PASSED for c in row.cells)} of {len(row.cells)}",
            str(row.runs),
            _share(row.best),
            _share(row.tested),
        )
        for row in sorted(overview.rows, key=lambda row: row.member.look)
    ]
    heads = "Name", "Cards passed", "Runs", "Best validation accuracy", "Test accuracy"
    return _table(heads, rows)


def _forecasts(lessons: Iterable[Lesson], snapshot: Snapshot, style: Style) -> Iterator[str]:
    for lesson in lessons:
        asked = [card for card in lesson.steps if isinstance(card, Predict)]
        parts = [part for card in asked if (part := _forecast(lesson, card, snapshot, style))]
        if parts:
            yield f"<h2>{html.escape(lesson.title)}</h2>{''.join(parts)}"


def _forecast(lesson: Lesson, card: Predict, snapshot: Snapshot, style: Style) -> str:
    """A question with what the class forecast and what came out; "" if nobody forecast."""
    given = [value for _, value in forecasts(snapshot, lesson.name, card).given]
    if not given:
        return ""
    told = f"{html_of(filled(card.text, lesson.facts, style))}<p>{_told(card, given, style)}"
    progresses = (found.get(lesson.name, Progress()) for found in snapshot.lessons.values())
    settled = [one for progress in progresses if (one := progress.settled.get(card.name))]
    if settled:
        near = sum(one.within_reach for one in settled)
        told += f" Within reach: <b>{near} of {len(settled)}</b>."
    return f"<section>{told}</p></section>"


def _told(card: Predict, given: list[Value], style: Style) -> str:
    """What the class forecast, in a sentence."""
    asked = card.question
    if asked.ask == "choice":
        pairs = zip(asked.options, counts(asked, given), strict=True)
        said = "; ".join(f"{html.escape(option)}: {n}" for option, n in pairs)
        return f"Forecasts: <b>{said}</b>."
    numbers = [value for value in given if isinstance(value, float)]
    if asked.ask == "number":
        low, middle, high = (
            html.escape(with_unit(number(value, style), asked.unit, style))
            for value in (min(numbers), statistics.median(numbers), max(numbers))
        )
        return f"{len(numbers)} forecasts, from {low} to {high}; half are below <b>{middle}</b>."
    return f"{len(given)} forecasts."


def _findings(overview: Overview) -> str:
    rows = [(TITLES.get(name, name), str(count)) for name, count in overview.findings]
    return f"<h2>What the coach found</h2>{_table(('Finding', 'Runs'), rows)}" if rows else ""


def _talk() -> Iterator[str]:
    yield "<h2>To talk about</h2>"
    for question in TALK:
        yield f"<section><p>{html.escape(question)}</p>{LINES}</section>"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table whose first column is text and whose others are numbers."""

    def cells(values: Sequence[str], tag: str) -> str:
        kinds = ["", *(len(values) - 1) * [' class="n"']]
        pairs = zip(kinds, values, strict=True)
        return "".join(f"<{tag}{kind}>{html.escape(value)}</{tag}>" for kind, value in pairs)

    body = "".join(f"<tr>{cells(row, 'td')}</tr>" for row in rows)
    return f"<table><tr>{cells(heads, 'th')}</tr>{body}</table>"


def _share(value: float) -> str:
    return f"{value:.1%}" if isfinite(value) else ""
