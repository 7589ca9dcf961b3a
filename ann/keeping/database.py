"""An SQLite file that many threads and processes use at once: writers wait, readers never do."""

import hashlib
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from ann.keeping.disk import Reserve, is_disk_full
from ann.keeping.expiry import CLOCKS

WAIT_SECONDS = 20.0  # for other writers
LOG_PAGES = 4_000  # 16 MB before they are moved into the file: one state alone has a few hundred
MIN_ID = 20  # characters of a visitor's id; a shorter one could be guessed


class ArchiveError(ValueError):
    """A run or a sweep that is missing or can't be saved, or a file that can't be used."""


class MissingError(ArchiveError):
    """There is no such run or sweep, or it has been deleted."""


class UnusableError(ArchiveError):
    """The file can't be used at the moment: the disk is full, or another program has locked it."""


class DiskFullError(UnusableError):
    """There is no room on the disk."""


class Database:
    """The SQLite file at `path`, created with `schema` on first use.

    Every error of SQLite is raised as `UnusableError`.
    """

    def __init__(self, path: str | Path, schema: str):
        self.path, self._schema = Path(path), CLOCKS + schema
        self._reserve = Reserve(self.path)
        self._lock = threading.Lock()
        # Stays open: when its last connection closes, SQLite empties and deletes its log.
        self._open: sqlite3.Connection | None = None
        self._opened: os.stat_result | None = None  # the file that it is open on
        self._files = 0  # how many others there were before it

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection for this call alone: SQLite does not let threads share one."""
        try:
            self._prepare()
            with closing(self._connect()) as db:
                yield db
        except (sqlite3.Error, OSError) as error:
            if is_disk_full(error, self.path):
                raise DiskFullError(
                    "The server's disk is full, so nothing can be saved. Delete runs you no longer "
                    "need, or ask whoever runs the server to make room"
                ) from error
            raise UnusableError(
                f"{self.path}: the file of saved runs can't be used ({error})"
            ) from error

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction: all of it happens, or none."""
        with self._transaction() as db:
            yield db
        self._reserve.take()

    @contextmanager
    def freeing(self) -> Iterator[sqlite3.Connection]:
        """A transaction that deletes rows: it is possible on a full disk, too.

        Even a deletion is first written to SQLite's log, which needs room. So a file beside the
        database keeps some in reserve. Afterwards the log is emptied, so that it can be used again.
        """
        self._reserve.release()
        try:
            with self._transaction() as db:
                yield db
            with suppress(DiskFullError), self.reading() as db:
                db.execute("PRAGMA wal_checkpoint")
        finally:
            self._reserve.take()

    @contextmanager
    def erasing(self) -> Iterator[sqlite3.Connection]:
        """As `freeing`, and what is deleted is overwritten, so that it cannot be read in the file.

        The log, which may hold it too, is emptied afterwards. The transaction may set `PRAGMA
        secure_delete = FAST` for large rows that tell nothing about anybody.
        """
        with self.freeing() as db:
            db.execute("PRAGMA secure_delete = ON")
            yield db
        with suppress(DiskFullError), self.reading() as db:
            db.execute("PRAGMA wal_checkpoint (TRUNCATE)")

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self.reading() as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
                db.execute("COMMIT")
            except BaseException:
                if db.in_transaction:  # SQLite itself ends it when the disk is full
                    db.execute("ROLLBACK")
                raise

    def file(self) -> int:
        """Which file this is: another number once somebody has deleted or replaced it.

        `UnusableError` if it can't be used.
        """
        with self.reading():
            return self._files

    def close(self) -> None:
        """Close the file; the next call opens it again."""
        with self._lock:
            if self._open:
                self._open.close()
            self._open = None

    def _connect(self, check_same_thread: bool = True) -> sqlite3.Connection:
        db = sqlite3.connect(
            self.path,
            timeout=WAIT_SECONDS,
            isolation_level=None,
            check_same_thread=check_same_thread,
        )
        db.execute("PRAGMA foreign_keys = ON")
        # Some builds of SQLite would overwrite deleted rows: a log as large as they are.
        db.execute("PRAGMA secure_delete = FAST")
        db.execute("PRAGMA synchronous = NORMAL")  # a killed server loses nothing that was written
        db.execute(f"PRAGMA wal_autocheckpoint = {LOG_PAGES}")
        return db

    def _prepare(self) -> None:
        with self._lock:
            if self._in_place():
                if self._open:
                    return
            elif self._opened:
                self._files += 1
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
            self._reserve.take()

    def _in_place(self) -> bool:
        """Whether the file is still the one that was opened: somebody may have deleted it."""
        try:
            return self._opened is not None and os.path.samestat(self._opened, self.path.stat())
        except FileNotFoundError:
            return False


def owner_of(visitor: str) -> str:
    """How the file names a visitor: by a hash of the id, from which the id can't be recovered."""
    if not isinstance(visitor, str) or len(visitor) < MIN_ID:
        raise ArchiveError(f"visitor: needs an id of at least {MIN_ID} characters")
    return hashlib.sha256(visitor.encode()).hexdigest()


def new_number(db: sqlite3.Connection) -> int:
    """The id of the row that this connection has just inserted."""
    return int(db.execute("SELECT last_insert_rowid()").fetchone()[0])
