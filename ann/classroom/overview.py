"""What a teacher sees: how far each member is on each card, and who is stuck."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache, partial
from math import isfinite

from ann.classroom.snapshot import Member, Posted, Snapshot
from ann.lessons.check import fits, same_training
from ann.lessons.lesson import Card, Check, Explain, Lesson, Predict, Train
from ann.lessons.progress import Progress
from ann.recipe import Recipe


class State(StrEnum):
    """How far a member is on a card."""

    NOT_BEGUN = "not begun"
    FORECAST = "forecast"  # given, but what comes out of it is not known yet
    TRIED = "tried"  # with a run that does not pass
    PASSED = "passed"  # for a question: answered
    SKIPPED = "skipped"


NAN = float("nan")
OVER = (State.PASSED, State.SKIPPED)


@dataclass(frozen=True)
class Column:
    """A card of a lesson; `is_try` says whether a run with these settings is a try at it."""

    lesson: Lesson
    card: Card
    is_try: Callable[[Recipe], bool]


@dataclass(frozen=True)
class Cell:
    """A member on a card."""

    state: State = State.NOT_BEGUN
    tries: int = 0  # posted runs with the card's settings since the lesson began
    here: bool = False  # the card is open


@dataclass(frozen=True)
class Row:
    """A member on all cards, one cell for each column."""

    member: Member
    cells: tuple[Cell, ...]
    runs: int  # posted
    best: float  # validation accuracy of those, a share of 1; NaN without one
    tested: float  # accuracy on the test set, a share of 1; NaN before
    since: float  # when the member last got further, in seconds since 1970; 0: nothing is left

    def stuck(self, now: float) -> float:
        """Seconds without getting further; 0 for whoever has nothing left to do."""
        return max(0.0, now - self.since) if self.since else 0.0


@dataclass(frozen=True)
class Overview:
    """The whole class. Who has been stuck longest comes first, who has finished last."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    findings: tuple[tuple[str, int], ...]  # name and number of runs, the most frequent first


def overview(snapshot: Snapshot, lessons: Sequence[Lesson]) -> Overview:
    """All members on all cards of the class's lessons; `lessons` are those of this server."""
    chosen = lessons_of(snapshot, lessons)
    columns = tuple(
        Column(lesson, card, _tries(card)) for lesson in chosen for card in lesson.steps
    )
    rows = [_row(snapshot, member, columns) for member in snapshot.members]
    rows.sort(key=lambda row: (not row.since, row.since))
    counted = Counter(posted.run.finding for posted in snapshot.runs if posted.run.finding)
    return Overview(columns, tuple(rows), tuple(counted.most_common()))


def lessons_of(snapshot: Snapshot, lessons: Sequence[Lesson]) -> tuple[Lesson, ...]:
    """Those that the teacher picked, in order; without picks, those that somebody has begun."""
    known = {lesson.name: lesson for lesson in lessons}
    if picked := snapshot.classroom.settings.lessons:
        return tuple(known[name] for name in picked if name in known)
    begun = {name for progress in snapshot.lessons.values() for name in progress}
    return tuple(lesson for lesson in lessons if lesson.name in begun)


def best_run(runs: Sequence[Posted]) -> Posted | None:
    """The run with the highest validation accuracy, the earlier of equal ones; None without one."""
    known = [posted for posted in runs if isfinite(posted.run.validation_accuracy)]
    return max(known, key=lambda posted: posted.run.validation_accuracy, default=None)


def _row(snapshot: Snapshot, member: Member, columns: tuple[Column, ...]) -> Row:
    progresses = snapshot.lessons.get(member.id, {})
    runs = snapshot.runs_of(member.id)
    cells = tuple(
        _cell(column, progress, runs)
        if (progress := progresses.get(column.lesson.name))
        else Cell()
        for column in columns
    )
    best = best_run(runs)
    changed = snapshot.changed.get(member.id, {})
    names = {column.lesson.name for column in columns}
    moved = max([member.joined, *(when for name, when in changed.items() if name in names)])
    left = any(cell.state not in OVER for cell in cells)
    accuracy = best.run.validation_accuracy if best else NAN
    tested = next((one.accuracy for one in snapshot.tested if one.member == member.id), NAN)
    return Row(member, cells, len(runs), accuracy, tested, moved if left else 0.0)


def _cell(column: Column, progress: Progress, runs: Sequence[Posted]) -> Cell:
    tries = sum(
        posted.created >= progress.begun and column.is_try(posted.run.recipe) for posted in runs
    )
    card = column.card
    return Cell(_state(card, progress, tries), tries, progress.at == card.name)


def _tries(card: Card) -> Callable[[Recipe], bool]:
    """What tells a try at this card from other runs."""
    if isinstance(card, Train):
        return partial(_same_training, card.recipe)
    if isinstance(card, Check):
        return partial(fits, settings=card.where)
    return lambda recipe: False


@lru_cache(maxsize=50_000)  # the next overview asks for the same runs again
def _same_training(wanted: Recipe, recipe: Recipe) -> bool:
    return same_training(recipe, wanted)


def _state(card: Card, progress: Progress, tries: int) -> State:
    name = card.name
    done: Sequence[str] | dict[str, object] = progress.passed
    if isinstance(card, Predict):
        done = dict(progress.settled)
    elif isinstance(card, Explain):
        done = progress.answers
    if name in done:
        return State.PASSED
    if name in progress.skipped:
        return State.SKIPPED
    if name in progress.forecasts:
        return State.FORECAST
    return State.TRIED if tries else State.NOT_BEGUN
