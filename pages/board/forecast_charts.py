"""Forecasts of numbers and curves: all of a class in one chart, then what came out drawn over them.

Forecasts are purple and dashed or pointed, results are solid, in the color of their data set.
"""

from collections import Counter
from collections.abc import Sequence
from math import isfinite

from ann.classroom.forecasts import Forecasts, median
from ann.lessons.forecast import Value
from ann.lessons.lesson import Fact, Question
from pages.ui import looks, palette
from pages.ui.charts.forecast import FORECAST, Mark, marked
from pages.ui.charts.layout import Axis, Figure, Trace, figure

BINS = 25  # places beside each other for points of one number
PLAIN: Axis = {"l": 8, "r": 8, "t": 30, "b": 8}  # margins
LINE: Trace = dict(type="scatter", mode="lines", hoverinfo="skip")


def sketches(question: Question, found: Forecasts, revealed: bool) -> Figure:
    """Everybody's sketch as a thin line and the median as a thick one; then the results as well."""
    given = [value for _, value in found.given]
    traces = _lines(question, given, FORECAST, "forecast")
    results = [value for _, value in found.results] if revealed else []
    if results:
        result = Mark(result_color(question), "solid", "circle")
        traces += _lines(question, results, result, "result")
    title = question.measure.replace("_", " ").capitalize()
    suffix = "%" if question.unit == "%" else ""
    y: Axis = {"title": title, "range": _range(question, results), "ticksuffix": suffix}
    ends = question.at[0], question.at[-1]
    pad = 0.03 * (ends[1] - ends[0]) or 1
    return figure(
        traces,
        x={
            "title": "Epoch",
            "tickvals": list(question.at),
            "range": [ends[0] - pad, ends[1] + pad],
        },
        y=y | {"nticks": 6},
        keep="board.sketches",
        hovermode=False,
        margin=PLAIN,
    )


def numbers(
    question: Question, found: Forecasts, revealed: bool, fact: Fact | None = None
) -> Figure:
    """A point for each member on the scale of the question; then lines where the results are.

    The result of a `fact` is its range, drawn as a band.
    """
    wide = (question.high - question.low) / BINS or 1.0
    stacked: Counter[int] = Counter()
    x, y, seen, names = [], [], [], []
    for member, value in found.given:
        place = round((float_of(value) - question.low) / wide)
        stacked[place] += 1
        x.append(question.low + place * wide)
        y.append(stacked[place])
        seen.append(looks.look_of(member.look))
        names.append(member.name)
    points: Trace = dict(
        type="scatter",
        x=x,
        y=y,
        mode="markers",
        name="forecasts",
        text=names,
        marker={
            "size": 12,
            "color": [look.color for look in seen],
            "symbol": [look.symbol for look in seen],
        },
        showlegend=False,
        hoverinfo="skip",
        cliponaxis=False,
    )
    top = max([*stacked.values(), 4]) + 1
    results = [value for _, value in found.results] if revealed else []
    ends: list[Value] = [fact.low, fact.high] if fact and results else []
    came = [_band(fact, top)] if fact and results else _results(question, results, top)
    unit = " (%)" if question.unit == "%" else f" ({question.unit})" if question.unit else ""
    return figure(
        [*came, points],
        x={"title": f"Forecast{unit}", "range": _range(question, ends or results), "nticks": 8},
        y={"title": "Members", "range": [0, top], "nticks": 5, "tickformat": "d"},
        keep="board.numbers",
        hovermode=False,
        margin=PLAIN,
    )


def result_color(question: Question) -> str:
    """The color of the data set that a question is about."""
    return palette.TRAINING if question.measure.startswith("train") else palette.VALIDATION


def float_of(value: Value) -> float:
    """A number, or the first of several."""
    return value[0] if isinstance(value, tuple) else value


def _lines(question: Question, values: Sequence[Value], mark: Mark, name: str) -> list[Trace]:
    """All values as one trace of thin lines, and their median as a thick one."""
    middle = median(list(values))
    if not isinstance(middle, tuple):
        return []
    at = [float(epoch) for epoch in question.at]
    x: list[float | None] = []
    y: list[float | None] = []
    for value in values:
        x += [*at, None]
        y += [*(v if isfinite(v) else None for v in _tuple(value)), None]
    thin = LINE | {"x": x, "y": y, "name": f"each {name}", "opacity": 0.6}
    thin["line"] = {"color": mark.color, "width": 1.5, "dash": mark.dash}
    return [thin, LINE | marked(mark, at, middle, 4, 8) | {"name": f"median {name}"}]


def _results(question: Question, values: Sequence[Value], top: float) -> list[Trace]:
    """A thin line for each member's own result and a thick one for their median."""
    middle = median(list(values))
    if middle is None:
        return []
    color = result_color(question)
    x = [part for value in values for part in (float_of(value), float_of(value), None)]
    y = [part for _ in values for part in (0, top, None)]
    thin = LINE | {"x": x, "y": y, "name": "each result", "opacity": 0.35}
    thin["line"] = {"color": color, "width": 1.25}
    thick = LINE | {"x": [float_of(middle)] * 2, "y": [0, top], "name": "median result"}
    thick["line"] = {"color": color, "width": 4}
    return [thin, thick]


def _band(fact: Fact, top: float) -> Trace:
    """Where the results of a fact lie, whatever the seed."""
    band = LINE | {"x": [fact.low, fact.low, fact.high, fact.high], "y": [0, top, top, 0]}
    fill = {"fill": "toself", "fillcolor": palette.faded(palette.RIGHT, 0.25)}
    return band | fill | {"name": "result", "line": {"color": palette.RIGHT, "width": 2.5}}


def _range(question: Question, results: Sequence[Value]) -> list[float]:
    """The scale of the question, longer where a result lies beyond it."""
    found = [v for value in results for v in _tuple(value) if isfinite(v)]
    low, high = min([question.low, *found]), max([question.high, *found])
    return [low - 0.02 * (high - low), high + 0.02 * (high - low)]


def _tuple(value: Value) -> tuple[float, ...]:
    return value if isinstance(value, tuple) else (value,)
