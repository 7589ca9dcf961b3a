"""The tables of kept runs: what a row holds, and how it becomes a `Kept`."""

import sqlite3

from ann.keeping.database import ArchiveError, MissingError
from ann.keeping.summary import Kept, Summary, recipe_from_json, recipe_to_json
from ann.recipes.naming import unique
from ann.run import Run

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


def kept_of(row: tuple) -> Kept | None:
    """A row of COLUMNS; None where this version cannot read it."""
    *plain, recipe, summary, goes_on = row
    try:
        recipe, summary = recipe_from_json(recipe), Summary.from_json(summary)
        return Kept(*plain, recipe, summary, has_state=bool(goes_on))
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
