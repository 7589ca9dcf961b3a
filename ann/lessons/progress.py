"""How far a learner is in a lesson: kept as text, and read as if a stranger had written it."""

import json
import math
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple

from ann.lessons.forecast import Outcome, Tally, Value, in_points, tally
from ann.lessons.lesson import Lesson, Predict
from ann.saving.table_json import moment, read_table

MOST_BYTES = 30_000  # of what is read
MOST_SENTENCE = 600  # characters of the learner's own
MOST_NAME, MOST_ENTRIES, MOST_VALUES = 60, 60, 20


class Settled(NamedTuple):
    """A forecast, and what came out of it; NaN until that is known."""

    forecast: Value
    result: Value
    gap: float
    within_reach: bool
    points: bool  # whether the gap is in percentage points


@dataclass
class Progress:
    """A learner's way through one lesson. Cards are known by their names."""

    at: str = ""  # the card that is open; "" before the first and after the last
    begun: float = 0.0  # seconds since 1970
    done: float = 0.0  # when the last card was left; 0: not yet
    drafts: dict[str, Any] = field(default_factory=dict)  # card -> forecast that is not given yet
    forecasts: dict[str, Any] = field(default_factory=dict)  # card -> forecast, without a result
    settled: dict[str, Settled] = field(default_factory=dict)
    skipped: list[str] = field(default_factory=list)
    hints: dict[str, int] = field(default_factory=dict)  # card -> how many were read
    answers: dict[str, Any] = field(default_factory=dict)  # card -> reason chosen, or sentence
    passed: list[str] = field(default_factory=list)  # checks and trainings

    def settle(self, card: Predict, outcome: Outcome) -> None:
        """Note what came out of a forecast."""
        forecast = _value(self.forecasts.pop(card.name))
        self.settled[card.name] = Settled(forecast, *outcome, in_points(card.question))

    def share(self, lesson: Lesson) -> float:
        """How much of a lesson is done, from 0 to 1."""
        names = [card.name for card in lesson.steps]
        if self.done:
            return 1.0
        return names.index(self.at) / len(names) if self.at in names else 0.0

    def to_json(self) -> str:
        """As text."""
        return json.dumps(asdict(self) | {"settled": {k: list(v) for k, v in self.settled.items()}})

    @classmethod
    def from_json(cls, text: str) -> "Progress":
        """What `to_json` wrote. Whatever else stands there is left out; it never fails."""
        found = read_table(text, MOST_BYTES)
        at, tables = found.get("at"), _tables(found)
        at = at if _name(at) else ""
        return cls(
            at=str(at or ""),
            begun=moment(found.get("begun")),
            done=moment(found.get("done")),
            drafts={k: v for k, v in tables["drafts"].items() if _plain(v)},
            forecasts={k: _value(v) for k, v in tables["forecasts"].items() if _plain(v)},
            settled={k: one for k, v in tables["settled"].items() if (one := _settled(v))},
            skipped=_names(found.get("skipped")),
            hints={k: v for k, v in tables["hints"].items() if v in (1, 2)},
            answers={k: v for k, v in tables["answers"].items() if _is_answer(v)},
            passed=_names(found.get("passed")),
        )


def tally_of(progresses: list[Progress]) -> Tally:
    """All forecasts of a learner, in all lessons."""
    outcomes = [
        (one.gap, one.within_reach, one.points)
        for progress in progresses
        for one in progress.settled.values()
    ]
    return tally(outcomes, sum(len(progress.skipped) for progress in progresses))


def _tables(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    tables = {}
    for name in ("drafts", "forecasts", "settled", "hints", "answers"):
        table = found.get(name)
        items = list(table.items())[:MOST_ENTRIES] if isinstance(table, dict) else []
        tables[name] = {k: v for k, v in items if _name(k)}
    return tables


def _name(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= MOST_NAME


def _names(value: Any) -> list[str]:
    return [v for v in value if _name(v)][:MOST_ENTRIES] if isinstance(value, list) else []


def _number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e12


def _plain(value: Any) -> bool:
    """Whether this can be a forecast: a number, or a short list of numbers."""
    if isinstance(value, (list, tuple)):
        return len(value) <= MOST_VALUES and all(map(_number, value))
    return _number(value)


def _value(value: Any) -> Value:
    return tuple(map(float, value)) if isinstance(value, (list, tuple)) else float(value)


def _is_answer(value: Any) -> bool:
    return _number(value) or (isinstance(value, str) and len(value) <= MOST_SENTENCE)


def _settled(value: Any) -> Settled | None:
    if not isinstance(value, list) or len(value) != 5:
        return None
    forecast, result, gap, reach, points = value
    known = _plain(forecast) and _plain(result) and _number(gap) and math.isfinite(gap)
    flags = isinstance(reach, bool) and isinstance(points, bool)
    if not known or not flags:
        return None
    return Settled(_value(forecast), _value(result), float(gap), reach, points)
