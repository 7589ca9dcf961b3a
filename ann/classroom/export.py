"""A class as tables and as one JSON document, to take away before it is deleted.

Nothing in them leads back into the class: no ids, no links, no salts, no weights. What learners
wrote in their own words stays out, too.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from math import isfinite
from typing import Any

from ann.classroom.overview import Overview
from ann.classroom.snapshot import Posted, Snapshot
from ann.lessons.lesson import Lesson, Predict
from ann.lessons.progress import Progress
from ann.recipe import FIELDS

Table = list[dict[str, Any]]  # one dict a row, with the same keys in each


def cards(overview: Overview, snapshot: Snapshot) -> Table:
    """A row for each member on each card."""
    return [
        {
            "name": row.member.name,
            "lesson": column.lesson.name,
            "card": column.card.name,
            "state": str(cell.state),
            "tries": cell.tries,
            **_forecast(snapshot.lessons.get(row.member.id, {}), column.lesson, column.card.name),
        }
        for row in sorted(overview.rows, key=lambda row: row.member.look)
        for column, cell in zip(overview.columns, row.cells, strict=True)
    ]


def runs(snapshot: Snapshot) -> Table:
    """A row for each run on the board, with its settings, its accuracies and the finding.

    Accuracies are shares of 1, and empty where nothing is known.
    """
    names = {member.id: member.name for member in snapshot.members}
    tested = {(one.member, one.run): one.accuracy for one in snapshot.tested}
    return [
        {
            "name": names[posted.member],
            "posted": _moment(posted.created),
            "validation_accuracy": _known(posted.run.validation_accuracy),
            "validation_loss": _known(posted.run.validation_loss),
            "test_accuracy": tested.get((posted.member, posted.run.number)),
            "epochs_done": posted.run.epochs,
            "seconds": round(posted.run.seconds, 3),
            "multiply_adds": posted.run.multiply_adds,
            "reason": posted.run.reason,
            "finding": posted.run.finding,
            "data": posted.run.fingerprint,
            **{n: FIELDS[n].format(getattr(posted.run.recipe, n)) for n in FIELDS},
        }
        for posted in snapshot.runs
    ]


def document(snapshot: Snapshot, lessons: Sequence[Lesson]) -> str:
    """The whole class as JSON: its settings, and each member's forecasts, runs and test result."""
    known = {lesson.name for lesson in lessons}
    room = snapshot.classroom
    found = {
        "class": room.code,
        "created": _moment(room.created),
        "ended": _moment(room.ended) if room.ended else None,
        "settings": asdict(room.settings)
        | {
            "test_opened": _moment(room.settings.test_opened) if room.settings.test_opened else None
        },
        "members": [
            {
                "name": member.name,
                "joined": _moment(member.joined),
                "lessons": {
                    name: _lesson(progress)
                    for name, progress in snapshot.lessons.get(member.id, {}).items()
                    if name in known
                },
                "runs": [_run(posted) for posted in snapshot.runs_of(member.id)],
                "test_accuracy": next(
                    (one.accuracy for one in snapshot.tested if one.member == member.id), None
                ),
            }
            for member in snapshot.members
        ],
    }
    return json.dumps(found, indent=1, ensure_ascii=False)


def _forecast(progresses: Mapping[str, Progress], lesson: Lesson, card: str) -> dict[str, Any]:
    """The forecast and the result of a question, empty for any other card."""
    progress, found = progresses.get(lesson.name, Progress()), lesson.card(card)
    empty = {"forecast": None, "result": None, "gap": None}
    if not isinstance(found, Predict):
        return empty
    if settled := progress.settled.get(card):
        forecast, result = _value(settled.forecast), _value(settled.result)
        return {"forecast": forecast, "result": result, "gap": settled.gap}
    return empty | {"forecast": _value(progress.forecasts.get(card))}


def _value(value: Any) -> Any:
    """A number as it is, several of them in one cell."""
    return " ".join(f"{one:g}" for one in value) if isinstance(value, tuple) else value


def _lesson(progress: Progress) -> dict[str, Any]:
    settled = {name: one._asdict() for name, one in progress.settled.items()}
    return {
        "done": bool(progress.done),
        "forecasts": {
            **{name: {"forecast": v} for name, v in progress.forecasts.items()},
            **settled,
        },
        "passed": progress.passed,
        "skipped": progress.skipped,
    }


def _run(posted: Posted) -> dict[str, Any]:
    """A run as it was posted, without its number among the saved runs."""
    run: dict[str, Any] = json.loads(posted.run.to_json())
    del run["number"]
    return {"posted": _moment(posted.created)} | run


def _known(value: float) -> float | None:
    return value if isfinite(value) else None


def _moment(seconds: float) -> str:
    """A moment in UTC, as ISO 8601 writes it."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
