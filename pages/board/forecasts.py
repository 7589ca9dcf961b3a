"""The forecasts of a class on the card that the teacher has chosen, and what came out."""

import html
from collections import Counter
from collections.abc import Sequence

from ann.classroom.forecasts import Forecasts, counts, forecasts, mean_places, median
from ann.classroom.snapshot import Snapshot
from ann.lessons.forecast import Value, outcome
from ann.lessons.lesson import Lesson, Predict, Question
from pages.board import forecast_charts
from pages.board.shown import Shown
from pages.ui import palette
from pages.ui.lessons import shelf
from pages.ui.lessons.outcome import in_words
from pages.ui.live import chart
from pages.ui.words import counted

NOTHING = "Everybody's forecasts appear here as soon as the teacher picks a question from a lesson."
SKETCHES = (
    "Each thin line is one member's; the thick ones are medians. Compare their heights and bends."
)
NUMBERS = "Each point is a member. How far are the points from the lines of the results?"


def view(snapshot: Snapshot) -> Shown:
    """All forecasts; with results, once the teacher has revealed them."""
    settings = snapshot.classroom.settings
    lesson = shelf.lesson(settings.forecast_lesson)
    card = lesson.card(settings.forecast_card) if lesson else None
    if lesson is None or not isinstance(card, Predict):
        return Shown(NOTHING)
    found, question = forecasts(snapshot, lesson.name, card), card.question
    headline = f"{_asked(lesson, card)} {_told(snapshot, question, found)}"
    if question.ask in ("choice", "order"):
        return Shown(headline, bars(question, found, settings.revealed))
    if question.ask == "sketch":
        drawn = forecast_charts.sketches(question, found, settings.revealed)
        return Shown(headline, "", chart.write(drawn), SKETCHES)
    fact = lesson.facts.get(question.fact)
    drawn = forecast_charts.numbers(question, found, settings.revealed, fact)
    return Shown(headline, "", chart.write(drawn), NUMBERS)


def bars(question: Question, found: Forecasts, revealed: bool) -> str:
    """HTML: a bar for each option, as long as many chose it, or put it early."""
    given, results = [v for _, v in found.given], [v for _, v in found.results]
    choice = question.ask == "choice"
    if choice:
        shares = [count / max(len(given), 1) for count in counts(question, given)]
        texts = [str(count) for count in counts(question, given)]
        rows = list(range(len(question.options)))
    else:
        places, last = mean_places(question, given), len(question.options)
        rows = sorted(range(last), key=lambda k: places[k])
        shares = [(last + 1 - place) / last if place == place else 0.0 for place in places]
        texts = [f"mean place {place:.1f}" if place == place else "" for place in places]
    came = _came_out(question, results) if revealed else {}
    lines = []
    for k in rows:
        right = " right" if choice and k in came else ""
        text = html.escape(question.options[k]) + came.get(k, "")
        bar = f"<i style='width: {90 * shares[k]:.1f}%'></i><b>{texts[k]}</b>"
        lines.append(f'<div class="option{right}"><p>{text}</p><div>{bar}</div></div>')
    return f'{STYLE}<div class="options">{"".join(lines)}</div>'


def _came_out(question: Question, results: Sequence[Value]) -> dict[int, str]:
    """What to write behind the options that came out, by their numbers from 0."""
    if not results:
        return {}
    if question.ask == "choice":
        found = counts(question, list(results))
        several = len([count for count in found if count]) > 1
        times = {k: f" for {count} of {len(results)}" for k, count in enumerate(found) if count}
        return {
            k: f" <strong>✓ what happened{t if several else ''}</strong>" for k, t in times.items()
        }
    order = Counter(results).most_common(1)[0][0]
    places = order if isinstance(order, tuple) else ()
    return {int(v) - 1: f" <strong>✓ place {k + 1}</strong>" for k, v in enumerate(places)}


def _asked(lesson: Lesson, card: Predict) -> str:
    """The question itself: the last paragraph of a card's text."""
    return "**" + shelf.told(card.text, lesson).strip().split("\n\n")[-1].replace("**", "") + "**"


def _told(snapshot: Snapshot, question: Question, found: Forecasts) -> str:
    of = f"{len(found.given)} of {counted(len(snapshot.members), 'member')}"
    told = f"{of} {'has' if len(found.given) == 1 else 'have'} answered."
    if not snapshot.classroom.settings.revealed:
        return told
    if not found.results:
        return f"{told} Nobody has a result yet."
    forecast = dict(found.given)
    near = sum(outcome(question, forecast[m], result).within_reach for m, result in found.results)
    middle = median([result for _, result in found.results])
    if question.ask == "number" and not question.fact and middle is not None:
        told += f" Median result: {in_words(question, middle)}."
    return f"{told} Within reach: {near} of {len(found.results)}."


STYLE = f"""<style>
.options {{ display: grid; gap: 0.8em; font-size: var(--board); line-height: 1.25; }}
.option p {{ margin: 0 0 0.15em; font-size: inherit; }}
.option > div {{ display: flex; align-items: center; gap: 0.5em; }}
.option i {{ height: 1.5em; min-width: 3px; border-radius: 4px; background: {palette.CHANGE}; }}
.option.right i {{ background: {palette.RIGHT}; }}
.option strong {{ color: {palette.RIGHT}; }}
</style>"""
