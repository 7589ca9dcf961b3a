"""How much is saved: every limit on what one visitor and all visitors together may fill.

`ann/keeping/README.md` lists the same numbers for readers, says what happens beyond them, and names
the environment variables that change them; a test compares the two.
"""

import os
from typing import NamedTuple

from ann.running.limits import PROCESSES, number_in

MB, GB = 1_000_000, 1_000_000_000


VARIABLES = {  # that set a limit: its default, the least and the most that are allowed
    "ANN_SAVED_RUNS": (300, 1, 100_000),
    "ANN_SAVED_MB": (500, 50, 1_000_000),
    "ANN_SAVED_TOTAL_GB": (10, 0.05, 100_000),
    "ANN_SAVED_MB_PER_HOUR": (500, 50, 1_000_000),
    "ANN_SAVED_MB_PER_HOUR_PER_ADDRESS": (2_500, 50, 10_000_000),
    "ANN_SAVED_DAYS": (180, 1, 36_500),
    "ANN_CLASSES": (20, 1, 10_000),
    "ANN_ALL_CLASSES": (500, 1, 100_000),
    "ANN_MEMBERS": (400, 1, 3_000),
    "ANN_CLASS_DAYS": (30, 1, 30),
    "ANN_SAVED_DRAWINGS": (400, 20, 10_000),
}


def from_environment(variable: str) -> float:
    """The number in one of the VARIABLES. `ValueError` if it can't be used."""
    return number_in(os.environ, variable, *VARIABLES[variable])


MAX_RUNS = int(from_environment("ANN_SAVED_RUNS"))  # per visitor
MAX_VISITOR_BYTES = int(MB * from_environment("ANN_SAVED_MB"))  # all runs of a visitor together
MAX_ALL_RUNS_BYTES = int(GB * from_environment("ANN_SAVED_TOTAL_GB"))  # the runs of all visitors
MAX_RUN_BYTES = 50 * MB  # unpacked; a larger run is not saved. Its training state counts too
SAFE_SHARE = 0.1  # of what a visitor may save: whoever has no more never loses a run to others

MAX_UNDO_BYTES = 20 * MB  # of deleted runs that an open page holds in memory, to bring them back

MAX_SWEEPS = 20  # per visitor
MAX_SWEEP_BYTES = 1 * MB  # the largest allowed, 200 trials from 5 seeds, takes a fifth of that
MAX_ALL_SWEEPS_BYTES = 1 * GB  # the sweeps of all visitors together

MAX_LESSONS = 100  # per visitor
MAX_LESSON_BYTES = 30_000  # how far a visitor is in one; a long lesson takes about a tenth of that
MAX_ALL_LESSONS_BYTES = 100 * MB  # of all visitors together

MAX_CLASSES = int(from_environment("ANN_CLASSES"))  # that one browser teaches
MAX_ALL_CLASSES = int(from_environment("ANN_ALL_CLASSES"))  # on this server
MAX_MEMBERS = int(from_environment("ANN_MEMBERS"))  # of a class
CLASS_DAYS = from_environment("ANN_CLASS_DAYS")  # after which a class and all of its data is gone
MAX_POSTS = 200  # runs of a member on the board

MAX_DRAWINGS = int(from_environment("ANN_SAVED_DRAWINGS"))  # per visitor, of 784 bytes each
MAX_ALL_DRAWINGS_BYTES = 200 * MB  # of all visitors together

# What may be added within an hour: by a visitor, and by all visitors from one address. Forty
# learners behind one address who save a default run each minute add half of that. Each server
# process counts for itself, so each gets its part of what may come from one address.
MAX_VISITOR_HOUR_BYTES = int(MB * from_environment("ANN_SAVED_MB_PER_HOUR"))
MAX_ADDRESS_HOUR_BYTES = int(MB * from_environment("ANN_SAVED_MB_PER_HOUR_PER_ADDRESS") / PROCESSES)

MAX_DAYS = from_environment("ANN_SAVED_DAYS")  # since a run or a sweep was last changed

MAX_NAME, MAX_NOTE = 100, 2_000  # characters
MAX_FILE_PARTS = 100  # of an uploaded file; half a million would take half a minute to list


class Room(NamedTuple):
    """How much the rows of a table may take."""

    rows: int  # per visitor
    bytes: int  # per visitor
    all_bytes: int  # all visitors together
    days: float  # since a row was last changed

    @property
    def safe_bytes(self) -> int:
        """Whoever has saved no more than this never loses anything to others."""
        return int(self.bytes * SAFE_SHARE)


def room_for_runs() -> Room:
    """How much the runs may take."""
    return Room(MAX_RUNS, MAX_VISITOR_BYTES, MAX_ALL_RUNS_BYTES, MAX_DAYS)


def room_for_sweeps() -> Room:
    """How much the sweeps may take."""
    return Room(MAX_SWEEPS, MAX_SWEEPS * MAX_SWEEP_BYTES, MAX_ALL_SWEEPS_BYTES, MAX_DAYS)


def room_for_lessons() -> Room:
    """How much the lessons may take."""
    return Room(MAX_LESSONS, MAX_LESSONS * MAX_LESSON_BYTES, MAX_ALL_LESSONS_BYTES, MAX_DAYS)


def room_for_drawings() -> Room:
    """How much the drawings may take; `drawings.PIXELS` bytes each."""
    return Room(MAX_DRAWINGS, MAX_DRAWINGS * 784, MAX_ALL_DRAWINGS_BYTES, MAX_DAYS)


def in_mb(size: int) -> str:
    """A size in bytes as text, in MB.

    >>> in_mb(80_000_000), in_mb(1_240_000), in_mb(0)
    ('80 MB', '1.2 MB', '0.0 MB')
    """
    mb = size / 1e6
    return f"{mb:,.0f} MB" if mb >= 10 else f"{mb:,.1f} MB"
