"""Which server trains a run: servers that share one archive never train the same run at once.

A server that trains a run holds a lease on it, as long as its heart beats: every few seconds, it
notes the time in the archive. The lease of a server that is killed lapses soon after, and another
one may take the run over. What the first one writes later, if it was only asleep, is refused.
"""

import os
import secrets
import socket
import sqlite3
from pathlib import Path

from ann.keeping.database import ArchiveError, Database, owner_of
from ann.keeping.expiry import Clock
from ann.keeping.rows import find
from ann.keeping.summary import INTERRUPTED
from ann.running.view import Status

HEARTBEAT_SECONDS = 3.0
LEASE_SECONDS = 15.0  # after the last heartbeat
FORGOTTEN_SECONDS = 86_400.0  # servers that have not been heard of for so long are deleted

LEASES = f"""
CREATE TABLE IF NOT EXISTS servers (
    id TEXT PRIMARY KEY, beat REAL NOT NULL, host TEXT NOT NULL, process INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS leases (
    run INTEGER PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE,
    server TEXT NOT NULL, active INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS leases_of_server ON leases (server, active);
CREATE INDEX IF NOT EXISTS runs_running ON runs (id) WHERE status = '{Status.RUNNING}';
"""
_here: set[str] = set()  # the ids of the servers of this process: more than one only in tests


class TakenError(ArchiveError):
    """Another server trains this run, or has trained it since."""


class Leases:
    """The leases in a database, as this server sees them."""

    def __init__(self, database: Database, clock: Clock):
        self._db, self._clock = database, clock
        self.server, self._host = secrets.token_hex(8), _machine()
        _here.add(self.server)

    def take(self, visitor: str, run: int, active: bool = True) -> None:
        """Take over a visitor's run, to train it now, or soon if it is not `active`.

        `TakenError` if another server trains it.
        """
        with self._db.writing() as db:
            find(db, "id", owner_of(visitor), run)
            now = self._clock.now()
            if self._is_elsewhere(db, run, now):
                raise TakenError(
                    f"run {run}: is being trained by another server. If that one was just stopped, "
                    f"try again in {LEASE_SECONDS:.0f} seconds"
                )
            self._hold(db, run, now, active)

    def is_elsewhere(self, run: int) -> bool:
        """Whether another server trains a run."""
        with self._db.reading() as db:
            return self._is_elsewhere(db, run, self._clock.now())

    def beat(self) -> None:
        """Tell other servers that this one is alive, and mark the runs of those that are not."""
        now = self._clock.now()
        with self._db.reading() as db:
            query = "SELECT EXISTS (SELECT 1 FROM leases WHERE server = ? AND active)"
            trains = bool(db.execute(query, (self.server,)).fetchone()[0])
            if not trains and not self._interrupted(db, now):
                return
        with self._db.writing() as db:
            if trains:
                self._beat(db, now)
            change = "UPDATE runs SET status = ? WHERE id = ?"
            db.executemany(change, [(INTERRUPTED, run) for run in self._interrupted(db, now)])

    def leave(self) -> None:
        """Let other servers continue what this one has trained; called as the server ends."""
        with self._db.writing() as db:
            db.execute("DELETE FROM servers WHERE id = ?", (self.server,))

    def renew(self, db: sqlite3.Connection, run: int, active: bool) -> None:
        """In the transaction that writes a run, say whether it is still being trained.

        `TakenError` if another server has taken it over.
        """
        row = db.execute("SELECT server FROM leases WHERE run = ?", (run,)).fetchone()
        if row and row[0] != self.server:
            raise TakenError(f"run {run}: is being trained by another server")
        self._hold(db, run, self._clock.now(), active)

    def _is_elsewhere(self, db: sqlite3.Connection, run: int, now: float) -> bool:
        query = "SELECT server FROM leases WHERE run = ? AND active AND server != ?"
        row = db.execute(query, (run, self.server)).fetchone()
        return row is not None and row[0] in self._alive(db, now)

    def _interrupted(self, db: sqlite3.Connection, now: float) -> list[int]:
        """The runs that are marked as running though no server trains them any more."""
        alive = {self.server, *self._alive(db, now)}
        query = "SELECT id, server, active FROM runs LEFT JOIN leases ON run = id "
        query += f"WHERE status = '{Status.RUNNING}'"
        rows = db.execute(query).fetchall()
        return [run for run, server, active in rows if not active or server not in alive]

    def _hold(self, db: sqlite3.Connection, run: int, now: float, active: bool) -> None:
        db.execute("REPLACE INTO leases VALUES (?, ?, ?)", (run, self.server, active))
        if active:
            self._beat(db, now)

    def _beat(self, db: sqlite3.Connection, now: float) -> None:
        db.execute("DELETE FROM servers WHERE abs(? - beat) > ?", (now, FORGOTTEN_SECONDS))
        row = self.server, now, self._host, os.getpid()
        db.execute("REPLACE INTO servers VALUES (?, ?, ?, ?)", row)

    def _alive(self, db: sqlite3.Connection, now: float) -> set[str]:
        query = "SELECT id, host, process FROM servers WHERE id != ? AND abs(? - beat) <= ?"
        rows = db.execute(query, (self.server, now, LEASE_SECONDS)).fetchall()
        return {name for name, host, process in rows if not self._has_ended(name, host, process)}

    def _has_ended(self, name: str, host: str, process: int) -> bool:
        """Whether it is certain that a server has ended: only if it ran on this machine."""
        if host != self._host or os.name == "nt":
            return False
        if process == os.getpid():
            return name not in _here
        try:
            os.kill(process, 0)  # sends nothing
        except ProcessLookupError:
            return True
        except OSError:
            return False
        return False


def _machine() -> str:
    """The name of this machine; containers of the same name do not see each other's processes."""
    try:
        return f"{socket.gethostname()} {Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return socket.gethostname()
