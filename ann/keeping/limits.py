"""How much is saved: every limit on what one visitor and all visitors together may fill.

Beyond a limit, whatever was changed longest ago is deleted first. `ann/keeping/README.md` lists the
same numbers for readers, and a test compares the two.
"""

from typing import NamedTuple

MAX_RUNS = 300  # per visitor
MAX_VISITOR_BYTES = 500_000_000  # all runs of a visitor together
MAX_RUN_BYTES = 50_000_000  # a larger run is not saved; its training state counts too
MAX_ALL_RUNS_BYTES = 10_000_000_000  # the runs of all visitors together

MAX_SWEEPS = 20  # per visitor
MAX_SWEEP_BYTES = 1_000_000  # the largest allowed, 200 trials from 5 seeds, takes a fifth of that
MAX_ALL_SWEEPS_BYTES = 1_000_000_000  # the sweeps of all visitors together

MAX_DAYS = 180  # since a run or a sweep was last changed

MAX_NAME, MAX_NOTE = 100, 2_000  # characters
MAX_FILE_PARTS = 100  # of an uploaded file; half a million would take half a minute to list


class Room(NamedTuple):
    """How much the rows of a table may take."""

    rows: int  # per visitor
    bytes: int  # per visitor
    all_bytes: int  # all visitors together
    days: float  # since a row was last changed


def room_for_runs() -> Room:
    """How much the runs may take."""
    return Room(MAX_RUNS, MAX_VISITOR_BYTES, MAX_ALL_RUNS_BYTES, MAX_DAYS)


def room_for_sweeps() -> Room:
    """How much the sweeps may take."""
    return Room(MAX_SWEEPS, MAX_SWEEPS * MAX_SWEEP_BYTES, MAX_ALL_SWEEPS_BYTES, MAX_DAYS)


def in_mb(size: int) -> str:
    """A size in bytes as text, in MB.

    >>> in_mb(80_000_000), in_mb(1_240_000), in_mb(0)
    ('80 MB', '1.2 MB', '0.0 MB')
    """
    mb = size / 1e6
    return f"{mb:,.0f} MB" if mb >= 10 else f"{mb:,.1f} MB"
