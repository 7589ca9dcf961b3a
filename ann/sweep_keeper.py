"""Keeps the sweeps of all visitors while they run, in one thread of its own.

As `ann.keeper` does for trainings: whenever trials have come to an end, what the sweep has come to
is written anew, and neither the pages nor the callbacks of the pool ever wait for the disk.
"""

import logging
import threading
import weakref
from dataclasses import dataclass

from ann.archive_file import ArchiveError, MissingError
from ann.kept_sweeps import KeptSweeps
from ann.sweep import Sweep

LOOK_SECONDS = 1.0  # between two looks at all sweeps: what a server that is killed may lose
LOG = logging.getLogger(__name__)


@dataclass(eq=False)
class Watched:
    """A sweep, and what of it has been written."""

    visitor: str
    fingerprint: str  # of its data set
    sweep: weakref.ref
    held: Sweep | None  # only while there is something to write: else the sweep may go
    number: int | None = None  # of the kept sweep
    revision: int = -1  # of the sweep when it was written
    problem: str = ""  # why it could not be


class SweepKeeper:
    """Writes sweeps to `kept` from a thread that begins at once and ends with `close`."""

    def __init__(self, kept: KeptSweeps, every: float = LOOK_SECONDS):
        self._kept, self._every = kept, every
        self._lock = threading.Lock()
        self._watched: list[Watched] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="ann-sweep-keeper", daemon=True)
        self._thread.start()

    def watch(
        self, visitor: str, fingerprint: str, sweep: Sweep, number: int | None = None
    ) -> None:
        """Keep this sweep from now on; `number` is the kept sweep that it goes on from, if any."""
        revision = -1 if number is None else sweep.revision
        one = Watched(visitor, fingerprint, weakref.ref(sweep), sweep, number, revision)
        with self._lock:
            self._watched.append(one)

    def live(self, visitor: str, number: int | None = None) -> tuple[Sweep, str] | None:
        """A visitor's last sweep, or the one with this number, if it is still in memory.

        With it comes the fingerprint of its data.
        """
        with self._lock:
            mine = [w for w in self._watched if w.visitor == visitor]
            found = [(w.held or w.sweep(), w) for w in mine if number in (None, w.number)]
        return next(((sweep, w.fingerprint) for sweep, w in reversed(found) if sweep), None)

    def number(self, sweep: Sweep | None) -> int | None:
        """The number of the kept sweep that this one is written to; None if there is none (yet)."""
        with self._lock:
            return next((w.number for w in self._watched if sweep and w.sweep() is sweep), None)

    def busy(self, visitor: str) -> bool:
        """Whether a sweep of this visitor runs, or has come to something that is not written."""
        with self._lock:
            found = [(w, w.held or w.sweep()) for w in self._watched if w.visitor == visitor]
        return any(s and not (s.quiet and s.revision == w.revision) for w, s in found)

    def problem(self, sweep: Sweep) -> str:
        """Why a sweep could not be kept; empty if all is well."""
        with self._lock:
            return next((w.problem for w in self._watched if w.sweep() is sweep), "")

    def close(self) -> None:
        """Write what is left, and end."""
        self._stop.set()
        self._thread.join(60)

    def _work(self) -> None:
        while not self._stop.wait(self._every):
            self._look()
        self._look()

    def _look(self) -> None:
        with self._lock:
            watched = list(self._watched)
        for one in watched:
            if not self._look_at(one):
                with self._lock:
                    self._watched.remove(one)

    def _look_at(self, one: Watched) -> bool:
        """Write a sweep where it has changed; False if it need not be looked at again."""
        sweep = one.held or one.sweep()
        if sweep is None:
            return False
        quiet, revision, goes_on = sweep.quiet, sweep.revision, True
        if revision != one.revision:
            try:
                self._write(one, sweep)
                one.problem = ""
            except MissingError:  # too old, or one of too many: then it stays away
                goes_on = False
            except ArchiveError as error:
                one.problem = str(error)
            except Exception:  # whatever is wrong with one sweep, the others must be kept
                LOG.exception("a sweep could not be kept")
            one.revision = revision
        one.held = None if quiet else sweep
        return goes_on

    def _write(self, one: Watched, sweep: Sweep) -> None:
        results = sweep.results()
        if one.number is not None:
            self._kept.update(one.visitor, one.number, results)
        elif any(result.status != "waiting" for trial in results.trials for result in trial):
            one.number = self._kept.keep(one.visitor, one.fingerprint, sweep.plan, results)
