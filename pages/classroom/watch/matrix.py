"""Names and cards as a table: who is how far, and who has been stuck longest."""

import html
import math
import re
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import streamlit as st

from ann.classroom.overview import Cell, Column, Overview, Row, State
from ann.lessons.lesson import Card, Check, Explain, Predict, Train
from pages.ui import looks, palette, session

NAME = "ann_lab_class"
SCRIPT = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
CSS = re.sub(  # the names of colors in the style sheet are those of the palette
    r"\b[A-Z]{4,}\b",
    lambda found: getattr(palette, found[0]),
    Path(__file__).with_suffix(".css").read_text(encoding="utf-8"),
)
MINUTE = 60.0  # seconds
LONG = 5  # minutes without getting further: worth a walk to the desk
MOST_TEXT = 140  # characters of a card's text
CLASSES = {
    State.NOT_BEGUN: "n",
    State.FORECAST: "f",
    State.TRIED: "t",
    State.PASSED: "p",
    State.SKIPPED: "s",
}
SIGNS = {State.FORECAST: "?", State.PASSED: "✓", State.SKIPPED: "»"}
KINDS: tuple[tuple[type[Card], str], ...] = (
    (Predict, "question"),
    (Train, "training"),
    (Check, "check"),
    (Explain, "explanation"),
)
LEGEND = (
    (State.NOT_BEGUN, "", "not begun"),
    (State.FORECAST, "?", "forecast given"),
    (State.TRIED, "2×", "tried twice"),
    (State.PASSED, "✓", "passed"),
    (State.SKIPPED, "»", "skipped"),
)


def show(key: str, table: str, on_choose: Callable[[Any], None]) -> None:
    """Draw a table made by `table`; `on_choose` is given what the browser sent: see `chosen`."""
    component = st.components.v2.component(
        NAME, html='<div class="class-matrix"></div>', css=CSS, js=SCRIPT, isolate_styles=False
    )

    def chosen() -> None:
        on_choose(session.get_control(key)["chosen"])

    component(data={"table": table}, key=key, on_chosen_change=chosen)


def table(found: Overview, now: float, learner: int) -> str:
    """HTML: a row for each member, the chosen `learner` marked. The names are buttons."""
    lessons = [
        (lesson, len(list(columns)))
        for lesson, columns in groupby(found.columns, key=lambda column: column.lesson.title)
    ]
    over = "".join(f'<th colspan="{n}" scope="colgroup">{_safe(t)}</th>' for t, n in lessons)
    heads = "".join(_heads(found.columns))
    stuck = '<th scope="col" class="num">Stuck for</th>' * bool(found.columns)
    tests = any(math.isfinite(row.tested) for row in found.rows)
    test = '<th scope="col" class="num">Test</th>' * tests
    rows = "".join(_row(row, found.columns, now, learner, tests) for row in found.rows)
    legend = "".join(
        f'<li><span class="cell {CLASSES[state]}">{sign}</span>{text}</li>'
        for state, sign, text in LEGEND
    )
    signs = f'<ul class="legend">{legend}<li><span class="cell here"></span>open now</li></ul>'
    return (
        '<div class="scroll" tabindex="0" role="region" aria-label="Members and cards"><table>'
        f"<thead><tr><td></td>{'<td></td>' * bool(stuck)}{over}</tr>"
        f'<tr><th scope="col">Name</th>{stuck}{heads}<th scope="col" class="num">Runs</th>'
        f'<th scope="col" class="num">Best</th>{test}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>{signs if found.columns else ''}"
    )


def minutes(row: Row, now: float) -> int:
    """Whole minutes without getting further."""
    return int(row.stuck(now) // MINUTE)


def _heads(columns: tuple[Column, ...]) -> Iterator[str]:
    for lesson, cards in groupby(columns, key=lambda column: column.lesson.name):
        for place, (_, card) in enumerate(((lesson, one.card) for one in cards), 1):
            kind = next((text for kind, text in KINDS if isinstance(card, kind)), "card")
            told = f"{place}, {kind}: {' '.join(card.text.split())}"[:MOST_TEXT]
            yield f'<th scope="col" title="{_safe(told)}">{place}</th>'


def _row(row: Row, columns: tuple[Column, ...], now: float, learner: int, tests: bool) -> str:
    long, name = minutes(row, now), looks.named(row.member.name, row.member.look)
    stuck = "done" if not row.since else f"{long:,} min"
    stuck = f'<td class="num{" long" if long >= LONG else ""}">{stuck}</td>' if columns else ""
    pairs = zip(columns, row.cells, strict=True)
    cells = "".join(_cell(column.card.name, cell) for column, cell in pairs)
    scores = [row.best, row.tested] if tests else [row.best]
    shown = "".join(f'<td class="num">{_share(score)}</td>' for score in scores)
    chosen = row.member.id == learner
    return (
        f'<tr{" class=chosen" if chosen else ""}><th scope="row"><button type="button" '
        f'data-member="{row.member.id}" aria-pressed="{str(chosen).lower()}">{name}</button></th>'
        f'{stuck}{cells}<td class="num">{row.runs:,}</td>{shown}</tr>'
    )


def _cell(card: str, cell: Cell) -> str:
    """One cell; what its sign means is in its title, for screen readers, too."""
    tries = f"{cell.tries}×" if cell.tries else ""
    sign = tries if cell.state == State.TRIED else SIGNS.get(cell.state, "")
    if cell.state == State.PASSED and cell.tries > 1:
        sign += f"<small>{cell.tries}</small>"
    told = str(cell.state) + (f", {tries} run" if cell.tries else "") + ", open now" * cell.here
    here = " here" if cell.here else ""
    return (
        f'<td><span class="cell {CLASSES[cell.state]}{here}" title="{told}" '
        f'aria-label="{told}" role="img">{sign}</span></td>'
    )


def _share(value: float) -> str:
    return f"{value:.1%}" if math.isfinite(value) else "–"


def _safe(text: str) -> str:
    return html.escape(text.replace("*", ""), quote=True)
