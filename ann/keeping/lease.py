"""Which server trains what: servers that share one archive never train the same run at once, nor
the same sweep.

A server that trains a run holds a lease on it, as long as its heart beats: every few seconds, it
notes the time in the archive. The lease of a server that is killed lapses soon after, and another
one may take the run over. What the first one writes later, if it was only asleep, is refused.
"""

import logging
import os
import secrets
import socket
import sqlite3
import threading
from pathlib import Path
from typing import NamedTuple

from ann.keeping.database import ArchiveError, Database, MissingError, owner_of
from ann.keeping.expiry import Clock
from ann.keeping.summary import INTERRUPTED
from ann.running.view import Status

HEARTBEAT_SECONDS = 3.0
LEASE_SECONDS = 15.0  # after the last heartbeat
FORGOTTEN_SECONDS = 86_400.0  # servers that have not been heard of for so long are deleted


class Kind(NamedTuple):
    """What a lease is on: rows of a table that has the columns id and visitor."""

    name: str  # of one, as messages say it
    table: str
    leases: str  # the table of its leases, whose first column is `name`
    has_status: bool = False

    @property
    def schema(self) -> str:
        """The tables of servers and leases, after that of what they are on."""
        return f"""
CREATE TABLE IF NOT EXISTS servers (
    id TEXT PRIMARY KEY, beat REAL NOT NULL, host TEXT NOT NULL, process INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS {self.leases} (
    {self.name} INTEGER PRIMARY KEY REFERENCES {self.table} (id) ON DELETE CASCADE,
    server TEXT NOT NULL, active INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS {self.leases}_of_server ON {self.leases} (server, active);
"""


RUNS, SWEEPS = Kind("run", "runs", "leases", True), Kind("sweep", "sweeps", "sweep_leases")
RUNNING = f"""
CREATE INDEX IF NOT EXISTS runs_running ON runs (id) WHERE status = '{Status.RUNNING}';
"""
LOG = logging.getLogger(__name__)
_here: set[str] = set()  # the ids of the servers of this process: more than one only in tests


class TakenError(ArchiveError):
    """Another server trains this run or sweep, or has trained it since."""


class Leases:
    """The leases in a database, as this server sees them: on runs, or on sweeps alike."""

    def __init__(self, database: Database, clock: Clock, kind: Kind = RUNS):
        self._db, self._clock, self._kind = database, clock, kind
        self.server, self._host = secrets.token_hex(8), _machine()
        _here.add(self.server)

    def take(self, visitor: str, number: int, active: bool = True) -> None:
        """Take over a visitor's run, to train it now, or soon if it is not `active`.

        `TakenError` if another server trains it.
        """
        name, table = self._kind.name, self._kind.table
        with self._db.writing() as db:
            query = f"SELECT 1 FROM {table} WHERE visitor = ? AND id = ?"
            if not db.execute(query, (owner_of(visitor), number)).fetchone():
                raise MissingError(
                    f"{name} {number}: there is no such {name}; it may have been deleted"
                )
            now = self._clock.now()
            if self._is_elsewhere(db, number, now):
                raise TakenError(
                    f"{name} {number}: is being trained by another server. If that one was just "
                    f"stopped, try again in {LEASE_SECONDS:.0f} seconds"
                )
            self._hold(db, number, now, active)

    def is_elsewhere(self, number: int) -> bool:
        """Whether another server trains a run."""
        with self._db.reading() as db:
            return self._is_elsewhere(db, number, self._clock.now())

    def is_mine(self, number: int) -> bool:
        """Whether no other server has trained a run since this one."""
        with self._db.reading() as db:
            return self._holder(db, number) in (None, self.server)

    def beat(self) -> None:
        """Tell other servers that this one is alive, and mark the runs of those that are not."""
        now = self._clock.now()
        with self._db.reading() as db:
            mine = f"SELECT 1 FROM {self._kind.leases} WHERE server = ? AND active LIMIT 1"
            trains = db.execute(mine, (self.server,)).fetchone() is not None
            if not trains and not self._interrupted(db, now):
                return
        with self._db.writing() as db:
            if trains:
                self._beat(db, now)
            for run in self._interrupted(db, now):
                db.execute("UPDATE runs SET status = ? WHERE id = ?", (INTERRUPTED, run))

    def leave(self) -> None:
        """Let other servers continue what this one has trained; called as the server ends."""
        with self._db.writing() as db:
            db.execute("DELETE FROM servers WHERE id = ?", (self.server,))

    def renew(self, db: sqlite3.Connection, number: int, active: bool) -> None:
        """In the transaction that writes a run, say whether it is still being trained.

        `TakenError` if another server has taken it over.
        """
        if self._holder(db, number) not in (None, self.server):
            raise TakenError(f"{self._kind.name} {number}: is being trained by another server")
        self._hold(db, number, self._clock.now(), active)

    def _holder(self, db: sqlite3.Connection, number: int, active: bool = False) -> str | None:
        """The server that has trained a run last; None if there is none, or if it has stopped."""
        name, leases = self._kind.name, self._kind.leases
        query = f"SELECT server FROM {leases} WHERE {name} = ? AND active >= ?"
        row = db.execute(query, (number, active)).fetchone()
        return str(row[0]) if row else None

    def _is_elsewhere(self, db: sqlite3.Connection, number: int, now: float) -> bool:
        return self._holder(db, number, active=True) in self._alive(db, now)

    def _interrupted(self, db: sqlite3.Connection, now: float) -> list[int]:
        """The runs that are marked as running though no server trains them any more."""
        if not self._kind.has_status:
            return []
        alive = {self.server, *self._alive(db, now)}
        query = "SELECT id, server, active FROM runs LEFT JOIN leases ON run = id "
        query += f"WHERE status = '{Status.RUNNING}'"
        rows = db.execute(query).fetchall()
        return [run for run, server, active in rows if not active or server not in alive]

    def _hold(self, db: sqlite3.Connection, number: int, now: float, active: bool) -> None:
        row = number, self.server, active
        db.execute(f"REPLACE INTO {self._kind.leases} VALUES (?, ?, ?)", row)
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


class Heart:
    """A thread that lets `leases` beat until it stops.

    It is a thread of its own, because writing runs may take longer than a lease lasts.
    """

    def __init__(self, leases: Leases) -> None:
        self._leases, self._stop = leases, threading.Event()
        self._thread = threading.Thread(target=self._live, name="ann-heartbeat", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread, and let other servers continue what this one has trained."""
        self._stop.set()
        self._thread.join(60)
        try:
            self._leases.leave()
        except ArchiveError as error:
            LOG.warning("%s", error)

    def _live(self) -> None:
        while True:
            try:
                self._leases.beat()
            except ArchiveError as error:
                LOG.warning("%s", error)
            except Exception:  # a bug here must not let other servers take the runs over
                LOG.exception("no heartbeat")
            if self._stop.wait(HEARTBEAT_SECONDS):
                return


def _machine() -> str:
    """The name of this machine; containers of the same name do not see each other's processes."""
    try:
        return f"{socket.gethostname()} {Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return socket.gethostname()
