"""Kept runs in one SQLite file: what a visitor has trained outlives the page and the server.

A visitor is known by an unguessable id, of which the file holds a hash only. Every call needs the
id, and reaches nothing but that visitor's runs. A run is kept as the bytes of its `.npz`, beside
what a list of runs shows of it, so that a list never reads weights.

Many threads and processes may use one file: writers wait for each other, readers never wait.
"""

import io
import sqlite3
import time
import zipfile
from pathlib import Path

from ann.archive_file import ArchiveError, File, MissingError, owner_of
from ann.checkpoint import DAMAGE, CheckpointError, load_run, save_run
from ann.kept import Kept, Summary, recipe_from_json, recipe_to_json
from ann.naming import default_name, unique
from ann.run import Run

MOST_RUNS = 300  # of a visitor; beyond any limit the runs that were changed longest ago go first
MOST_VISITOR_BYTES = 500_000_000
MOST_RUN_BYTES = 50_000_000  # one larger than this is not kept
MOST_BYTES = 10_000_000_000  # of all visitors
MOST_DAYS = 180  # since a run was last changed
MOST_NAME, MOST_NOTE = 100, 2_000  # characters
MOST_COUNT = 10**15  # of steps, digits seen, seconds in a file that is brought

SCHEMA = """
CREATE TABLE IF NOT EXISTS runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT, visitor TEXT NOT NULL,
    name TEXT NOT NULL, named INTEGER NOT NULL, note TEXT NOT NULL,
    created REAL NOT NULL, updated REAL NOT NULL, status TEXT NOT NULL, size INTEGER NOT NULL,
    fingerprint TEXT NOT NULL, recipe TEXT NOT NULL, summary TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS runs_of_visitor ON runs (visitor, updated);
CREATE INDEX IF NOT EXISTS runs_by_age ON runs (updated, size);
CREATE TABLE IF NOT EXISTS files (
    run INTEGER PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE, npz BLOB NOT NULL);
"""
COLUMNS = "id, name, note, created, updated, status, size, fingerprint, recipe, summary"
TOO_MANY = """
DELETE FROM runs WHERE id != :new AND id IN (
    SELECT id FROM (
        SELECT id, row_number() OVER recent AS place, sum(size) OVER recent AS bytes FROM runs
        WHERE visitor = :visitor WINDOW recent AS (ORDER BY id = :new DESC, updated DESC, id DESC))
    WHERE place > :runs OR bytes > :bytes)
"""


class Archive:
    """The kept runs in the file at `path`, which is made when it is first needed."""

    def __init__(self, path: str | Path):
        self._db = File(path, SCHEMA)

    def keep(
        self, visitor: str, run: Run, name: str = "", note: str = "", status: str = "finished"
    ) -> int:
        """Keep a run and return its number; without a `name` it gets one from what differs.

        `ArchiveError` if it is too large. Where there are too many runs, the oldest go.
        """
        owner, npz = owner_of(visitor), _packed(run)
        text, note = _clean("name", name, MOST_NAME), _clean("note", note, MOST_NOTE)
        now = time.time()
        row = {"visitor": owner, "named": bool(text), "note": note, "created": now, "updated": now}
        row |= _columns(run, status, npz)
        with self._db.writing() as db:
            row["name"] = _free(db, owner, text or default_name(run.recipe))
            places = ", ".join(f":{column}" for column in row)
            new = db.execute(f"INSERT INTO runs ({', '.join(row)}) VALUES ({places})", row)
            db.execute("INSERT INTO files VALUES (?, ?)", (new.lastrowid, npz))
            _make_room(db, owner, new.lastrowid)
        return new.lastrowid

    def bring(self, visitor: str, content: bytes, name: str = "") -> int:
        """Keep a run out of a file that somebody brings, and return its number.

        `ArchiveError` if it is anything but a run. Nothing large is ever unpacked.
        """
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as parts:
                size = max(len(content), sum(part.file_size for part in parts.infolist()))
            if size > MOST_RUN_BYTES:
                size, most = size / 1e6, MOST_RUN_BYTES / 1e6
                raise ArchiveError(f"file: holds {size:,.0f} MB; at most {most:,.0f} MB")
            run = load_run(io.BytesIO(content))
            _check_counts(run)
        except CheckpointError as error:
            raise ArchiveError(f"file: {error}") from error
        except DAMAGE as error:
            if isinstance(error, ArchiveError):
                raise
            raise ArchiveError(f"file: not a run of ANN Lab ({error})") from error
        return self.keep(visitor, run, name)

    def update(self, visitor: str, number: int, run: Run, status: str) -> None:
        """Put a later state of the same training in a run's place. A name that was made follows."""
        owner, npz = owner_of(visitor), _packed(run)
        row = _columns(run, status, npz) | {"updated": time.time()}
        with self._db.writing() as db:
            found = _one(db, "named, name, recipe", owner, number)
            if not found[0] and found[2] != row["recipe"]:
                row["name"] = _free(db, owner, default_name(run.recipe), number)
            changes = ", ".join(f"{column} = :{column}" for column in row)
            db.execute(f"UPDATE runs SET {changes} WHERE id = :id", row | {"id": number})
            db.execute("UPDATE files SET npz = ? WHERE run = ?", (npz, number))

    def list(self, visitor: str) -> tuple[Kept, ...]:
        """A visitor's runs, the newest first; rows that this version cannot read are left out."""
        with self._db.reading() as db:
            query = f"SELECT {COLUMNS} FROM runs WHERE visitor = ? ORDER BY created DESC, id DESC"
            rows = db.execute(query, (owner_of(visitor),)).fetchall()
        return tuple(kept for kept in map(_kept, rows) if kept)

    def open(self, visitor: str, number: int) -> Run:
        """A run with its curves and weights. `ArchiveError` if it is damaged or not there."""
        try:
            return load_run(io.BytesIO(self.file(visitor, number)))
        except CheckpointError as error:
            raise ArchiveError(f"run {number}: its file is damaged ({error})") from error

    def file(self, visitor: str, number: int) -> bytes:
        """A run's `.npz`, as `ann.checkpoint.save_run` writes it."""
        with self._db.reading() as db:
            _one(db, "id", owner_of(visitor), number)
            row = db.execute("SELECT npz FROM files WHERE run = ?", (number,)).fetchone()
        if not row or not isinstance(row[0], bytes):
            raise ArchiveError(f"run {number}: its file is damaged (it holds no weights)")
        return row[0]

    def rename(self, visitor: str, number: int, name: str) -> str:
        """Give a run another name; the name it gets has a number behind it if it was taken."""
        owner, text = owner_of(visitor), _clean("name", name, MOST_NAME)
        if not text:
            raise ArchiveError("name: is empty; needs 1 to 100 characters")
        with self._db.writing() as db:
            _one(db, "id", owner, number)
            text = _free(db, owner, text, number)
            db.execute("UPDATE runs SET name = ?, named = 1 WHERE id = ?", (text, number))
        return text

    def note(self, visitor: str, number: int, note: str) -> None:
        """Write a note to a run, in place of the one that it has."""
        with self._db.writing() as db:
            _one(db, "id", owner_of(visitor), number)
            text = _clean("note", note, MOST_NOTE)
            db.execute("UPDATE runs SET note = ? WHERE id = ?", (text, number))

    def delete(self, visitor: str, number: int) -> None:
        """Forget a run for good."""
        with self._db.writing() as db:
            _one(db, "id", owner_of(visitor), number)
            db.execute("DELETE FROM runs WHERE id = ?", (number,))

    def close(self) -> None:
        """Let go of the file; the next call opens it again."""
        self._db.close()

    def mark_interrupted(self) -> None:
        """When a server starts: what ran when the last one was killed does not run any more."""
        with self._db.writing() as db:
            db.execute("UPDATE runs SET status = 'interrupted' WHERE status = 'running'")


def _packed(run: Run) -> bytes:
    file = io.BytesIO()
    save_run(run, file)
    if file.tell() > MOST_RUN_BYTES:
        size, most = file.tell() / 1e6, MOST_RUN_BYTES / 1e6
        raise ArchiveError(f"run: {size:,.0f} MB are too many to keep; at most {most:,.0f} MB")
    return file.getvalue()


def _check_counts(run: Run) -> None:
    """Numbers that no training reaches would spoil every table that they stand in."""
    for name in ("epoch", "step", "images_seen", "seconds"):
        if not getattr(run, name) <= MOST_COUNT:
            raise ArchiveError(f"file: {name}: is more than {MOST_COUNT:,}")


def _clean(what: str, text: str, most: int) -> str:
    """Text without what no one can see; `ArchiveError` if it is too long."""
    text = "".join(c for c in str(text) if c.isprintable() or (c == "\n" and what == "note"))
    text = text.strip()
    if len(text) > most:
        raise ArchiveError(f"{what}: has {len(text):,} characters; at most {most:,}")
    return text


def _columns(run: Run, status: str, npz: bytes) -> dict:
    return {
        "status": status,
        "size": len(npz),
        "fingerprint": run.fingerprint,
        "recipe": recipe_to_json(run.recipe),
        "summary": Summary.of(run).to_json(),
    }


def _free(db: sqlite3.Connection, owner: str, name: str, number: int = 0) -> str:
    query = "SELECT name FROM runs WHERE visitor = ? AND id != ?"
    return unique(name, {row[0] for row in db.execute(query, (owner, number))})


def _one(db: sqlite3.Connection, columns: str, owner: str, number: int) -> tuple:
    query = f"SELECT {columns} FROM runs WHERE visitor = ? AND id = ?"
    row = db.execute(query, (owner, number)).fetchone()
    if row is None:
        raise MissingError(f"run {number}: there is no such run, or not any more")
    return row


def _make_room(db: sqlite3.Connection, owner: str, new: int) -> None:
    """Delete what is too old or too much; never the run `new`."""
    db.execute("DELETE FROM runs WHERE updated < ?", (time.time() - MOST_DAYS * 86_400,))
    limits = {"runs": MOST_RUNS, "bytes": MOST_VISITOR_BYTES, "visitor": owner, "new": new}
    db.execute(TOO_MANY, limits)
    while db.execute("SELECT sum(size) FROM runs").fetchone()[0] > MOST_BYTES:
        oldest = "SELECT id FROM runs WHERE id != ? ORDER BY updated LIMIT 1"
        if not db.execute(f"DELETE FROM runs WHERE id = ({oldest})", (new,)).rowcount:
            return


def _kept(row: tuple) -> Kept | None:
    *plain, recipe, summary = row
    try:
        return Kept(*plain, recipe_from_json(recipe), Summary.from_json(summary))
    except (ValueError, TypeError, AttributeError):
        return None
