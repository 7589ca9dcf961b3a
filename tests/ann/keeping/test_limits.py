"""The limits of what is saved: the oldest runs are deleted, and the README says so."""

import time
from pathlib import Path

import pytest

from ann.keeping import limits
from ann.keeping.database import ArchiveError
from tests.ann.keeping.trained import ANNA, BEN, RUN, names

README = Path(limits.__file__).with_name("README.md")


def table():
    """The README's table of limits: the cells of each row, by its first one."""
    rows = [line for line in README.read_text(encoding="utf-8").splitlines() if line[:1] == "|"]
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows[2:]]
    return {first: rest for first, *rest in cells}


def test_the_readme_lists_the_limits_of_the_code():
    runs, sweeps = limits.room_for_runs(), limits.room_for_sweeps()
    days = f"{limits.MAX_DAYS} days without a change"
    largest = f"{limits.MAX_RUN_BYTES // 10**6} MB, about {limits.MAX_RUN_BYTES // 4 // 10**6} "
    assert table() == {
        "per visitor": [f"{runs.rows}", f"{sweeps.rows}"],
        "size of one": [
            f"{largest}million weights",
            f"{limits.MAX_SWEEP_BYTES // 10**6} MB",
        ],
        "size of all, per visitor": [
            f"{runs.bytes // 10**6} MB",
            f"{sweeps.bytes // 10**6} MB",
        ],
        "size of all, all visitors": [
            f"{runs.all_bytes // 10**9} GB",
            f"{sweeps.all_bytes // 10**9} GB",
        ],
        "deleted after": [days, days],
    }


def test_the_largest_run_fits_into_what_its_visitor_may_save():
    for room, largest in (
        (limits.room_for_runs(), limits.MAX_RUN_BYTES),
        (limits.room_for_sweeps(), limits.MAX_SWEEP_BYTES),
    ):
        assert largest <= room.bytes <= room.all_bytes


def test_beyond_the_limit_of_runs_this_visitors_oldest_are_deleted(archive, monkeypatch):
    monkeypatch.setattr(limits, "MAX_RUNS", 3)
    archive.save(BEN, RUN, name="Ben's")
    for letter in "abcde":
        archive.save(ANNA, RUN, name=letter)
    assert names(archive) == ["e", "d", "c"]
    assert names(archive, BEN) == ["Ben's"]


def test_beyond_the_bytes_per_visitor_the_oldest_are_deleted(archive, monkeypatch):
    archive.save(ANNA, RUN, name="a")
    monkeypatch.setattr(limits, "MAX_VISITOR_BYTES", int(2.5 * archive.list(ANNA)[0].size))
    for letter in "bc":
        archive.save(ANNA, RUN, name=letter)
    assert names(archive) == ["c", "b"]
    monkeypatch.setattr(limits, "MAX_VISITOR_BYTES", 1)
    archive.save(ANNA, RUN, name="d")
    assert names(archive) == ["d"], "the newest always stays"


def test_beyond_the_bytes_of_all_visitors_the_oldest_are_deleted(archive, monkeypatch):
    archive.save(BEN, RUN, name="Ben's")
    monkeypatch.setattr(limits, "MAX_ALL_RUNS_BYTES", int(1.5 * archive.list(BEN)[0].size))
    archive.save(ANNA, RUN, name="Anna's")
    assert names(archive, BEN) == [] and names(archive) == ["Anna's"]


def test_runs_without_a_change_for_long_are_deleted(archive, monkeypatch):
    archive.save(ANNA, RUN, name="old")
    later = time.time() + (limits.MAX_DAYS + 1) * 86_400
    monkeypatch.setattr(time, "time", lambda: later)
    archive.save(ANNA, RUN, name="new")
    assert names(archive) == ["new"]


def test_a_run_that_is_too_large_is_refused_with_its_size(archive, monkeypatch):
    monkeypatch.setattr(limits, "MAX_RUN_BYTES", 1_000)
    with pytest.raises(ArchiveError, match=r"MB\) exceeds the limit of .* and was not saved"):
        archive.save(ANNA, RUN)
    assert archive.list(ANNA) == ()
