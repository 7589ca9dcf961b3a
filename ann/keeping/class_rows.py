"""What the tables of classes hold, and how their rows are read and deleted."""

import sqlite3
from collections.abc import Sequence
from typing import Any

from ann.classroom.settings import Settings
from ann.classroom.snapshot import Classroom, Member
from ann.keeping.database import MissingError, owner_of

SCHEMA = """
CREATE TABLE IF NOT EXISTS classes (
    id INTEGER PRIMARY KEY AUTOINCREMENT, code TEXT NOT NULL UNIQUE, salt TEXT NOT NULL,
    created REAL NOT NULL, expires REAL NOT NULL, ended REAL NOT NULL, settings TEXT NOT NULL,
    version INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS teachers (
    class INTEGER NOT NULL REFERENCES classes (id) ON DELETE CASCADE, browser TEXT NOT NULL,
    UNIQUE (class, browser));
CREATE TABLE IF NOT EXISTS members (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    class INTEGER NOT NULL REFERENCES classes (id) ON DELETE CASCADE,
    name TEXT NOT NULL, look INTEGER NOT NULL, salt TEXT NOT NULL, visitor TEXT NOT NULL UNIQUE,
    joined REAL NOT NULL, seen REAL NOT NULL, removed INTEGER NOT NULL, UNIQUE (class, name));
CREATE TABLE IF NOT EXISTS member_browsers (
    browser TEXT NOT NULL, member INTEGER NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    UNIQUE (browser, member));
CREATE TABLE IF NOT EXISTS posts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    class INTEGER NOT NULL REFERENCES classes (id) ON DELETE CASCADE,
    member INTEGER NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    kind TEXT NOT NULL, number INTEGER NOT NULL, created REAL NOT NULL, removed INTEGER NOT NULL,
    body TEXT NOT NULL, UNIQUE (member, kind, number));
CREATE INDEX IF NOT EXISTS posts_of_class ON posts (class, id);
CREATE TABLE IF NOT EXISTS former_members (visitor TEXT PRIMARY KEY, deleted REAL NOT NULL);
"""  # former_members: of deleted classes; what their open pages still save is deleted, too

CLASS = "id, code, settings, created, expires, ended"
MEMBER = "id, name, look, joined, seen"
LARGE = ("files", "states")  # the bytes of runs: networks, which say nothing about anybody
OWNED = ("runs", "sweeps", "lessons", "drawings")  # tables of what visitors save
POSTER = """
SELECT m.class, m.id FROM members m JOIN classes c ON c.id = m.class
WHERE m.visitor = ? AND m.removed = 0 AND c.ended = 0 AND c.expires > ?
"""


def read_classroom(row: tuple[Any, ...]) -> Classroom:
    """The class in a row of the columns CLASS."""
    number, code, settings, created, expires, ended = row
    return Classroom(number, code, Settings.from_json(settings), created, expires, ended)


def find_classroom(db: sqlite3.Connection, number: int) -> Classroom:
    """The class with this id. `MissingError` if there is none."""
    row = db.execute(f"SELECT {CLASS} FROM classes WHERE id = ?", (number,)).fetchone()
    if row is None:
        raise MissingError("class: there is no such class; it may have been deleted")
    return read_classroom(row)


def find_member(db: sqlite3.Connection, number: int) -> Member:
    """The member with this id, removed or not. `MissingError` if there is none."""
    row = db.execute(f"SELECT {MEMBER} FROM members WHERE id = ?", (number,)).fetchone()
    if row is None:
        raise MissingError("class: there is no such member")
    return Member(*row)


def find_poster(db: sqlite3.Connection, visitor: str, now: float) -> tuple[int, int] | None:
    """Class and member whose runs are saved under this id; None if no class takes posts of them."""
    row: tuple[int, int] | None = db.execute(POSTER, (owner_of(visitor), now)).fetchone()
    return row


def count(db: sqlite3.Connection, table: str, where: str = "1", value: tuple[Any, ...] = ()) -> int:
    """How many rows a table has."""
    return int(db.execute(f"SELECT count(*) FROM {table} WHERE {where}", value).fetchone()[0])


def touch(db: sqlite3.Connection, class_id: int) -> None:
    """Note that something in a class has changed."""
    db.execute("UPDATE classes SET version = version + 1 WHERE id = ?", (class_id,))


def has_table(db: sqlite3.Connection, name: str) -> bool:
    """Whether the file has this table: each archive makes its own."""
    query = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"
    return bool(db.execute(query, (name,)).fetchone())


def delete_classroom(db: sqlite3.Connection, class_id: int, now: float) -> tuple[str, ...]:
    """Delete a class and what its members have saved; return them as owners.

    Use it within `Database.erasing`: whatever a person may have typed is overwritten.
    """
    rows = db.execute("SELECT visitor FROM members WHERE class = ?", (class_id,))
    owners = tuple(str(row[0]) for row in rows)
    delete_saved(db, owners)
    db.execute("DELETE FROM classes WHERE id = ?", (class_id,))
    kept = [(owner, now) for owner in owners]
    db.executemany("REPLACE INTO former_members VALUES (?, ?)", kept)
    return owners


def delete_saved(db: sqlite3.Connection, owners: Sequence[str]) -> None:
    """Delete all that these have saved. Overwriting the bytes of networks would take too long."""
    mine = [(owner,) for owner in owners]
    db.execute("PRAGMA secure_delete = FAST")
    for table in filter(lambda name: has_table(db, name), LARGE):
        whose = "SELECT id FROM runs WHERE visitor = ?"
        db.executemany(f"DELETE FROM {table} WHERE run IN ({whose})", mine)
    db.execute("PRAGMA secure_delete = ON")
    for table in filter(lambda name: has_table(db, name), OWNED):
        db.executemany(f"DELETE FROM {table} WHERE visitor = ?", mine)


def has_saved(db: sqlite3.Connection, owners: Sequence[str]) -> bool:
    """Whether any of these has saved anything."""
    tables = [name for name in OWNED if has_table(db, name)]
    return any(count(db, name, "visitor = ?", (one,)) for one in owners for name in tables)
