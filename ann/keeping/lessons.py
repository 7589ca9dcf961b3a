"""How far visitors are in their lessons, with their forecasts: in the same SQLite file as the runs.

One row for each lesson that a visitor has begun, and only text. Whoever reads it checks it as if a
stranger had written it.
"""

from pathlib import Path

from ann.keeping import limits
from ann.keeping.allowance import Allowance
from ann.keeping.database import ArchiveError, Database, new_number, owner_of
from ann.keeping.expiry import Clock
from ann.keeping.room import make_room

SCHEMA = """
CREATE TABLE IF NOT EXISTS lessons (
    id INTEGER PRIMARY KEY AUTOINCREMENT, visitor TEXT NOT NULL, name TEXT NOT NULL,
    updated REAL NOT NULL, size INTEGER NOT NULL, progress TEXT NOT NULL, UNIQUE (visitor, name));
CREATE INDEX IF NOT EXISTS lessons_of_visitor ON lessons (visitor, updated);
"""


class LessonArchive:
    """The lessons in the file at `path`. Every call reaches only those of one visitor."""

    def __init__(self, path: str | Path, clock: Clock | None = None):
        self._clock = clock or Clock()
        self._db, self._allowance = Database(path, SCHEMA), Allowance()

    def save(self, visitor: str, name: str, progress: str, address: str = "") -> None:
        """Save how far a visitor is in a lesson. `ArchiveError` if that is too long.

        Beyond the limits, the lessons changed longest ago are deleted, as are runs.
        """
        owner, size = owner_of(visitor), len(progress.encode())
        if size > limits.MAX_LESSON_BYTES or len(name) > limits.MAX_NAME:
            raise ArchiveError(
                f"lesson: {size:,} bytes of progress exceed the limit of "
                f"{limits.MAX_LESSON_BYTES:,}"
            )
        find = "SELECT id, size FROM lessons WHERE visitor = ? AND name = ?"
        now = self._clock.now()
        with self._db.writing() as db:
            number, before = db.execute(find, (owner, name)).fetchone() or (None, 0)
            self._allowance.check(owner, address, grown := size - before)
            if number is None:
                row = owner, name, now, size, progress
                db.execute("INSERT INTO lessons VALUES (NULL, ?, ?, ?, ?, ?)", row)
                number = new_number(db)
            else:
                change = "UPDATE lessons SET updated = ?, size = ?, progress = ? WHERE id = ?"
                db.execute(change, (now, size, progress, number))
            make_room(db, "lessons", owner, number, limits.room_for_lessons(), self._clock)
        self._allowance.add(owner, address, grown)

    def all(self, visitor: str) -> dict[str, str]:
        """The visitor's progress in each lesson, by its name; that changed last comes first."""
        query = "SELECT name, progress FROM lessons WHERE visitor = ? AND size <= ? "
        query += "ORDER BY updated DESC, id DESC"
        with self._db.reading() as db:
            rows = db.execute(query, (owner_of(visitor), limits.MAX_LESSON_BYTES)).fetchall()
        return {str(name): str(progress) for name, progress in rows}

    def delete(self, visitor: str, name: str) -> None:
        """Forget a lesson of this visitor."""
        with self._db.freeing() as db:
            db.execute(
                "DELETE FROM lessons WHERE visitor = ? AND name = ?", (owner_of(visitor), name)
            )

    def database_file(self) -> int:
        """Which file this is: another number once somebody has deleted or replaced it."""
        return self._db.file()

    def close(self) -> None:
        """Close the file; the next call opens it again."""
        self._db.close()
