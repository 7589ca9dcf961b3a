"""What a class forecasts on one card of a lesson, and what came out for each member."""

import math
from collections import Counter
from typing import NamedTuple

import numpy as np

from ann.classroom.snapshot import Member, Snapshot
from ann.lessons.forecast import Value, checked
from ann.lessons.lesson import Predict, Question


class Forecasts(NamedTuple):
    """The forecasts of a class, in the order of its members."""

    given: tuple[tuple[Member, Value], ...]
    results: tuple[tuple[Member, Value], ...]  # of those whose training has answered


def forecasts(snapshot: Snapshot, lesson: str, card: Predict) -> Forecasts:
    """All forecasts on a card that fit its question, and the results that are known."""
    given, results = [], []
    for member in snapshot.members:
        progress = snapshot.lessons.get(member.id, {}).get(lesson)
        if progress is None:
            continue
        settled = progress.settled.get(card.name)
        value = settled.forecast if settled else progress.forecasts.get(card.name)
        forecast = checked(card.question, value)
        if forecast is not None:
            given.append((member, forecast))
            if settled and is_result(card.question, settled.result):
                results.append((member, settled.result))
    return Forecasts(tuple(given), tuple(results))


def is_result(question: Question, value: Value) -> bool:
    """Whether this can be the answer: its form fits the question, and it has a finite number.

    A result may lie beyond the ends of a scale. A sketch's may be unknown at some of its epochs.
    """
    if question.ask in ("choice", "order"):
        return checked(question, value) is not None
    if question.ask == "number":
        return not isinstance(value, tuple) and math.isfinite(value)
    fits = isinstance(value, tuple) and len(value) == len(question.at)
    return fits and isinstance(value, tuple) and any(map(math.isfinite, value))


def counts(question: Question, values: list[Value]) -> tuple[int, ...]:
    """How many chose each option of a choice.

    >>> counts(Question("choice", options=("up", "down")), [1.0, 2.0, 2.0])
    (1, 2)
    """
    found = Counter(values)
    return tuple(found[float(number + 1)] for number in range(len(question.options)))


def mean_places(question: Question, values: list[Value]) -> tuple[float, ...]:
    """The mean place of each option of an order, from 1; NaN without forecasts.

    >>> mean_places(Question("order", options=("a", "b")), [(2.0, 1.0), (2.0, 1.0), (1.0, 2.0)])
    (1.6666666666666667, 1.3333333333333333)
    """
    orders = [value for value in values if isinstance(value, tuple)]
    if not orders:
        return (math.nan,) * len(question.options)
    places = [
        [order.index(float(number + 1)) + 1 for order in orders]
        for number in range(len(question.options))
    ]
    return tuple(sum(place) / len(orders) for place in places)


def median(values: list[Value]) -> Value | None:
    """The median of numbers, or of sketches at each of their epochs; None without any.

    >>> median([(1.0, 8.0), (2.0, 9.0), (6.0, 7.0)]), median([1.0, 2.0]), median([])
    ((2.0, 8.0), 1.5, None)
    """
    if not values:
        return None
    if not isinstance(values[0], tuple):
        return float(np.median(np.array(values, float)))
    columns = [column[np.isfinite(column)] for column in np.array(values, float).T]
    return tuple(float(np.median(column)) if len(column) else math.nan for column in columns)
