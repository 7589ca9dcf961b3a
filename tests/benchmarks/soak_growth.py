"""What a server takes, sampled for long: does it grow?

After the warm-up, the same work goes on all the time, so nothing should grow but the saved runs.
The medians of a window at the beginning and of one at the end of that time are compared; a slope
alone would take a single late jump for slow growth.
"""

import contextlib
import sqlite3
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ann.running.state_file import MEMORY, PREFIX
from tests.benchmarks.server import descendants, fields

WINDOW = 0.25  # of the time, at its beginning and at its end
LEAST_MINUTES = 10.0  # between the first and the last sample; with less, pages only begin to close
LEAST_SAMPLES = 10


class Bound(NamedTuple):
    """What is measured, and the most by which it may grow from window to window."""

    name: str
    most: float


BOUNDS = (
    Bound("server's memory, MB", 30.0),
    Bound("workers' memory, MB", 30.0),
    Bound("server's open files", 10.0),
    Bound("workers' open files", 10.0),
    Bound("server's threads", 5.0),
    Bound("shared memory, MB", 10.0),
    Bound("archive beyond what it holds, MB", 20.0),
)


class Growth(NamedTuple):
    """One measure at the beginning and at the end of the time (medians)."""

    bound: Bound
    first: float
    last: float

    @property
    def failure(self) -> str:
        """What is wrong; empty if it is flat."""
        if self.last - self.first <= self.bound.most:
            return ""
        return f"{self.bound.name}: from {self.first:.1f} to {self.last:.1f}"


def usage(pid: int, archive: Path) -> tuple[float, ...]:
    """What BOUNDS names, of a server, its workers and its archive. `OSError` if one is gone."""
    workers = descendants(pid)
    return (
        fields(pid, "status")["RssAnon"],
        sum(fields(worker, "status").get("RssAnon", 0.0) for worker in workers),
        _entries(pid, "fd"),
        sum(_entries(worker, "fd") for worker in workers),
        _entries(pid, "task"),
        shared_mb([pid]),
        _beyond(archive),
    )


def shared_mb(pids: list[int]) -> float:
    """The shared memory that the states of these servers take, also of those that have ended."""
    found = 0.0
    for pid in pids:
        for path in MEMORY.glob(f"{PREFIX}{pid}-*/**/*"):
            with contextlib.suppress(OSError):
                found += path.stat().st_blocks * 512 / 1e6
    return found


def growths(samples: list[tuple[float, ...]]) -> list[Growth]:
    """The growth of each measure; nothing if there are too few samples.

    >>> [growth.last for growth in growths([(5.0,) * 7] * 40)]
    [5.0, 5.0, 5.0, 5.0, 5.0, 5.0, 5.0]
    """
    count = int(len(samples) * WINDOW)
    if count < LEAST_SAMPLES:
        return []
    rows = np.array(samples, float)
    first, last = np.median(rows[:count], 0), np.median(rows[-count:], 0)
    return [Growth(*one) for one in zip(BOUNDS, first.tolist(), last.tolist(), strict=True)]


def table(found: list[Growth]) -> str:
    """The growths as a Markdown table."""
    lines = ["| | after the warm-up | at the end | may grow by |", "| --- | --- | --- | --- |"]
    for (name, most), first, last in found:
        lines.append(f"| {name} | {first:.1f} | {last:.1f} | {most:g} |")
    return "\n".join(lines)


def _entries(pid: int, folder: str) -> float:
    try:
        return len(list(Path(f"/proc/{pid}/{folder}").iterdir()))
    except OSError:
        return 0.0


def _beyond(archive: Path) -> float:
    """The size of the archive's files beyond that of the runs in them: what is lost or reserved."""
    files = (archive.with_name(archive.name + end) for end in ("", "-wal", "-shm", "-reserve"))
    size = sum(file.stat().st_size for file in files if file.exists())
    try:
        with contextlib.closing(sqlite3.connect(f"file:{archive}?mode=ro", uri=True)) as db:
            held = db.execute("SELECT coalesce(sum(size), 0) FROM runs").fetchone()[0]
    except sqlite3.Error as error:  # just deleted
        raise OSError(str(error)) from error
    return (size - held) / 1e6
