"""Make the facts and cards of a lesson of their tables in its file."""

from collections.abc import Callable, Mapping
from typing import Any

from ann.hyperparameters.field import short
from ann.lessons.fields import LABEL, Reader
from ann.lessons.lesson import (
    ASKS,
    PICTURES,
    Again,
    Card,
    Check,
    Explain,
    Fact,
    Predict,
    Question,
    Train,
)
from ann.lessons.measures import CURVES, MEASURES
from ann.recipe import Recipe

MOST_OPTIONS, MOST_POINTS = 8, 6


def fact(name: str, reader: Reader) -> Fact:
    """A fact of its table. `FieldError` for what is wrong with it."""
    settings = reader.settings("settings")
    _check_recipe(reader, "settings", settings)
    measure = reader.one_of("measure", MEASURES)
    unit = reader.text("unit", "%", 20)
    low, high = _range(reader)
    reader.end()
    return Fact(name, settings, measure, low, high, unit)


def _range(reader: Reader) -> tuple[float, float]:
    value = reader.take("range", None)
    numbers = isinstance(value, list) and len(value) == 2
    if not numbers or not all(isinstance(v, (int, float)) and abs(v) < 1e9 for v in value):
        raise reader.fail("range", f"{short(value)} is not a list of two numbers, low and high")
    if value[0] > value[1]:
        raise reader.fail("range", f"{short(value)}: low is above high")
    return float(value[0]), float(value[1])


def card(name: str, reader: Reader) -> Card:
    """A card of its table, of the kind that it names. `FieldError` for what is wrong with it."""
    kind = reader.one_of("kind", tuple(KINDS))
    page = reader.text("page", "", 40)
    if page and not LABEL.fullmatch(page):
        raise reader.fail("page", f"{short(page)} is not the name of a page")
    common = {
        "name": name,
        "text": reader.text("text", None),
        "page": page,
        "lights": reader.labels("lights"),
        "hints": reader.texts("hints", 2),
        "pictures": reader.one_of("pictures", ("", *PICTURES), ""),
    }
    made = KINDS[kind](reader, common)
    reader.end()
    return made


def _predict(reader: Reader, common: dict[str, Any]) -> Predict:
    return Predict(**common, question=_question(reader), so=reader.text("so"))


def _again(reader: Reader, common: dict[str, Any]) -> Again:
    days = reader.whole("days", 3, 0, 365)
    return Again(**common, question=_question(reader), so=reader.text("so"), days=days)


def _train(reader: Reader, common: dict[str, Any]) -> Train:
    settings, show = reader.settings("settings"), reader.fields("show")
    _check_recipe(reader, "settings", settings)
    return Train(**common, settings=settings, show=show)


def _check(reader: Reader, common: dict[str, Any]) -> Check:
    which = reader.one_of("which", ("newest", "best"), "best")
    where, measure = reader.settings("where"), reader.one_of("measure", MEASURES)
    low, high = (
        reader.number(name, 0.0, -1e9, 1e9) if reader.has(name) else None
        for name in ("at_least", "at_most")
    )
    if low is None and high is None:
        raise reader.fail("at_least", "is missing: a check needs at_least or at_most")
    found: Any = which
    return Check(**common, which=found, where=where, measure=measure, at_least=low, at_most=high)


def _explain(reader: Reader, common: dict[str, Any]) -> Explain:
    reasons = reader.texts("reasons", MOST_OPTIONS)
    answer = reader.whole("answer", None if reasons else 0, 0, len(reasons))
    if reasons and not answer:
        raise reader.fail("answer", f"needs the number of the right reason, 1 to {len(reasons)}")
    return Explain(**common, reasons=reasons, answer=answer, truth=reader.text("truth", None))


KINDS: dict[str, Callable[[Reader, dict[str, Any]], Card]] = {
    "predict": _predict,
    "run": _train,
    "check": _check,
    "explain": _explain,
    "again": _again,
}


def _question(reader: Reader) -> Question:
    ask: Any = reader.one_of("ask", ASKS)
    lists = ask in ("choice", "order")
    low = reader.number("low", 0.0, -1e6, 1e6)
    high = reader.number("high", 100.0, -1e6, 1e6)
    question = Question(
        ask,
        options=reader.texts("options", MOST_OPTIONS, 2) if lists else (),
        answer=_answer(reader, ask) if reader.has("answer") else None,
        fact=reader.text("fact", "", 41),
        facts=reader.labels("facts") if ask == "order" else (),
        run=reader.text("run", "", 41),
        measure=reader.text("measure", "", 41),
        at=reader.wholes("at", MOST_POINTS, 5_000),
        low=low,
        high=high,
        step=reader.number("step", 1.0, 1e-6, 1e6),
        unit=reader.text("unit", "%", 20),
        within=reader.number("within", 0.0, 0.0, 1e6),
    )
    if low >= high:
        raise reader.fail("high", f"{high:g} is not above low, {low:g}")
    if (high - low) / question.step > 10_000:
        raise reader.fail("step", f"{question.step:g} makes more than 10,000 places")
    _check_question(reader, question)
    return question


def _answer(reader: Reader, ask: str) -> Any:
    if ask == "number":
        return reader.number("answer", None, -1e9, 1e9)
    if ask == "order":
        return reader.wholes("answer", MOST_OPTIONS, MOST_OPTIONS)
    return reader.whole("answer", None, 1, MOST_OPTIONS)


def _check_question(reader: Reader, q: Question) -> None:
    """That exactly one thing answers a question, and that it can."""
    sources = [q.answer is not None, bool(q.fact), bool(q.run)]
    if sum(sources) != 1:
        raise reader.fail("answer", "needs one of answer, fact or run to answer the question")
    n = len(q.options)
    if q.ask == "choice" and (q.answer is None or q.answer > n):
        raise reader.fail("answer", f"needs the number of the right option, 1 to {n}")
    if q.ask == "order" and sorted(q.answer or ()) != list(range(1, n + 1)):
        raise reader.fail("answer", f"needs each number from 1 to {n} once")
    if q.facts and len(q.facts) != n:
        raise reader.fail("facts", f"has {len(q.facts)} names; needs one for each of {n} options")
    if q.ask == "sketch":
        if not q.run:
            raise reader.fail("run", "is missing: a sketch is drawn on the curve of a training")
        if len(q.at) < 2 or list(q.at) != sorted(set(q.at)):
            raise reader.fail("at", f"needs 2 to {MOST_POINTS} epochs in order")
    allowed = CURVES if q.ask == "sketch" else MEASURES
    if q.run and q.measure not in allowed:
        raise reader.fail("measure", f"{short(q.measure)} is not one of {', '.join(allowed)}")


def _check_recipe(reader: Reader, name: str, settings: Mapping[str, Any]) -> None:
    try:
        Recipe(**settings)
    except ValueError as error:
        raise reader.fail(name, str(error)) from error
