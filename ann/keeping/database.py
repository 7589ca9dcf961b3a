"""An SQLite file that many threads and processes use at once: writers wait, readers never do."""

import hashlib
import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

WAIT_SECONDS = 20.0  # for other writers
LOG_PAGES = 4_000  # 16 MB before they are moved into the file: a state alone has a few hundred
LEAST_ID = 20  # characters of a visitor's id; fewer could be guessed

TOO_MANY = """
DELETE FROM {table} WHERE id != :new AND id IN (
    SELECT id FROM (
        SELECT id, row_number() OVER recent AS place, sum(size) OVER recent AS bytes FROM {table}
        WHERE visitor = :owner WINDOW recent AS (ORDER BY id = :new DESC, updated DESC, id DESC))
    WHERE place > :rows OR bytes > :bytes)
"""


class ArchiveError(ValueError):
    """A run that is not there or can't be kept, or a file that can't be used; it says which."""


class MissingError(ArchiveError):
    """A run that is not there, or not any more."""


class UnusableError(ArchiveError):
    """The file can't be used now: the disk is full, or another program has locked it."""


class File:
    """The SQLite file at `path`, made with `schema` when it is first needed.

    `UnusableError` for whatever SQLite has to complain about.
    """

    def __init__(self, path: str | Path, schema: str):
        self.path, self._schema = Path(path), schema
        self._lock = threading.Lock()
        self._open: sqlite3.Connection | None = None  # so that no other one is the last to close
        self._opened: os.stat_result | None = None  # which file that is

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection of this call's own: SQLite's must not wander between threads."""
        try:
            self._prepare()
            with closing(self._connect()) as db:
                yield db
        except (sqlite3.Error, OSError) as error:
            raise UnusableError(f"{self.path}: the kept runs can't be used ({error})") from error

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction: all of it happens, or nothing."""
        with self.reading() as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
            except BaseException:
                db.execute("ROLLBACK")
                raise
            db.execute("COMMIT")

    def close(self) -> None:
        """Let go of the file; the next call opens it again."""
        with self._lock:
            if self._open:
                self._open.close()
            self._open = None

    def _connect(self, **options) -> sqlite3.Connection:
        db = sqlite3.connect(self.path, timeout=WAIT_SECONDS, isolation_level=None, **options)
        db.execute("PRAGMA foreign_keys = ON")
        db.execute("PRAGMA synchronous = NORMAL")  # a killed server loses nothing that was written
        db.execute(f"PRAGMA wal_autocheckpoint = {LOG_PAGES}")
        return db

    def _prepare(self) -> None:
        with self._lock:
            if self._open and self._in_place():
                return
            if self._open:
                self._open.close()
            self._open = None
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.touch(mode=0o600)
            db = self._connect(check_same_thread=False)
            try:
                db.execute("PRAGMA journal_mode = WAL")
                db.executescript(self._schema)
            except sqlite3.Error:
                db.close()
                raise
            self._open, self._opened = db, self.path.stat()

    def _in_place(self) -> bool:
        """Whether the file is the one that was opened: somebody may have deleted that."""
        try:
            return os.path.samestat(self._opened, self.path.stat())
        except FileNotFoundError:
            return False


def owner_of(visitor: str) -> str:
    """What stands for a visitor in the file: a hash, from which the id can't be told."""
    if not isinstance(visitor, str) or len(visitor) < LEAST_ID:
        raise ArchiveError(f"visitor: needs an id of at least {LEAST_ID} characters")
    return hashlib.sha256(visitor.encode()).hexdigest()


class Room(NamedTuple):
    """What the rows of a table may take."""

    rows: int  # of a visitor
    bytes: int  # of a visitor
    all_bytes: int  # of all visitors
    days: float  # since a row was last changed


def make_room(db: sqlite3.Connection, table: str, owner: str, new: int, room: Room) -> None:
    """Delete what is too old or too much, the rows that were changed longest ago first.

    The row `new` of `owner` stays. `table` has columns id, visitor, updated and size.
    """
    db.execute(f"DELETE FROM {table} WHERE updated < ?", (time.time() - room.days * 86_400,))
    limits = {"owner": owner, "new": new, "rows": room.rows, "bytes": room.bytes}
    db.execute(TOO_MANY.format(table=table), limits)
    while db.execute(f"SELECT sum(size) FROM {table}").fetchone()[0] > room.all_bytes:
        oldest = f"SELECT id FROM {table} WHERE id != ? ORDER BY updated LIMIT 1"
        if not db.execute(f"DELETE FROM {table} WHERE id = ({oldest})", (new,)).rowcount:
            return
