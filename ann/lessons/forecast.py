"""A forecast and what came out: the gap between them as a number, and whether it is within reach.

A forecast is the number of an option (choice), a number, the numbers of options in order (order),
or a value at the end of each of a few epochs (sketch). Forecasts come from a browser or from a
file, so each is checked before it is used.
"""

import math
from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import Any, NamedTuple

from ann.lessons.lesson import Fact, Question

Value = float | tuple[float, ...]  # a forecast or a result


class Outcome(NamedTuple):
    """What came out, how far from it the forecast was, and whether that is within reach.

    The gap of a number is in its own unit; of a sketch the mean over its points; of an order the
    pairs that stand the wrong way around; of a choice 0 or 1.
    """

    result: Value
    gap: float
    within_reach: bool


class Tally(NamedTuple):
    """All forecasts of a learner: how many, how many within reach, and how far off in points."""

    forecasts: int
    within_reach: int
    off: float  # the mean gap of those in percent; NaN if there is none
    skipped: int = 0


def checked(question: Question, value: Any) -> Value | None:
    """The value if it is a forecast for this question, else None.

    >>> checked(Question("number"), 60), checked(Question("number"), "60"), checked(
    ...     Question("order", options=("a", "b")), [2, 1])
    (60.0, None, (2.0, 1.0))
    """
    if question.ask in ("choice", "number"):
        number = _number(value)
        if number is None:
            return None
        if question.ask == "choice":
            return number if number in range(1, len(question.options) + 1) else None
        return number if question.low <= number <= question.high else None
    if not isinstance(value, (list, tuple)):
        return None
    numbers = [_number(v) for v in value]
    known = tuple(number for number in numbers if number is not None)
    if len(known) != len(value):
        return None
    if question.ask == "order":
        wanted = [float(n + 1) for n in range(len(question.options))]
        return known if sorted(known) == wanted else None
    inside = all(question.low <= number <= question.high for number in known)
    return known if inside and len(known) == len(question.at) else None


def outcome(question: Question, forecast: Value, result: Value) -> Outcome:
    """How a forecast compares with the result.

    >>> outcome(Question("number", within=5), 60.0, 9.5)
    Outcome(result=9.5, gap=50.5, within_reach=False)
    >>> outcome(Question("sketch", at=(1, 5), within=5), (50.0, 90.0), (54.0, 92.0)).gap
    3.0
    """
    if isinstance(forecast, tuple) or isinstance(result, tuple):
        ours, real = _tuple(forecast), _tuple(result)
        if question.ask == "order":
            gap: float = _wrong_pairs(ours, real)
        else:
            gaps = [abs(a - b) for a, b in zip(ours, real, strict=True) if math.isfinite(b)]
            gap = sum(gaps) / len(gaps) if gaps else math.nan
    elif question.ask == "choice":
        gap = float(forecast != result)
    else:
        gap = abs(forecast - result)
    return Outcome(result, gap, gap <= question.within)


def of_fact(question: Question, forecast: float, fact: Fact) -> Outcome:
    """How a forecast compares with a range: the gap is that to its nearest end.

    >>> fact = Fact("f", {}, "validation_accuracy", 80, 90)
    >>> of_fact(Question("number", within=5), 70.0, fact)
    Outcome(result=80, gap=10.0, within_reach=False)
    """
    result = min(max(forecast, fact.low), fact.high)
    gap = abs(forecast - result)
    return Outcome(result, gap, gap <= question.within)


def in_points(question: Question) -> bool:
    """Whether the gap is in percentage points, and so counts toward how far off one is."""
    return question.ask in ("number", "sketch") and question.unit == "%"


def tally(outcomes: Iterable[tuple[float, bool, bool]], skipped: int = 0) -> Tally:
    """All forecasts, each (gap, within reach, in points).

    >>> tally([(2.0, True, True), (4.0, False, True), (1.0, False, False)])
    Tally(forecasts=3, within_reach=1, off=3.0, skipped=0)
    """
    all_of_them = list(outcomes)
    gaps = [gap for gap, _, points in all_of_them if points and math.isfinite(gap)]
    off = sum(gaps) / len(gaps) if gaps else math.nan
    return Tally(len(all_of_them), sum(near for _, near, _ in all_of_them), off, skipped)


def _wrong_pairs(ours: Sequence[float], real: Sequence[float]) -> float:
    place = {number: at for at, number in enumerate(real)}
    return float(sum(place[a] > place[b] for a, b in combinations(ours, 2)))


def _number(value: Any) -> float | None:
    good = isinstance(value, (int, float)) and not isinstance(value, bool)
    return float(value) if good and abs(value) < 1e12 else None  # never true for NaN


def _tuple(value: Value) -> tuple[float, ...]:
    return value if isinstance(value, tuple) else (value,)
