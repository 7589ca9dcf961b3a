"""Saved sweeps: what a visitor has searched outlives the page and the server, as runs do.

They are in the same SQLite file, one row each: the plan, and the results of its trials. Only text
is saved, no weights, so a sweep takes a few kilobytes. Whatever is read is checked as if a stranger
had written it.
"""

import json
from pathlib import Path
from typing import NamedTuple

from ann.hyperparameters.field import reason
from ann.keeping import limits
from ann.keeping.allowance import Allowance
from ann.keeping.database import ArchiveError, Database, MissingError, new_number, owner_of
from ann.keeping.expiry import Clock
from ann.keeping.lease import SWEEPS, Leases
from ann.keeping.room import make_room
from ann.search.plan import Plan
from ann.search.results import Results
from ann.search.space import SWEEPABLE

SCHEMA = """
CREATE TABLE IF NOT EXISTS sweeps (
    id INTEGER PRIMARY KEY AUTOINCREMENT, visitor TEXT NOT NULL,
    created REAL NOT NULL, updated REAL NOT NULL, size INTEGER NOT NULL,
    fingerprint TEXT NOT NULL, plan TEXT NOT NULL, results TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS sweeps_of_visitor ON sweeps (visitor, updated);
"""


class SavedSweep(NamedTuple):
    """A sweep as it was when it was last written."""

    id: int
    created: float  # seconds since 1970
    updated: float
    fingerprint: str  # of the data set
    plan: Plan
    results: Results


class Heading(NamedTuple):
    """One line of a visitor's list of sweeps."""

    id: int
    created: float  # seconds since 1970
    fields: tuple[str, ...]  # that were searched
    trials: int


class SweepArchive:
    """The saved sweeps in the file at `path`. Every call reaches only those of one visitor."""

    def __init__(self, path: str | Path, clock: Clock | None = None):
        self._clock = clock or Clock()
        self._db, self._allowance = Database(path, SCHEMA + SWEEPS.schema), Allowance()
        self.leases = Leases(self._db, self._clock, SWEEPS)

    def save(
        self,
        visitor: str,
        fingerprint: str,
        plan: Plan,
        results: Results,
        address: str = "",
        active: bool = False,
    ) -> int:
        """Save a sweep and return its number. Beyond the limits, the oldest are deleted.

        `active` says whether this server trains it now, so that no other one does; `address`
        from where the visitor comes, as in `ann.keeping.runs.Archive.save`.
        """
        owner, now, texts = (
            owner_of(visitor),
            self._clock.now(),
            (plan.to_json(), results.to_json()),
        )
        size = _size(*texts)
        row = owner, now, now, size, fingerprint, *texts
        self._allowance.check(owner, address, size)
        with self._db.writing() as db:
            db.execute("INSERT INTO sweeps VALUES (NULL, ?, ?, ?, ?, ?, ?, ?)", row)
            number = new_number(db)
            self.leases.renew(db, number, active)
            make_room(db, "sweeps", owner, number, limits.room_for_sweeps(), self._clock)
        self._allowance.add(owner, address, size)
        return number

    def update(
        self,
        visitor: str,
        number: int,
        results: Results,
        address: str = "",
        active: bool = False,
    ) -> None:
        """Replace a sweep's results by later ones. `TakenError` if another server trains it."""
        owner, text = owner_of(visitor), results.to_json()
        sizes = "SELECT size, length(plan) FROM sweeps WHERE visitor = ? AND id = ?"
        change = "UPDATE sweeps SET updated = ?, size = ?, results = ? WHERE id = ?"
        with self._db.writing() as db:
            if not (found := db.execute(sizes, (owner, number)).fetchone()):
                raise _missing(number)
            self.leases.renew(db, number, active)
            size = found[1] + _size(text)
            self._allowance.check(owner, address, grown := size - found[0])
            db.execute(change, (self._clock.now(), size, text, number))
        self._allowance.add(owner, address, grown)

    def list(self, visitor: str) -> tuple[Heading, ...]:
        """A visitor's sweeps, those changed last first; damaged ones are left out."""
        query = "SELECT id, created, plan FROM sweeps WHERE visitor = ? AND size <= ? "
        query += "ORDER BY updated DESC, id DESC"
        with self._db.reading() as db:
            rows = db.execute(query, (owner_of(visitor), limits.MAX_SWEEP_BYTES)).fetchall()
        return tuple(heading for heading in (_heading(*row) for row in rows) if heading)

    def open(self, visitor: str, number: int) -> SavedSweep:
        """A sweep. `ArchiveError` if missing or damaged."""
        query = "SELECT id, created, updated, fingerprint, plan, results FROM sweeps "
        query += "WHERE visitor = ? AND id = ? AND length(plan) + length(results) <= ?"
        with self._db.reading() as db:
            row = db.execute(query, (owner_of(visitor), number, limits.MAX_SWEEP_BYTES)).fetchone()
        if row is None:
            raise _missing(number)
        try:
            plan = Plan.from_json(row[4])
            results = Results.from_json(row[5], plan)
            return SavedSweep(int(row[0]), float(row[1]), float(row[2]), str(row[3]), plan, results)
        except (ValueError, TypeError) as error:
            raise ArchiveError(f"sweep {number}: is damaged ({reason(error)})") from error

    def newest(self, visitor: str) -> int | None:
        """The number of the sweep that was changed last; None if there is none."""
        query = "SELECT id FROM sweeps WHERE visitor = ? ORDER BY updated DESC, id DESC LIMIT 1"
        with self._db.reading() as db:
            row = db.execute(query, (owner_of(visitor),)).fetchone()
        return int(row[0]) if row else None

    def database_file(self) -> int:
        """Which file this is: another number once somebody has deleted or replaced it."""
        return self._db.file()

    def close(self) -> None:
        """Close the file; the next call opens it again."""
        self._db.close()


def _missing(number: int) -> MissingError:
    return MissingError(f"sweep {number}: there is no such sweep; it may have been deleted")


def _heading(number: int, created: float, plan: str) -> Heading | None:
    try:
        found = json.loads(plan)
        fields = tuple(name for name in found["fields"] if name in SWEEPABLE)
        return Heading(number, float(created), fields, len(found["rows"]))
    except (ValueError, TypeError, KeyError, RecursionError):
        return None


def _size(*texts: str) -> int:
    size, limit = sum(map(len, texts)), limits.MAX_SWEEP_BYTES
    if size > limit:
        raise ArchiveError(
            f"This sweep ({size:,} bytes) exceeds the limit of {limit:,} bytes and was not saved"
        )
    return size
