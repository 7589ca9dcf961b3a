"""What the tables of saved runs hold: columns for a list of runs, and `.npz` bytes for each run.

A list reads the columns alone, never weights. The bytes may have been uploaded or damaged, so their
size is checked before anything is unpacked.
"""

import io
import sqlite3
import zipfile
from collections.abc import Callable
from dataclasses import fields
from functools import partial
from typing import Any, TypeAlias, TypeVar

from ann.hyperparameters.field import reason, short
from ann.keeping.database import ArchiveError, MissingError
from ann.keeping.limits import MAX_FILE_PARTS, in_mb
from ann.keeping.summary import (
    INTERRUPTED,
    SavedRun,
    SavedStatus,
    Summary,
    recipe_from_json,
    recipe_to_json,
)
from ann.recipes.naming import unique
from ann.run import Run
from ann.running.view import Status
from ann.saving.checkpoint import Progress, load_run, load_state, save_run, save_state
from ann.saving.npz import DAMAGE, CheckpointError
from ann.state import State

T = TypeVar("T")
# Runs as they were before they were deleted: their columns and their parts, as for `put`.
Deleted: TypeAlias = tuple[tuple[dict[str, Any], tuple[bytes, bytes]], ...]

SCHEMA = """
CREATE TABLE IF NOT EXISTS runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT, visitor TEXT NOT NULL,
    name TEXT NOT NULL, named INTEGER NOT NULL, note TEXT NOT NULL,
    created REAL NOT NULL, updated REAL NOT NULL, status TEXT NOT NULL, size INTEGER NOT NULL,
    fingerprint TEXT NOT NULL, recipe TEXT NOT NULL, summary TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS runs_of_visitor ON runs (visitor, updated);
CREATE INDEX IF NOT EXISTS runs_by_age ON runs (updated, size);
CREATE INDEX IF NOT EXISTS runs_by_owner ON runs (visitor, size);
CREATE TABLE IF NOT EXISTS files (
    run INTEGER PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE, npz BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS states (
    run INTEGER PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE, npz BLOB NOT NULL);
"""
COLUMNS = """id, name, note, created, updated, status, size, fingerprint, recipe, summary,
    EXISTS (SELECT 1 FROM states WHERE run = id) AS has_state"""  # in the order of `SavedRun`
KINDS = {  # of the columns that are used as they are: a damaged row may hold anything
    "id": int,
    "name": str,
    "note": str,
    "created": float,
    "updated": float,
    "size": int,
    "fingerprint": str,
}
# A state belongs to a run if it agrees with it in these.
SAME = ("recipe", "n_features", "n_classes", "scaling", "step", "epoch", "images_seen")


# Columns.


def columns_of(run: Run, status: SavedStatus, parts: tuple[bytes, bytes]) -> dict[str, Any]:
    """What a list of runs shows of a run, by column; `parts` are its file and its state."""
    return {
        "status": status,
        "size": sum(map(len, parts)),
        "fingerprint": run.fingerprint,
        "recipe": recipe_to_json(run.recipe),
        "summary": Summary.of(run).to_json(),
    }


def saved_run(row: tuple[Any, ...]) -> SavedRun | None:
    """The run in a row of COLUMNS; None if this version cannot read it."""
    values = dict(zip((f.name for f in fields(SavedRun)), row, strict=True))
    try:
        values["recipe"] = recipe_from_json(values["recipe"])
        values["summary"] = Summary.from_json(values["summary"])
        if values["status"] != INTERRUPTED:
            values["status"] = Status(values["status"])
        values["has_state"] = bool(values["has_state"])
    except (ValueError, TypeError, AttributeError, RecursionError):
        return None
    right = all(isinstance(values[name], kind) for name, kind in KINDS.items())
    return SavedRun(**values) if right else None


def find(db: sqlite3.Connection, columns: str, owner: str, number: int) -> tuple[Any, ...]:
    """Some columns of one run. `MissingError` if the owner has no such run."""
    query = f"SELECT {columns} FROM runs WHERE visitor = ? AND id = ?"
    row: tuple[Any, ...] | None = db.execute(query, (owner, number)).fetchone()
    if row is None:
        raise MissingError(f"run {number}: there is no such run; it may have been deleted")
    return row


def free_name(db: sqlite3.Connection, owner: str, name: str, number: int = 0) -> str:
    """The name, with a number appended if another run of the owner has it."""
    query = "SELECT name FROM runs WHERE visitor = ? AND id != ?"
    return unique(name, {row[0] for row in db.execute(query, (owner, number))})


def clean(what: str, text: str, limit: int) -> str:
    """The text without invisible characters; `ArchiveError` beyond `limit` characters."""
    text = "".join(c for c in str(text) if c.isprintable() or (c == "\n" and what == "note"))
    text = text.strip()
    if len(text) > limit:
        raise ArchiveError(f"{what}: has {len(text):,} characters; the limit is {limit:,}")
    return text


def insert(db: sqlite3.Connection, row: dict[str, Any]) -> None:
    """Add a row of columns to the runs."""
    places = ", ".join(f":{column}" for column in row)
    db.execute(f"INSERT INTO runs ({', '.join(row)}) VALUES ({places})", row)


def whole_row(db: sqlite3.Connection, number: int) -> tuple[dict[str, Any], tuple[bytes, bytes]]:
    """All columns of a run by name, and its parts as for `put`; empty bytes for what is missing."""
    found = db.execute("SELECT * FROM runs WHERE id = ?", (number,))
    names = [column[0] for column in found.description]
    row = dict(zip(names, found.fetchone(), strict=True))
    tables = ("files", "states")
    parts = [
        db.execute(f"SELECT npz FROM {table} WHERE run = ?", (number,)).fetchone()
        for table in tables
    ]
    npz, state = (part[0] if part else b"" for part in parts)
    return row, (npz, state)


# Bytes.


def put(db: sqlite3.Connection, number: int, parts: tuple[bytes, bytes]) -> None:
    """Write a run's file, and its state if there is one, replacing the old ones."""
    db.execute("REPLACE INTO files VALUES (?, ?)", (number, parts[0]))
    if parts[1]:
        db.execute("REPLACE INTO states VALUES (?, ?)", (number, parts[1]))
    else:
        db.execute("DELETE FROM states WHERE run = ?", (number,))


def pack(run: Run, state: State | None, limit: int, compressed: bool) -> tuple[bytes, bytes]:
    """The `.npz` of a run and of its state, which is empty if there is none or no room for it.

    `ArchiveError` if the run takes more than `limit` bytes. Sizes are those of the unpacked files,
    so that whatever is saved can be downloaded and uploaded again.
    """
    needed, npz = run.theta.nbytes + run.statistics.nbytes, b""
    if needed <= limit:
        npz = _file(partial(save_run, run), compressed)
        needed = unpacked_size(npz)
    if needed > limit:
        raise ArchiveError(
            f"This network ({in_mb(needed)}) exceeds the limit of {in_mb(limit)} and was not saved"
        )
    if state is None or state.theta.nbytes + state.moments.nbytes > limit - needed:
        return npz, b""
    saved = _file(partial(save_state, state), compressed)
    return npz, saved if unpacked_size(saved) <= limit - needed else b""


def _file(save: Callable[..., None], compressed: bool) -> bytes:
    file = io.BytesIO()
    save(file, compressed=compressed)
    return file.getvalue()


def unpacked_size(content: bytes) -> int:
    """How many bytes a `.npz` holds, according to its directory."""
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        return sum(part.file_size for part in parts.infolist())


def unpack_run(content: bytes, limit: int) -> Run:
    """The run in an uploaded file. `ArchiveError` if it holds anything else.

    Nothing larger than `limit` bytes is ever unpacked.
    """
    return _unpack(load_run, content, limit, "run")


def unpack_state(content: bytes, run: Run, limit: int) -> Progress:
    """The state in a file, with the curves of the `run` it belongs to, to continue from there.

    `ArchiveError` if the file holds anything else, or the state of another run.
    """
    state = _unpack(load_state, content, limit, "state")
    different = [name for name in SAME if getattr(state, name) != getattr(run, name)]
    if different or state.reason:
        raise ArchiveError(f"file: {(different or ['reason'])[0]}: the state of another run")
    return Progress(state, run.history, run.fingerprint)


def _unpack(load: Callable[[io.BytesIO], T], content: bytes, limit: int, what: str) -> T:
    if not isinstance(content, bytes):  # a damaged row may hold anything
        raise ArchiveError(f"file: not a {what} of ANN Lab ({short(content)})")
    try:
        if content.count(b"PK\1\2") > MAX_FILE_PARTS:  # each entry of a zip's directory begins so
            raise ArchiveError(
                f"file: holds more than {MAX_FILE_PARTS} parts; a {what} has only a few"
            )
        size = max(len(content), unpacked_size(content))
        if size > limit:
            raise ArchiveError(f"file: holds {in_mb(size)}; the limit is {in_mb(limit)}")
        return load(io.BytesIO(content))
    except CheckpointError as error:
        raise ArchiveError(f"file: {error}") from error
    except DAMAGE as error:
        if isinstance(error, ArchiveError):
            raise
        raise ArchiveError(f"file: not a {what} of ANN Lab ({reason(error)})") from error
