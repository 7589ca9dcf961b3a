"""Digits that visitors wrote by hand, half of them kept aside: in the same SQLite file as the runs.

A drawing trains or it tests, and which of the two is decided once, when it is saved: for each
digit in turn, so that both halves hold as many, and without a look at the picture. It never
changes sides, because a network may already have learned from it.

Nobody else sees a drawing unless its writer has shared it and a teacher has approved it.
"""

import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from ann.keeping import limits
from ann.keeping.allowance import Allowance
from ann.keeping.database import ArchiveError, Database, new_number, owner_of
from ann.keeping.expiry import Clock
from ann.keeping.room import make_room

PIXELS = 784  # bytes of a picture: 28 x 28 gray levels
CLASSES = 10
AT_ONCE = 500  # owners or numbers in one query
SCHEMA = """
CREATE TABLE IF NOT EXISTS drawings (
    id INTEGER PRIMARY KEY AUTOINCREMENT, visitor TEXT NOT NULL,
    created REAL NOT NULL, updated REAL NOT NULL, size INTEGER NOT NULL,
    label INTEGER NOT NULL, picture BLOB NOT NULL, fingerprint TEXT NOT NULL,
    aside INTEGER NOT NULL, source TEXT NOT NULL,
    shared INTEGER NOT NULL, approved INTEGER NOT NULL, UNIQUE (visitor, fingerprint));
CREATE INDEX IF NOT EXISTS drawings_of_visitor ON drawings (visitor, updated);
"""
COLUMNS = "id, visitor, label, picture, aside, source, shared, approved, created"


class Medium(StrEnum):
    """How a drawing was made."""

    CANVAS = "canvas"
    SHEET = "sheet"


class Drawing(NamedTuple):
    """A digit that somebody wrote."""

    id: int
    owner: str  # `owner_of` its writer
    label: int  # the digit that was meant, 0 to 9
    picture: bytes  # 784 gray levels from 0, the background, to 255
    aside: bool  # kept aside to test on, so no network may learn from it
    source: Medium
    shared: bool  # its writer lets the class see it
    approved: bool  # a teacher has seen it, and lets the class see it
    created: float  # seconds since 1970


class DrawingArchive:
    """The drawings in the file at `path`.

    Every call reaches only those of one visitor, but for `shared_by` and `approve`, which are a
    teacher's: whoever calls them must know that the owners belong to the teacher's class.
    """

    def __init__(self, path: str | Path, clock: Clock | None = None):
        self._clock = clock or Clock()
        self._db, self._allowance = Database(path, SCHEMA), Allowance()

    def add(
        self,
        visitor: str,
        drawings: Sequence[tuple[int, bytes]],
        source: Medium,
        address: str = "",
    ) -> int:
        """Save drawings, given as (digit, picture); returns how many are new.

        A picture that the visitor has saved before is not saved again, so that it cannot stand in
        both halves. `ArchiveError` for what is no drawing, or beyond the limit of a visitor; then
        none of them is saved.
        """
        owner, size = owner_of(visitor), sum(len(picture) for _, picture in drawings)
        for label, picture in drawings:
            _check(label, picture)
        self._allowance.check(owner, address, size)
        with self._db.writing() as db:
            count, shared = _summary(db, owner)
            new = [number for one in drawings if (number := self._insert(db, owner, one, source))]
            if (total := count + len(new)) > limits.MAX_DRAWINGS:
                raise ArchiveError(
                    f"drawings: these would make {total:,}; allowed are {limits.MAX_DRAWINGS:,}. "
                    "Delete some first"
                )
            if new:
                db.execute(
                    "UPDATE drawings SET shared = ? WHERE visitor = ? AND id >= ?",
                    (shared, owner, new[0]),
                )
                make_room(db, "drawings", owner, new[-1], limits.room_for_drawings(), self._clock)
        self._allowance.add(owner, address, PIXELS * len(new))
        return len(new)

    def _insert(
        self, db: sqlite3.Connection, owner: str, drawing: tuple[int, bytes], source: Medium
    ) -> int:
        """The number of a new row; 0 if the visitor has this picture already."""
        label, picture = drawing
        mark, now = fingerprint(picture), self._clock.now()
        row = owner, now, now, len(picture), int(label), picture, mark, _next_half(db, owner, label)
        db.execute(
            "INSERT OR IGNORE INTO drawings VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0)",
            (*row, source.value),
        )
        added = db.execute("SELECT changes()").fetchone()[0]
        return new_number(db) if added else 0

    def all(self, visitor: str) -> list[Drawing]:
        """All drawings of a visitor, the first one first; damaged ones are left out."""
        query = f"SELECT {COLUMNS} FROM drawings WHERE visitor = ? ORDER BY id"
        with self._db.reading() as db:
            return list(_read(db.execute(query, (owner_of(visitor),))))

    def delete(self, visitor: str, numbers: Sequence[int]) -> None:
        """Delete drawings of this visitor. The others stay in their half."""
        owner = owner_of(visitor)
        with self._db.freeing() as db:
            for number in numbers:
                db.execute("DELETE FROM drawings WHERE visitor = ? AND id = ?", (owner, number))

    def share(self, visitor: str, on: bool) -> None:
        """Share all of this visitor's drawings with their teacher, who approves some for the class.

        What the visitor adds later is shared, too, until it is turned off. Turned off, nobody sees
        them, and a teacher's approval is forgotten.
        """
        change = "UPDATE drawings SET shared = ?, approved = 0 WHERE visitor = ? AND shared != ?"
        with self._db.writing() as db:
            db.execute(change, (on, owner_of(visitor), on))

    def shared_by(self, owners: Sequence[str], approved_only: bool = True) -> list[Drawing]:
        """What these writers (`owner_of` their ids) have shared, those of one writer together.

        Without `approved_only`, also what no teacher has seen: for the teacher alone.
        """
        found: list[Drawing] = []
        query = f"SELECT {COLUMNS} FROM drawings WHERE shared AND approved >= ? AND visitor IN "
        with self._db.reading() as db:
            for part in _parts(sorted(set(owners))):
                rows = db.execute(
                    f"{query}({_marks(part)}) ORDER BY visitor, id", (approved_only, *part)
                )
                found += _read(rows)
        return found

    def to_approve(
        self, owners: Sequence[str], approved: bool, most: int
    ) -> tuple[int, list[Drawing]]:
        """How many drawings these writers share that wait for a teacher, and the first `most`.

        With `approved`, those that the teacher lets the class see.
        """
        count, found = 0, list[Drawing]()
        shared = "FROM drawings WHERE shared AND approved = ? AND visitor IN"
        with self._db.reading() as db:
            for part in _parts(sorted(set(owners))):
                asked = f"{shared} ({_marks(part)})"
                count += db.execute(f"SELECT count(*) {asked}", (approved, *part)).fetchone()[0]
                rows = db.execute(
                    f"SELECT {COLUMNS} {asked} ORDER BY id LIMIT ?", (approved, *part, most)
                )
                found += _read(rows)
        return count, found[:most]

    def approve(self, numbers: Sequence[int], on: bool, owners: Sequence[str]) -> None:
        """Let the class see drawings, or no longer, of these owners and only if they are shared."""
        allowed = set(owners)
        with self._db.writing() as db:
            for part in _parts(list(numbers)):
                rows = db.execute(
                    f"SELECT id, visitor FROM drawings WHERE shared AND id IN ({_marks(part)})",
                    part,
                ).fetchall()
                for number in (number for number, owner in rows if owner in allowed):
                    db.execute("UPDATE drawings SET approved = ? WHERE id = ?", (on, number))

    def database_file(self) -> int:
        """Which file this is: another number once somebody has deleted or replaced it."""
        return self._db.file()

    def close(self) -> None:
        """Close the file; the next call opens it again."""
        self._db.close()


def fingerprint(picture: bytes) -> str:
    """16 hexadecimal digits that tell a picture from all others."""
    return hashlib.sha256(picture).hexdigest()[:16]


def _check(label: int, picture: bytes) -> None:
    if label not in range(CLASSES):
        raise ArchiveError(f"label: got {label!r:.40}, allowed are the digits 0 to {CLASSES - 1}")
    if len(picture) != PIXELS:
        raise ArchiveError(f"picture: {len(picture):,} bytes, expected {PIXELS}")
    if len(set(picture)) < 2:
        raise ArchiveError("picture: nothing is drawn on it")


def _summary(db: sqlite3.Connection, owner: str) -> tuple[int, bool]:
    """How many drawings a visitor has, and whether they are shared."""
    query = "SELECT count(*), coalesce(max(shared), 0) FROM drawings WHERE visitor = ?"
    count, shared = db.execute(query, (owner,)).fetchone()
    return int(count), bool(shared)


def _next_half(db: sqlite3.Connection, owner: str, label: int) -> bool:
    """Whether the next drawing of a digit is kept aside: the smaller half gets it, or training."""
    query = "SELECT count(*), coalesce(sum(aside), 0) FROM drawings WHERE visitor = ? AND label = ?"
    count, aside = db.execute(query, (owner, label)).fetchone()
    return bool(aside < count - aside)


def _read(rows: sqlite3.Cursor) -> Iterator[Drawing]:
    """The drawings in rows of COLUMNS, checked as if a stranger had written them."""
    for number, owner, label, picture, aside, source, shared, approved, created in rows:
        try:
            _check(label, picture)
            medium = Medium(source)
        except (ArchiveError, TypeError, ValueError):
            continue
        flags = bool(shared), bool(approved), float(created)
        yield Drawing(number, owner, label, bytes(picture), bool(aside), medium, *flags)


def _parts(values: Sequence[int] | Sequence[str]) -> Iterator[Sequence[int] | Sequence[str]]:
    for start in range(0, len(values), AT_ONCE):
        yield values[start : start + AT_ONCE]


def _marks(values: Sequence[int] | Sequence[str]) -> str:
    return ", ".join("?" * len(values))
