"""The limits of what is saved: the oldest runs are deleted, and the README says so."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from ann.keeping import limits
from ann.keeping.database import ArchiveError
from ann.keeping.drawings import PIXELS
from ann.keeping.room import FullError
from tests.ann.keeping.trained import ANNA, BEN, RUN, names

CLEO = "cleo-" + 40 * "c"
README = Path(limits.__file__).with_name("README.md")


def table(title):
    """One of the README's tables, from its title row: the cells of each row, by its first one."""
    text = README.read_text(encoding="utf-8").partition(f"{title}\n")[2].partition("\n\n")[0]
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in text.splitlines()[1:]]
    return {first: rest for first, *rest in cells}


def test_the_readme_lists_the_limits_of_the_code():
    runs, sweeps = limits.room_for_runs(), limits.room_for_sweeps()
    days = f"{limits.MAX_DAYS:g} days without a change"
    largest = f"{limits.MAX_RUN_BYTES // 10**6} MB, about {limits.MAX_RUN_BYTES // 4 // 10**6} "
    visitor_hour = f"{limits.MAX_VISITOR_HOUR_BYTES // 10**6} MB"
    address_hour = f"{limits.MAX_ADDRESS_HOUR_BYTES / 10**9} GB"
    assert table("| | runs | sweeps |") == {
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
        "added within an hour, per visitor": [visitor_hour, visitor_hour],
        "added within an hour, per address": [address_hour, address_hour],
        "deleted after": [days, days],
    }
    assert runs.safe_bytes == 50_000_000, "the README says so"
    lessons = limits.room_for_lessons()
    told = README.read_text(encoding="utf-8")
    assert f"up to {lessons.rows} lessons of {limits.MAX_LESSON_BYTES // 1000} KB" in told
    assert f"{lessons.all_bytes // 10**6} MB for all visitors" in told
    drawings = limits.room_for_drawings()
    assert drawings.bytes == drawings.rows * PIXELS
    assert f"up to {drawings.rows} drawings of {PIXELS} bytes" in told
    assert f"{drawings.all_bytes // 10**6} MB for all visitors, deleted after the same 180" in told


def test_the_readme_lists_the_variables_of_the_code():
    rows = table("| variable | sets | default | allowed |")
    assert {name: (default, allowed) for name, (_, default, allowed) in rows.items()} == {
        f"`{name}`": (f"{default:,}", f"{low:,} to {high:,}")
        for name, (default, low, high) in limits.VARIABLES.items()
    }


@pytest.mark.parametrize("text", ["0", "100001", "many", "nan", "-5", "1e999"])
def test_a_variable_that_cannot_be_used_is_named_with_its_value_and_range(monkeypatch, text):
    monkeypatch.setenv("ANN_SAVED_RUNS", text)
    why = re.escape(f"ANN_SAVED_RUNS: {text!r} is not a number from 1 to 100,000")
    with pytest.raises(ValueError, match=why):
        limits.from_environment("ANN_SAVED_RUNS")
    monkeypatch.setenv("ANN_SAVED_RUNS", "20")
    assert limits.from_environment("ANN_SAVED_RUNS") == 20


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


def test_beyond_the_bytes_of_all_visitors_the_largest_owner_loses_its_oldest(archive, monkeypatch):
    archive.save(BEN, RUN, name="Ben's")
    size = archive.list(BEN)[0].size
    for letter in "abcd":
        archive.save(ANNA, RUN, name=letter)
    monkeypatch.setattr(limits, "MAX_VISITOR_BYTES", 20 * size)  # whoever has two runs is safe
    monkeypatch.setattr(limits, "MAX_ALL_RUNS_BYTES", int(5.5 * size))
    archive.save(CLEO, RUN, name="Cleo's")
    assert names(archive) == ["d", "c", "b"], "Anna has saved most"
    assert names(archive, BEN) == ["Ben's"] and names(archive, CLEO) == ["Cleo's"]
    archive.save(ANNA, RUN, name="e")
    assert names(archive) == ["e", "d", "c"], "her own newest takes the place of her oldest"
    assert names(archive, BEN) == ["Ben's"] and names(archive, CLEO) == ["Cleo's"]


def test_a_newcomer_is_refused_rather_than_let_somebody_lose_who_has_little(archive, monkeypatch):
    archive.save(BEN, RUN, name="Ben's")
    monkeypatch.setattr(limits, "MAX_ALL_RUNS_BYTES", int(1.5 * archive.list(BEN)[0].size))
    with pytest.raises(FullError, match=r"all visitors together; the limit is 0\.0 MB\. Delete"):
        archive.save(ANNA, RUN, name="Anna's")
    assert names(archive, BEN) == ["Ben's"] and names(archive) == []
    longer = replace(RUN, message=500 * "What a training! ")
    archive.update(BEN, archive.list(BEN)[0].id, longer, "running")
    assert names(archive, BEN) == ["Ben's"], "a training that is saved already continues"


def test_fresh_cookies_cannot_erase_what_others_have_saved(archive, monkeypatch):
    archive.save(BEN, RUN, name="Ben's")
    size = archive.list(BEN)[0].size
    monkeypatch.setattr(limits, "MAX_VISITOR_BYTES", 30 * size)
    monkeypatch.setattr(limits, "MAX_ALL_RUNS_BYTES", 12 * size)
    refused = 0
    for k in range(20):
        try:
            archive.save(f"{k:043}", RUN)
        except FullError:
            refused += 1
    assert names(archive, BEN) == ["Ben's"] and refused == 9


def test_a_run_that_is_too_large_is_refused_with_its_size(archive, monkeypatch):
    monkeypatch.setattr(limits, "MAX_RUN_BYTES", 1_000)
    with pytest.raises(ArchiveError, match=r"MB\) exceeds the limit of .* and was not saved"):
        archive.save(ANNA, RUN)
    assert archive.list(ANNA) == ()
