"""A full disk: how it shows, and a reserve, so that runs can still be deleted."""

import errno
import os
import shutil
import sqlite3
from contextlib import suppress
from pathlib import Path

LEAST_BYTES = 1_000_000  # to delete a run of 50 MB takes a tenth of that
MOST_BYTES = 64_000_000  # no log of SQLite is larger, or not for long
LITTLE_BYTES = 500_000  # with less on the disk, SQLite's vaguer errors mean that it is full
VAGUE = (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN)


class Reserve:
    """A file of zeros beside a database that gives its room on the disk away when it is needed.

    It is as large as SQLite's log: so much is needed to move the log into the database.
    """

    def __init__(self, database: Path):
        self._path = database.with_name(f"{database.name}-reserve")
        self._log = database.with_name(f"{database.name}-wal")

    def take(self) -> None:
        """Reserve room; on a full disk, as much as there is."""
        with suppress(OSError), self._path.open("ab", buffering=0) as file:
            needed = min(LEAST_BYTES + self._log.stat().st_size, MOST_BYTES)
            while (missing := needed - file.tell()) > 0:
                file.write(bytes(min(missing, 65_536)))

    def release(self) -> None:
        """Give the room away."""
        with suppress(OSError):
            os.truncate(self._path, 0)


def is_disk_full(error: Exception, path: Path) -> bool:
    """Whether an error with the file at `path` means that the disk is full."""
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT)
    code = getattr(error, "sqlite_errorcode", None)
    if code is None or code & 0xFF not in VAGUE:
        return code == sqlite3.SQLITE_FULL
    try:
        return shutil.disk_usage(path.parent).free < LITTLE_BYTES
    except OSError:
        return False
