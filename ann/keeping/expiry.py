"""Deletes what has not changed for long, slowly, and never because a clock is wrong.

A clock can be wrong by years: a flat battery, a mistyped date, a virtual machine that was asleep.
So a jump of more than a day between two writes is noted in the database, and nothing is deleted
until the clock has then run normally for an hour. A long jump does not count toward the age of what
is saved, whether the clock was wrong or the server was off. A clock set back takes along what was
saved under a date that now lies in the future. So two jumps, there and back, change nothing.
"""

import logging
import sqlite3
import time
from collections.abc import Callable

DAY = 86_400.0  # seconds
LONG_JUMP = 30 * DAY  # a shorter one, such as holidays, counts toward the age
SETTLE_SECONDS = 3_600.0  # of normal running after a jump, before anything is deleted
MOST_AT_ONCE = 3  # rows deleted in one write
TOLERANCE = 60.0  # seconds by which the two clocks may differ between two writes

CLOCKS = """
CREATE TABLE IF NOT EXISTS clocks (
    rows_of TEXT PRIMARY KEY, newest REAL NOT NULL, settling REAL);
"""  # the newest time seen; the seconds of normal running since the last jump, or NULL if enough
LOG = logging.getLogger(__name__)


class Clock:
    """The time of day, and a clock that nobody can set, to check it."""

    def __init__(
        self,
        now: Callable[[], float] | None = None,
        steady: Callable[[], float] = time.monotonic,
    ):
        self.now = now or (lambda: time.time())
        self._steady = steady
        self._last: tuple[float, float] | None = None

    def advanced(self) -> float:
        """The seconds since the last call, if both clocks agree on them; else 0."""
        moment = self.now(), self._steady()
        last, self._last = self._last or moment, moment
        by_date, by_steady = (new - old for new, old in zip(moment, last, strict=True))
        return by_steady if abs(by_date - by_steady) <= TOLERANCE else 0.0


def expire(db: sqlite3.Connection, table: str, new: int, days: float, clock: Clock) -> None:
    """Delete a few rows of `table` that have not changed for that many days.

    `new` is the row that has just been written. `table` has the columns id and updated (seconds).
    """
    now, advanced = clock.now(), clock.advanced()
    newest, settling = _noted(db, table, new, now)
    if abs(jump := now - newest) > DAY:
        LOG.warning("%s: the clock jumped by %.1f days; nothing expires for now", table, jump / DAY)
        settling = 0.0
        if jump > LONG_JUMP:  # all but a day, so that nothing seems to have changed moments ago
            db.execute(f"UPDATE {table} SET updated = updated + ? WHERE id != ?", (jump - DAY, new))
        elif jump < 0:
            change = f"UPDATE {table} SET updated = min(updated + :jump, :now) "
            change += "WHERE updated > :now AND id != :new"
            db.execute(change, {"jump": jump, "now": now, "new": new})
    elif settling is not None:
        settling += advanced
        settling = None if settling >= SETTLE_SECONDS else settling
    if settling is None:
        old = f"SELECT id FROM {table} WHERE updated < ? AND id != ? ORDER BY updated LIMIT ?"
        found = now - days * DAY, new, MOST_AT_ONCE
        db.execute(f"DELETE FROM {table} WHERE id IN ({old})", found)
    db.execute("REPLACE INTO clocks VALUES (?, ?, ?)", (table, now, settling))


def _noted(db: sqlite3.Connection, table: str, new: int, now: float) -> tuple[float, float | None]:
    """What the database has noted; in one that has noted nothing yet, when a row last changed."""
    row = db.execute("SELECT newest, settling FROM clocks WHERE rows_of = ?", (table,)).fetchone()
    if row:
        return row[0], row[1]
    last = db.execute(f"SELECT max(updated) FROM {table} WHERE id != ?", (new,)).fetchone()[0]
    return (now if last is None else last), None
