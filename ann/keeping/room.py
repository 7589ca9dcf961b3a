"""Makes room for what is saved: beyond the limits, something else has to go, or it is refused."""

import sqlite3

from ann.keeping.database import UnusableError
from ann.keeping.expiry import Clock, expire
from ann.keeping.limits import Room, in_mb

TOO_MANY = """
DELETE FROM {table} WHERE id != :new AND id IN (
    SELECT id FROM (
        SELECT id, row_number() OVER recent AS place, sum(size) OVER recent AS bytes FROM {table}
        WHERE visitor = :owner WINDOW recent AS (ORDER BY id = :new DESC, updated DESC, id DESC))
    WHERE place > :rows OR bytes > :bytes)
"""
LARGEST = """
SELECT visitor, sum(size) AS bytes FROM {table} GROUP BY visitor ORDER BY bytes DESC LIMIT 1
"""


class FullError(UnusableError):
    """The visitors together have saved as much as they may, and nobody has much to lose."""


def make_room(
    db: sqlite3.Connection,
    table: str,
    owner: str,
    new: int,
    room: Room,
    clock: Clock,
    refuse: bool = True,
) -> None:
    """Delete rows that are too old or too many, those changed longest ago first.

    The row `new` of `owner` stays. If all visitors together have saved too much, the one who has
    saved most loses rows, but nobody who has saved little does: rather than that, `FullError`
    refuses the new row, unless `refuse` is False. `table` has the columns id, visitor, updated and
    size.
    """
    expire(db, table, new, room.days, clock)
    limits = {"owner": owner, "new": new, "rows": room.rows, "bytes": room.bytes}
    db.execute(TOO_MANY.format(table=table), limits)
    while (total := _total(db, table)) > room.all_bytes:
        largest, size = db.execute(LARGEST.format(table=table)).fetchone()
        oldest = (
            f"SELECT id FROM {table} WHERE visitor = ? AND id != ? ORDER BY updated, id LIMIT 1"
        )
        if size <= room.safe_bytes or not (
            db.execute(f"DELETE FROM {table} WHERE id = ({oldest})", (largest, new)).rowcount
        ):
            if refuse:
                raise FullError(
                    f"This would make {in_mb(total)} for all visitors together; the limit is "
                    f"{in_mb(room.all_bytes)}. Delete something you no longer need, or ask whoever "
                    "runs the server to make room"
                )
            return


def _total(db: sqlite3.Connection, table: str) -> int:
    return int(db.execute(f"SELECT coalesce(sum(size), 0) FROM {table}").fetchone()[0])
