"""The limits of what is saved, as the README lists them."""

from pathlib import Path

from ann.keeping import limits

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
