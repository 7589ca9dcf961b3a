"""A forecast drawn on its result, with the gap between them as a number."""

import html

from ann.lessons.forecast import Value
from ann.lessons.lesson import Lesson, Question
from ann.lessons.progress import Settled
from ann.lessons.words import number, range_of, with_unit
from pages.ui import palette
from pages.ui.lessons import shelf

STYLE = f"""<style>
.gauge {{ position: relative; height: 2.1rem; margin: 0.6rem 0.5rem 1.2rem; }}
.gauge .axis {{ position: absolute; left: 0; right: 0; top: 1rem; height: 2px;
  background: {palette.MUTED}; }}
.gauge .gap {{ position: absolute; top: 0.8rem; height: 0.55rem; border-radius: 3px;
  background: {palette.faded(palette.CHANGE, 0.45)}; }}
.gauge i {{ position: absolute; top: 0.6rem; width: 0.85rem; height: 0.85rem;
  margin-left: -0.425rem; }}
.gauge .ours {{ background: {palette.CHANGE}; transform: rotate(45deg); }}
.gauge .real {{ background: {palette.RIGHT}; border-radius: 50%; }}
.gauge small {{ position: absolute; top: 1.6rem; }} .gauge .end {{ right: 0; }}
.outcome {{ margin: 0; }}
.outcome .ours {{ color: {palette.CHANGE}; }} .outcome .real {{ color: {palette.RIGHT}; }}
</style>"""


def show(lesson: Lesson, question: Question, settled: Settled) -> str:
    """HTML: the forecast, what came out, the gap, and whether it is within reach."""
    sentences = [_said(lesson, question, settled)]
    sentences.append(shelf.word("within_reach" if settled.within_reach else "out_of_reach"))
    text = " ".join(html.escape(sentence) for sentence in sentences)
    picture = _gauge(question, settled) if question.ask == "number" else ""
    return f'{STYLE}<p class="outcome">{text}</p>{picture}'


def in_words(question: Question, value: Value) -> str:
    """A forecast or a result as text."""
    style = shelf.style()
    values = value if isinstance(value, tuple) else (value,)
    if question.ask in ("choice", "order"):
        chosen = [question.options[int(v) - 1] for v in values if 1 <= v <= len(question.options)]
        return " < ".join(chosen) if question.ask == "order" else "".join(chosen)
    return ", ".join(with_unit(number(_short(v), style), question.unit, style) for v in values)


def gap_in_words(question: Question, gap: float) -> str:
    """How far off a forecast is.

    >>> gap_in_words(Question("number"), 49.31), gap_in_words(Question("number", unit=""), 2.0)
    ('49.3 points', '2')
    """
    if question.ask in ("choice", "order"):
        return number(gap, shelf.style())
    unit = shelf.word("points") if question.unit == "%" else question.unit
    return with_unit(number(_short(gap), shelf.style()), unit)


def _short(value: float) -> float:
    """To one digit after the point, or two for a value below 10."""
    return round(value, 1 if abs(value) >= 10 else 2)


def _said(lesson: Lesson, question: Question, settled: Settled) -> str:
    ours = in_words(question, settled.forecast)
    if question.ask == "choice":
        return shelf.word("right_choice") if settled.within_reach else shelf.word("wrong_choice")
    real = in_words(question, settled.result)
    if question.fact and question.fact in lesson.facts:
        real = range_of(lesson.facts[question.fact], shelf.style())
    key = "pairs_off" if question.ask == "order" else "off_by"
    return shelf.word(key, ours=ours, real=real, gap=gap_in_words(question, settled.gap))


def _gauge(question: Question, settled: Settled) -> str:
    """An axis from the lowest to the highest answer, with the forecast, the result and the gap."""
    low, high = question.low, question.high

    def place(value: Value) -> float:
        one = value[0] if isinstance(value, tuple) else value
        return 100 * min(max((one - low) / (high - low), 0.0), 1.0)

    ours, real = place(settled.forecast), place(settled.result)
    left, wide = min(ours, real), abs(ours - real)
    style = shelf.style()
    ends = (
        f"<small>{number(low, style)}</small><small style='right:0'>{number(high, style)}</small>"
    )
    return (
        f'<div class="gauge" aria-hidden="true"><div class="axis"></div>'
        f'<div class="gap" style="left:{left:.1f}%;width:{wide:.1f}%"></div>'
        f'<i class="real" style="left:{real:.1f}%"></i>'
        f'<i class="ours" style="left:{ours:.1f}%"></i>{ends}</div>'
    )
