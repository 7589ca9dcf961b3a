"""Reads a class as its board, its teacher and its members are shown it.

Whatever was read before is remembered by its text: of a class of sixty that posts all the time, a
snapshot reads only what is new. What learners have written in their own words is left out.
"""

import json
import sqlite3
from dataclasses import replace
from functools import lru_cache
from typing import Any

from ann.classroom.post import RunPost
from ann.classroom.snapshot import Member, Posted, Removed, Snapshot, Tested
from ann.keeping.class_rows import MEMBER, find_classroom, has_table
from ann.lessons.progress import Progress

MOST_READ = 5_000  # posts, and lessons, that are remembered
POSTS = """
SELECT p.id, p.member, p.created, p.kind, p.number, p.body FROM posts p
JOIN members m ON m.id = p.member
WHERE p.class = ? AND p.removed = ? AND m.removed = 0 ORDER BY p.id
"""
LESSONS = """
SELECT m.id, l.name, l.progress, l.updated FROM members m JOIN lessons l ON l.visitor = m.visitor
WHERE m.class = ? AND m.removed = 0 AND l.name NOT LIKE '*%'
"""  # names that begin with a star are not those of lessons
LATEST = """
SELECT count(*), coalesce(max(l.updated), 0) FROM lessons l JOIN members m
ON m.visitor = l.visitor WHERE m.class = ?
"""


def read_version(db: sqlite3.Connection, class_id: int, now: float) -> str:
    """Another text whenever anything in the class has changed; "" if it is gone."""
    query = "SELECT code, version FROM classes WHERE id = ? AND expires > ?"
    row = db.execute(query, (class_id, now)).fetchone()
    if row is None:
        return ""
    lessons = db.execute(LATEST, (class_id,)).fetchone() if has_table(db, "lessons") else (0, 0)
    return ".".join(map(str, (*row, *lessons)))


def read_snapshot(db: sqlite3.Connection, class_id: int, version: str) -> Snapshot:
    """The class as it is now. `MissingError` if it is gone."""
    posts = db.execute(POSTS, (class_id, False)).fetchall()
    lessons: dict[int, dict[str, Progress]] = {}
    changed: dict[int, dict[str, float]] = {}
    members = _members(db, class_id, removed=False)
    for one in members:
        lessons[one.id], changed[one.id] = {}, {}
    rows = db.execute(LESSONS, (class_id,)) if has_table(db, "lessons") else ()
    for member, name, text, updated in rows:
        lessons[member][str(name)] = _progress(str(text))
        changed[member][str(name)] = float(updated)
    return Snapshot(
        find_classroom(db, class_id),
        members,
        _runs(posts),
        tuple(filter(None, map(_tested, posts))),
        lessons,
        changed,
        version,
    )


def read_removed(db: sqlite3.Connection, class_id: int) -> Removed:
    """What the teacher has taken out of a class."""
    posts = db.execute(POSTS, (class_id, True)).fetchall()
    return Removed(_members(db, class_id, removed=True), _runs(posts))


def forget() -> None:
    """Forget what was read before: it may be of a class that has been deleted."""
    _run.cache_clear()
    _progress.cache_clear()


def _members(db: sqlite3.Connection, class_id: int, removed: bool) -> tuple[Member, ...]:
    query = f"SELECT {MEMBER} FROM members WHERE class = ? AND removed = ? ORDER BY look"
    return tuple(Member(*row) for row in db.execute(query, (class_id, removed)))


def _runs(posts: list[tuple[Any, ...]]) -> tuple[Posted, ...]:
    return tuple(
        Posted(number, member, created, run)
        for number, member, created, kind, _, body in posts
        if kind == "run" and (run := _run(str(body)))
    )


def _tested(row: tuple[Any, ...]) -> Tested | None:
    _, member, _, kind, number, body = row
    if kind != "test":
        return None
    try:
        found = json.loads(body)
        return Tested(member, number, float(found["accuracy"]), int(found["digits"]))
    except (ValueError, TypeError, KeyError, RecursionError):
        return None


@lru_cache(MOST_READ)
def _run(text: str) -> RunPost | None:
    return RunPost.from_json(text)


@lru_cache(MOST_READ)
def _progress(text: str) -> Progress:
    """How far a member is; that they wrote a sentence may be known, but not what it says."""
    found = Progress.from_json(text)
    shown = {card: "" if isinstance(v, str) else v for card, v in found.answers.items()}
    return replace(found, answers=shown)
