"""The tables of kept runs: what a row holds, and how it becomes a `SavedRun`."""

import io
import sqlite3
import zipfile

from ann.keeping.database import ArchiveError, MissingError
from ann.keeping.summary import SavedRun, Summary, recipe_from_json, recipe_to_json
from ann.recipes.naming import unique
from ann.run import Run
from ann.saving.checkpoint import Progress, load_run, load_state, save_run, save_state
from ann.saving.npz import DAMAGE, CheckpointError
from ann.state import State

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
CREATE TABLE IF NOT EXISTS states (
    run INTEGER PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE, npz BLOB NOT NULL);
"""
COLUMNS = """id, name, note, created, updated, status, size, fingerprint, recipe, summary,
    EXISTS (SELECT 1 FROM states WHERE run = id)"""


def columns_of(run: Run, status: str, parts: tuple[bytes, bytes]) -> dict:
    """What a list of runs shows of a run, by column; `parts` are its file and its state."""
    return {
        "status": status,
        "size": sum(map(len, parts)),
        "fingerprint": run.fingerprint,
        "recipe": recipe_to_json(run.recipe),
        "summary": Summary.of(run).to_json(),
    }


def kept_of(row: tuple) -> SavedRun | None:
    """A row of COLUMNS; None where this version cannot read it."""
    *plain, recipe, summary, goes_on = row
    try:
        recipe, summary = recipe_from_json(recipe), Summary.from_json(summary)
        return SavedRun(*plain, recipe, summary, has_state=bool(goes_on))
    except (ValueError, TypeError, AttributeError):
        return None


def put(db: sqlite3.Connection, number: int, parts: tuple[bytes, bytes]) -> None:
    """Write a run's file, and its state if there is one, in place of those that it has."""
    db.execute("REPLACE INTO files VALUES (?, ?)", (number, parts[0]))
    if parts[1]:
        db.execute("REPLACE INTO states VALUES (?, ?)", (number, parts[1]))
    else:
        db.execute("DELETE FROM states WHERE run = ?", (number,))


def free_name(db: sqlite3.Connection, owner: str, name: str, number: int = 0) -> str:
    """The name, with a number behind it if another run of the owner has it."""
    query = "SELECT name FROM runs WHERE visitor = ? AND id != ?"
    return unique(name, {row[0] for row in db.execute(query, (owner, number))})


def find(db: sqlite3.Connection, columns: str, owner: str, number: int) -> tuple:
    """Some columns of one run. `MissingError` if the owner has no such run."""
    query = f"SELECT {columns} FROM runs WHERE visitor = ? AND id = ?"
    row = db.execute(query, (owner, number)).fetchone()
    if row is None:
        raise MissingError(f"run {number}: there is no such run, or not any more")
    return row


def clean(what: str, text: str, most: int) -> str:
    """Text without what no one can see; `ArchiveError` if it is too long."""
    text = "".join(c for c in str(text) if c.isprintable() or (c == "\n" and what == "note"))
    text = text.strip()
    if len(text) > most:
        raise ArchiveError(f"{what}: has {len(text):,} characters; at most {most:,}")
    return text


MOST_PARTS = 100  # of a file; half a million take the server half a minute to list


SAME = ("recipe", "n_features", "n_classes", "scaling", "step", "epoch", "images_seen")


def pack_run(run: Run, most: int) -> bytes:
    """A run's `.npz`. `ArchiveError` beyond `most` bytes."""
    file = io.BytesIO()
    save_run(run, file)
    if file.tell() > most:
        raise ArchiveError(
            f"run: {file.tell() / 1e6:,.0f} MB are too many to keep; at most {most / 1e6:,.0f} MB"
        )
    return file.getvalue()


def pack_state(state: State | None, most: int) -> bytes:
    """A state's `.npz`; nothing where there is none, or beyond `most` bytes."""
    if state is None:
        return b""
    file = io.BytesIO()
    save_state(state, file)
    return file.getvalue() if file.tell() <= most else b""


def unpack_run(content: bytes, most: int) -> Run:
    """The run in a file that somebody brings. `ArchiveError` if it is anything else.

    Nothing larger than `most` bytes is ever unpacked.
    """
    return _unpack(load_run, content, most, "run")


def unpack_state(content: bytes, run: Run, most: int) -> Progress:
    """The state in a file, with the curves of the `run` that it belongs to, to go on from there.

    `ArchiveError` if it is anything else, or belongs to another run.
    """
    state = _unpack(load_state, content, most, "state")
    strange = [name for name in SAME if getattr(state, name) != getattr(run, name)]
    if strange or state.reason:
        raise ArchiveError(f"file: {(strange or ['reason'])[0]}: the state of another run")
    return Progress(state, run.history, run.fingerprint)


def _unpack(load, content: bytes, most: int, what: str):
    try:
        if content.count(b"PK\1\2") > MOST_PARTS:  # what an entry of the list begins with
            raise ArchiveError(f"file: holds more than {MOST_PARTS} parts; a {what} has a few")
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            size = max(len(content), sum(part.file_size for part in parts.infolist()))
        if size > most:
            raise ArchiveError(f"file: holds {size / 1e6:,.0f} MB; at most {most / 1e6:,.0f} MB")
        return load(io.BytesIO(content))
    except CheckpointError as error:
        raise ArchiveError(f"file: {error}") from error
    except DAMAGE as error:
        if isinstance(error, ArchiveError):
            raise
        raise ArchiveError(f"file: not a {what} of ANN Lab ({error})") from error
