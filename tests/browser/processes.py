"""The processes of a server under test (Linux only)."""

import os
from contextlib import suppress
from pathlib import Path

from ann.running.pool import NICE
from tests.benchmarks.server import descendants


def workers(server) -> set[int]:
    """The server's worker processes: those with a lower priority."""
    found = set()
    for pid in alive(descendants(server.pid)):
        with suppress(ProcessLookupError):  # it has just ended
            if os.getpriority(os.PRIO_PROCESS, pid) >= NICE:
                found.add(pid)
    return found


def alive(processes) -> set[int]:
    """Those that still run; a zombie has ended and waits for its parent to notice."""
    found = set()
    for pid in processes:
        with suppress(OSError):
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
            if state != "Z":
                found.add(pid)
    return found
