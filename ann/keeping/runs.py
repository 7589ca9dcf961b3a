"""Kept runs in one SQLite file: what a visitor has trained outlives the page and the server.

A visitor is known by an unguessable id, of which the file holds a hash only. Every call needs the
id, and reaches nothing but that visitor's runs. A run is kept as the bytes of its `.npz`, beside
what a list of runs shows of it, so that a list never reads weights. As long as it is not finished,
the state of its training stands beside it, so that it can go on.

Many threads and processes may use one file: writers wait for each other, readers never wait.
"""

import io
import time
from pathlib import Path

from ann.keeping.database import ArchiveError, File, Room, make_room, owner_of
from ann.keeping.rows import (
    COLUMNS,
    SCHEMA,
    clean,
    columns_of,
    find,
    free_name,
    kept_of,
    pack_run,
    pack_state,
    put,
    unpack_run,
    unpack_state,
)
from ann.keeping.summary import INTERRUPTED, SavedRun
from ann.recipes.naming import default_name
from ann.run import Run
from ann.running.view import Status
from ann.saving.checkpoint import CheckpointError, Progress, load_run
from ann.state import State

MOST_RUNS = 300  # of a visitor; beyond any limit the runs that were changed longest ago go first
MOST_VISITOR_BYTES = 500_000_000
MOST_RUN_BYTES = 50_000_000  # one larger than this is not kept; its state counts too
MOST_BYTES = 10_000_000_000  # of all visitors
MOST_DAYS = 180  # since a run was last changed
MOST_NAME, MOST_NOTE = 100, 2_000  # characters


class Archive:
    """The kept runs in the file at `path`, which is made when it is first needed."""

    def __init__(self, path: str | Path):
        self._db = File(path, SCHEMA)

    def keep(
        self,
        visitor: str,
        run: Run,
        name: str = "",
        note: str = "",
        status: str = Status.FINISHED,
        state: State | None = None,
    ) -> int:
        """Keep a run and return its number; without a `name` it gets one from what differs.

        With its `state` it can go on, if there is room for that. `ArchiveError` if the run is too
        large. Where there are too many runs, the oldest go.
        """
        owner, parts = owner_of(visitor), _pack(run, state)
        text, note = clean("name", name, MOST_NAME), clean("note", note, MOST_NOTE)
        now = time.time()
        row = {"visitor": owner, "named": bool(text), "note": note, "created": now, "updated": now}
        row |= columns_of(run, status, parts)
        with self._db.writing() as db:
            row["name"] = free_name(db, owner, text or default_name(run.recipe))
            places = ", ".join(f":{column}" for column in row)
            new = db.execute(f"INSERT INTO runs ({', '.join(row)}) VALUES ({places})", row)
            put(db, new.lastrowid, parts)
            make_room(db, "runs", owner, new.lastrowid, _room())
        return new.lastrowid

    def bring(self, visitor: str, content: bytes, name: str = "") -> int:
        """Keep a run out of a file that somebody brings, and return its number.

        `ArchiveError` if it is anything but a run. Nothing large is ever unpacked.
        """
        return self.keep(visitor, unpack_run(content, MOST_RUN_BYTES), name)

    def update(
        self, visitor: str, number: int, run: Run, status: str, state: State | None = None
    ) -> None:
        """Put what has become of the same training in a run's place, and its state with it.

        A name that was made follows.
        """
        owner, parts = owner_of(visitor), _pack(run, state)
        row = columns_of(run, status, parts) | {"updated": time.time()}
        with self._db.writing() as db:
            named, recipe = find(db, "named, recipe", owner, number)
            if not named and recipe != row["recipe"]:
                row["name"] = free_name(db, owner, default_name(run.recipe), number)
            changes = ", ".join(f"{column} = :{column}" for column in row)
            db.execute(f"UPDATE runs SET {changes} WHERE id = :id", row | {"id": number})
            put(db, number, parts)

    def list(self, visitor: str) -> tuple[SavedRun, ...]:
        """A visitor's runs, the newest first; rows that this version cannot read are left out."""
        with self._db.reading() as db:
            query = f"SELECT {COLUMNS} FROM runs WHERE visitor = ? ORDER BY created DESC, id DESC"
            rows = db.execute(query, (owner_of(visitor),)).fetchall()
        return tuple(kept for kept in map(kept_of, rows) if kept)

    def latest(self, visitor: str) -> SavedRun | None:
        """The run of a visitor that was changed last; None if there is none."""
        with self._db.reading() as db:
            query = f"SELECT {COLUMNS} FROM runs WHERE visitor = ? ORDER BY updated DESC LIMIT 1"
            row = db.execute(query, (owner_of(visitor),)).fetchone()
        return kept_of(row) if row else None

    def progress(self, visitor: str, number: int) -> Progress:
        """A run's state and curves, to go on with it. `ArchiveError` if there is no sound one."""
        query = "SELECT files.npz, states.npz FROM files JOIN states USING (run) WHERE run = ?"
        with self._db.reading() as db:
            find(db, "id", owner_of(visitor), number)
            row = db.execute(query, (number,)).fetchone()
        if row is None:
            raise ArchiveError(f"run {number}: it can't go on, because no state of it is kept")
        try:
            return unpack_state(row[1], load_run(io.BytesIO(row[0])), MOST_RUN_BYTES)
        except (CheckpointError, ArchiveError, TypeError) as error:
            raise ArchiveError(f"run {number}: its state is damaged ({error})") from error

    def open(self, visitor: str, number: int) -> Run:
        """A run with its curves and weights. `ArchiveError` if it is damaged or not there."""
        try:
            return load_run(io.BytesIO(self.file(visitor, number)))
        except CheckpointError as error:
            raise ArchiveError(f"run {number}: its file is damaged ({error})") from error

    def file(self, visitor: str, number: int) -> bytes:
        """A run's `.npz`, as `ann.saving.checkpoint.save_run` writes it."""
        with self._db.reading() as db:
            find(db, "id", owner_of(visitor), number)
            row = db.execute("SELECT npz FROM files WHERE run = ?", (number,)).fetchone()
        if not row or not isinstance(row[0], bytes):
            raise ArchiveError(f"run {number}: its file is damaged (it holds no weights)")
        return row[0]

    def rename(self, visitor: str, number: int, name: str) -> str:
        """Give a run another name; the name it gets has a number behind it if it was taken."""
        owner, text = owner_of(visitor), clean("name", name, MOST_NAME)
        if not text:
            raise ArchiveError("name: is empty; needs 1 to 100 characters")
        with self._db.writing() as db:
            find(db, "id", owner, number)
            text = free_name(db, owner, text, number)
            db.execute("UPDATE runs SET name = ?, named = 1 WHERE id = ?", (text, number))
        return text

    def note(self, visitor: str, number: int, note: str) -> None:
        """Write a note to a run, in place of the one that it has."""
        with self._db.writing() as db:
            find(db, "id", owner_of(visitor), number)
            text = clean("note", note, MOST_NOTE)
            db.execute("UPDATE runs SET note = ? WHERE id = ?", (text, number))

    def delete(self, visitor: str, number: int) -> None:
        """Forget a run for good."""
        with self._db.writing() as db:
            find(db, "id", owner_of(visitor), number)
            db.execute("DELETE FROM runs WHERE id = ?", (number,))

    def close(self) -> None:
        """Let go of the file; the next call opens it again."""
        self._db.close()

    def mark_interrupted(self) -> None:
        """When a server starts: what ran when the last one was killed does not run any more."""
        with self._db.writing() as db:
            db.execute("UPDATE runs SET status = ? WHERE status = ?", (INTERRUPTED, Status.RUNNING))


def _room() -> Room:
    return Room(rows=MOST_RUNS, bytes=MOST_VISITOR_BYTES, all_bytes=MOST_BYTES, days=MOST_DAYS)


def _pack(run: Run, state: State | None) -> tuple[bytes, bytes]:
    npz = pack_run(run, MOST_RUN_BYTES)
    return npz, pack_state(state, MOST_RUN_BYTES - len(npz))
