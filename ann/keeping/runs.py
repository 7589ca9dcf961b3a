"""Saved runs in one SQLite file: what a visitor has trained outlives the page and the server.

A visitor is known by an unguessable id, of which the file holds only a hash. Every call needs the
id and reaches only that visitor's runs. A run is saved as the bytes of its `.npz`, next to what a
list of runs shows, so that a list never reads weights. Until a run is finished, the state of its
training is saved with it, so that it can continue.

Many threads and processes may use one file: writers wait for each other, readers never wait.
"""

import io
from pathlib import Path
from typing import Any

from ann.keeping import limits
from ann.keeping.allowance import Allowance
from ann.keeping.database import ArchiveError, Database, new_number, owner_of
from ann.keeping.expiry import Clock
from ann.keeping.lease import RUNNING, RUNS, Leases
from ann.keeping.room import make_room
from ann.keeping.rows import (
    COLUMNS,
    SCHEMA,
    Deleted,
    clean,
    columns_of,
    find,
    free_name,
    insert,
    pack,
    put,
    saved_run,
    unpack_run,
    unpack_state,
    whole_row,
)
from ann.keeping.summary import SavedRun, SavedStatus
from ann.recipes.naming import default_name
from ann.run import Run
from ann.running.view import Status
from ann.saving.checkpoint import Progress, load_run
from ann.saving.npz import CheckpointError
from ann.state import State


class Archive:
    """The saved runs in the file at `path`, which is created on first use."""

    def __init__(self, path: str | Path, clock: Clock | None = None):
        self._clock, self._allowance = clock or Clock(), Allowance()
        self._db = Database(path, SCHEMA + RUNS.schema + RUNNING)
        self.leases = Leases(self._db, self._clock)

    def save(
        self,
        visitor: str,
        run: Run,
        name: str = "",
        note: str = "",
        status: SavedStatus = Status.FINISHED,
        state: State | None = None,
        address: str = "",
    ) -> int:
        """Save a run and return its number; without a `name`, it is named after its settings.

        With its `state`, if there is room for one, it can continue. `ArchiveError` if the run is
        too large. Beyond the limits, the visitor's oldest runs are deleted; where all visitors
        together have saved too much, the oldest runs of whoever has saved most. `address` says from
        where the visitor comes: how much is added from there within an hour is limited, too.
        """
        owner, parts = owner_of(visitor), _pack(run, state, status)
        text = clean("name", name, limits.MAX_NAME)
        note = clean("note", note, limits.MAX_NOTE)
        now = self._clock.now()
        row: dict[str, Any] = {"visitor": owner, "named": bool(text), "note": note}
        row |= {"created": now, "updated": now, **columns_of(run, status, parts)}
        self._allowance.check(owner, address, row["size"])
        with self._db.writing() as db:
            row["name"] = free_name(db, owner, text or default_name(run.recipe))
            insert(db, row)
            number = new_number(db)
            put(db, number, parts)
            self.leases.renew(db, number, status == Status.RUNNING)
            make_room(db, "runs", owner, number, limits.room_for_runs(), self._clock)
        self._allowance.add(owner, address, row["size"])
        return number

    def save_file(self, visitor: str, content: bytes, name: str = "", address: str = "") -> int:
        """Save the run in an uploaded file and return its number.

        `ArchiveError` if the file holds anything else. Nothing large is ever unpacked, and the run
        is packed again: what is saved does not depend on how the file was compressed.
        """
        run = unpack_run(content, limits.MAX_RUN_BYTES)
        return self.save(visitor, run, name, address=address)

    def update(
        self,
        visitor: str,
        number: int,
        run: Run,
        status: SavedStatus,
        state: State | None = None,
        address: str = "",
    ) -> None:
        """Replace a saved run, and its state, by a later moment of the same training.

        A name that was made from the settings follows their changes. `TakenError` if another server
        trains the run.
        """
        owner, parts = owner_of(visitor), _pack(run, state, status)
        row = columns_of(run, status, parts) | {"updated": self._clock.now()}
        with self._db.writing() as db:
            named, recipe, size = find(db, "named, recipe, size", owner, number)
            self.leases.renew(db, number, status == Status.RUNNING)
            self._allowance.check(owner, address, grown := row["size"] - size)
            if not named and recipe != row["recipe"]:
                row["name"] = free_name(db, owner, default_name(run.recipe), number)
            changes = ", ".join(f"{column} = :{column}" for column in row)
            db.execute(f"UPDATE runs SET {changes} WHERE id = :id", row | {"id": number})
            put(db, number, parts)
            if grown > 0:
                room = limits.room_for_runs()
                make_room(db, "runs", owner, number, room, self._clock, refuse=False)
        self._allowance.add(owner, address, grown)

    def list(self, visitor: str) -> tuple[SavedRun, ...]:
        """A visitor's runs, newest first; rows that this version cannot read are left out."""
        with self._db.reading() as db:
            query = f"SELECT {COLUMNS} FROM runs WHERE visitor = ? ORDER BY created DESC, id DESC"
            rows = db.execute(query, (owner_of(visitor),)).fetchall()
        return tuple(saved for saved in map(saved_run, rows) if saved)

    def latest(self, visitor: str) -> SavedRun | None:
        """The visitor's run that was changed last; None if there is none."""
        with self._db.reading() as db:
            query = f"SELECT {COLUMNS} FROM runs WHERE visitor = ? ORDER BY updated DESC, id DESC"
            row = db.execute(f"{query} LIMIT 1", (owner_of(visitor),)).fetchone()
        return saved_run(row) if row else None

    def progress(self, visitor: str, number: int) -> Progress:
        """A run's state and curves, to continue it. `ArchiveError` if missing or damaged."""
        query = "SELECT files.npz, states.npz FROM files JOIN states USING (run) WHERE run = ?"
        with self._db.reading() as db:
            find(db, "id", owner_of(visitor), number)
            row = db.execute(query, (number,)).fetchone()
        if row is None:
            raise ArchiveError(f"run {number}: can't continue, because no state of it is saved")
        try:
            return unpack_state(row[1], load_run(io.BytesIO(row[0])), limits.MAX_RUN_BYTES)
        except (CheckpointError, ArchiveError, TypeError) as error:
            raise ArchiveError(f"run {number}: its state is damaged ({error})") from error

    def open(self, visitor: str, number: int) -> Run:
        """A run with its curves and weights. `ArchiveError` if missing or damaged."""
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
        """Rename a run and return its new name, with a number appended if it was taken."""
        owner, text = owner_of(visitor), clean("name", name, limits.MAX_NAME)
        if not text:
            raise ArchiveError(f"name: is empty; needs 1 to {limits.MAX_NAME} characters")
        with self._db.writing() as db:
            find(db, "id", owner, number)
            text = free_name(db, owner, text, number)
            db.execute("UPDATE runs SET name = ?, named = 1 WHERE id = ?", (text, number))
        return text

    def note(self, visitor: str, number: int, note: str) -> None:
        """Replace a run's note."""
        with self._db.writing() as db:
            find(db, "id", owner_of(visitor), number)
            text = clean("note", note, limits.MAX_NOTE)
            db.execute("UPDATE runs SET note = ? WHERE id = ?", (text, number))

    def delete(self, visitor: str, *numbers: int) -> Deleted | None:
        """Delete runs, all or none, also on a full disk. What `restore` takes brings them back.

        None if they are too large to hold in memory: then they are gone for good.
        """
        owner = owner_of(visitor)
        with self._db.freeing() as db:
            size = sum(find(db, "size", owner, number)[0] for number in numbers)
            small = size <= limits.MAX_UNDO_BYTES
            deleted = tuple(whole_row(db, number) for number in numbers) if small else None
            db.executemany("DELETE FROM runs WHERE id = ?", [(number,) for number in numbers])
        return deleted

    def restore(self, visitor: str, deleted: Deleted) -> None:
        """Bring deleted runs back, with their numbers, names and notes, and their states."""
        owner = owner_of(visitor)
        with self._db.writing() as db:
            for row, parts in deleted:
                if row["visitor"] != owner:
                    raise ArchiveError(f"run {row['id']}: belongs to another visitor")
                if db.execute("SELECT 1 FROM runs WHERE id = ?", (row["id"],)).fetchone():
                    continue  # it is back already
                row = row | {"name": free_name(db, owner, row["name"])}
                insert(db, row)
                put(db, row["id"], parts)
                make_room(db, "runs", owner, row["id"], limits.room_for_runs(), self._clock)

    def database_file(self) -> int:
        """Which file this is: another number once somebody has deleted or replaced it."""
        return self._db.file()

    def close(self) -> None:
        """Close the file; the next call opens it again."""
        self._db.close()


def _pack(run: Run, state: State | None, status: SavedStatus) -> tuple[bytes, bytes]:
    """The files of a run and its state. While it trains, compressing would slow the others down."""
    return pack(run, state, limits.MAX_RUN_BYTES, compressed=status != Status.RUNNING)
