"""What a visitor has done in lessons: kept for a reload, a closed tab and a killed server."""

import json
import time
from dataclasses import dataclass, field

from ann.keeping.database import ArchiveError
from ann.lessons.forecast import Tally
from ann.lessons.lesson import Card, Lesson
from ann.lessons.progress import Progress, tally_of
from ann.saving.table_json import read_table
from pages.ui import session
from pages.ui.lessons import shelf
from pages.ui.server import stores
from pages.ui.server.visitor import address, visitor_id

MUSEUM = "*museum"  # as the name of a lesson, which none can have
OPEN = "*"  # in place of a lesson's name: which one is open, and the language; no lesson has it
MOST_OPENED = 1_000  # characters of what says so


@dataclass
class Desk:
    """A visitor's lessons: how far each is, and which one is open."""

    progress: dict[str, Progress] = field(default_factory=dict)
    on: str = ""  # the open lesson
    loaded: bool = False
    trouble: bool = False  # whether the visitor knows that nothing can be saved


def desk() -> Desk:
    """This visitor's desk, as it was saved."""
    found = session.keep(Desk)
    if not found.loaded:
        found.loaded = True
        try:
            rows = stores.lessons().all(visitor_id())
        except ArchiveError:
            rows = {}  # the page Runs says what is wrong
        opened = _opened(rows.pop(OPEN, ""))
        found.progress = {name: Progress.from_json(text) for name, text in rows.items()}
        found.on = opened.get("on", "")
        if opened.get("language"):
            shelf.choose(opened["language"])
    return found


def open_lesson() -> tuple[Lesson, Progress] | None:
    """The lesson that is open now, and how far the visitor is; None if none is open."""
    found = desk()
    lesson = shelf.lesson(found.on) if found.on else None
    if lesson is None:
        return None
    progress = found.progress.setdefault(lesson.name, Progress(begun=time.time()))
    if lesson.card(progress.at) is None and not progress.done:  # the file has changed meanwhile
        progress.at = lesson.steps[0].name
    return lesson, progress


def card() -> Card | None:
    """The card that is open now."""
    found = open_lesson()
    return found[0].card(found[1].at) if found else None


def progress_of(lesson: Lesson) -> Progress | None:
    """How far the visitor is in a lesson; None if it was never begun."""
    return desk().progress.get(lesson.name)


def save(name: str = "") -> None:
    """Save how far the visitor is in this lesson (or the open one), and which is open."""
    found = desk()
    name = name or found.on
    opened = json.dumps({"on": found.on, "language": session.keep(shelf.Language).chosen})
    try:
        if name in found.progress:
            text = found.progress[name].to_json()
            stores.lessons().save(visitor_id(), name, text, address())
        stores.lessons().save(visitor_id(), OPEN, opened, address())
    except ArchiveError as error:
        if not found.trouble:
            found.trouble = True
            session.say(f"Your progress in lessons cannot be saved now. {error}.", "warning")


def tally() -> Tally:
    """All forecasts of the visitor."""
    progress = desk().progress
    # whoever has not begun one need not wait on Home until all lessons have been read
    lessons = {lesson.name for lesson in shelf.lessons()} if progress else set()
    return tally_of([one for name, one in progress.items() if name in lessons])


def museum() -> Progress:
    """The visitor's diagnoses in the museum, each as if it were a forecast."""
    return desk().progress.setdefault(MUSEUM, Progress())


def _opened(text: str) -> dict[str, str]:
    found = read_table(text, MOST_OPENED)
    return {key: value for key, value in found.items() if isinstance(value, str)}
