"""Kept sweeps: what a visitor has searched outlives the page and the server, as runs do.

They are in the same SQLite file, a row each: the plan, and what its trials have come to. Only text
is kept, no weights, so a sweep takes some kilobytes. What is read is checked as if a stranger had
written it.
"""

import json
import time
from pathlib import Path
from typing import NamedTuple

from ann.keeping.database import ArchiveError, File, MissingError, Room, make_room, owner_of
from ann.search.plan import Plan
from ann.search.results import Results
from ann.search.space import SWEEPABLE

MOST_SWEEPS = 20  # of a visitor; the ones that were changed longest ago go first
MOST_SWEEP_BYTES = 1_000_000  # the largest allowed, 200 trials from 5 seeds, takes a fifth of that
MOST_DAYS = 180  # since a sweep was last changed
MOST_BYTES = 1_000_000_000  # of all visitors

SCHEMA = """
CREATE TABLE IF NOT EXISTS sweeps (
    id INTEGER PRIMARY KEY AUTOINCREMENT, visitor TEXT NOT NULL,
    created REAL NOT NULL, updated REAL NOT NULL, size INTEGER NOT NULL,
    fingerprint TEXT NOT NULL, plan TEXT NOT NULL, results TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS sweeps_of_visitor ON sweeps (visitor, updated);
"""


class KeptSweep(NamedTuple):
    """A sweep as it was when it was last written."""

    id: int
    created: float  # seconds since 1970
    updated: float
    fingerprint: str  # of the data set
    plan: Plan
    results: Results


class Heading(NamedTuple):
    """What a list of sweeps shows of one."""

    id: int
    created: float  # seconds since 1970
    fields: tuple[str, ...]  # that were searched
    trials: int


class SweepArchive:
    """The kept sweeps in the file at `path`. Every call reaches only those of one visitor."""

    def __init__(self, path: str | Path):
        self._db = File(path, SCHEMA)

    def keep(self, visitor: str, fingerprint: str, plan: Plan, results: Results) -> int:
        """Keep a sweep and return its number. Where there are too many, the oldest go."""
        owner, now, texts = owner_of(visitor), time.time(), (plan.to_json(), results.to_json())
        row = owner, now, now, _size(*texts), fingerprint, *texts
        with self._db.writing() as db:
            query = "INSERT INTO sweeps VALUES (NULL, ?, ?, ?, ?, ?, ?, ?)"
            number = db.execute(query, row).lastrowid
            make_room(db, "sweeps", owner, number, _room())
        return number

    def update(self, visitor: str, number: int, results: Results) -> None:
        """What the sweep has come to since."""
        text = results.to_json()
        query = "UPDATE sweeps SET updated = ?, size = length(plan) + ?, results = ? "
        query += "WHERE visitor = ? AND id = ?"
        row = time.time(), _size(text), text, owner_of(visitor), number
        with self._db.writing() as db:
            if not db.execute(query, row).rowcount:
                raise MissingError(f"sweep {number}: there is no such sweep, or not any more")

    def list(self, visitor: str) -> tuple[Heading, ...]:
        """A visitor's sweeps, the one that was changed last first; damaged ones are left out."""
        query = "SELECT id, created, plan FROM sweeps WHERE visitor = ? AND size <= ? "
        query += "ORDER BY updated DESC, id DESC"
        with self._db.reading() as db:
            rows = db.execute(query, (owner_of(visitor), MOST_SWEEP_BYTES)).fetchall()
        return tuple(heading for heading in (_heading(*row) for row in rows) if heading)

    def open(self, visitor: str, number: int) -> KeptSweep:
        """A sweep. `ArchiveError` if it is damaged or not there."""
        query = "SELECT id, created, updated, fingerprint, plan, results FROM sweeps "
        query += "WHERE visitor = ? AND id = ? AND length(plan) + length(results) <= ?"
        with self._db.reading() as db:
            row = db.execute(query, (owner_of(visitor), number, MOST_SWEEP_BYTES)).fetchone()
        if row is None:
            raise MissingError(f"sweep {number}: there is no such sweep, or not any more")
        try:
            plan = Plan.from_json(row[4])
            results = Results.from_json(row[5], plan)
            return KeptSweep(int(row[0]), float(row[1]), float(row[2]), str(row[3]), plan, results)
        except (ValueError, TypeError) as error:
            raise ArchiveError(f"sweep {number}: is damaged ({error})") from error

    def newest(self, visitor: str) -> int | None:
        """The number of the sweep that was changed last; None without any."""
        query = "SELECT id FROM sweeps WHERE visitor = ? ORDER BY updated DESC, id DESC LIMIT 1"
        with self._db.reading() as db:
            row = db.execute(query, (owner_of(visitor),)).fetchone()
        return row and row[0]

    def close(self) -> None:
        """Let go of the file; the next call opens it again."""
        self._db.close()


def _heading(number: int, created: float, plan: str) -> Heading | None:
    try:
        found = json.loads(plan)
        fields = tuple(name for name in found["fields"] if name in SWEEPABLE)
        return Heading(number, float(created), fields, len(found["rows"]))
    except (ValueError, TypeError, KeyError, RecursionError):
        return None


def _room() -> Room:
    most = MOST_SWEEPS * MOST_SWEEP_BYTES
    return Room(rows=MOST_SWEEPS, bytes=most, all_bytes=MOST_BYTES, days=MOST_DAYS)


def _size(*texts: str) -> int:
    size = sum(map(len, texts))
    if size > MOST_SWEEP_BYTES:
        raise ArchiveError(f"sweep: {size:,} bytes are too many; at most {MOST_SWEEP_BYTES:,}")
    return size
