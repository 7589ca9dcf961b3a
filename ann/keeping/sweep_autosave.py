"""Keeps the sweeps of all visitors while they run.

Whenever trials have come to an end, what the sweep has come to is written anew.
"""

import threading
import weakref
from dataclasses import dataclass

from ann.keeping.autosave import Autosave, Watched
from ann.keeping.sweeps import SweepArchive
from ann.search.sweep import Sweep
from ann.search.view import TrialStatus

LOOK_SECONDS = 1.0  # between two looks at all sweeps: what a server that is killed may lose


@dataclass(eq=False)
class WatchedSweep(Watched):
    """A sweep, and what of it has been written."""

    fingerprint: str = ""  # of its data set


class SweepAutosave(Autosave):
    """Writes sweeps to `kept`."""

    def __init__(self, kept: SweepArchive, every: float = LOOK_SECONDS):
        self._kept, self._taking = kept, threading.Lock()
        super().__init__("ann-sweep-keeper", look=every)

    def watch(
        self, visitor: str, fingerprint: str, sweep: Sweep, number: int | None = None
    ) -> Sweep:
        """Keep this sweep from now on; `number` is the kept sweep that it goes on from, if any.

        Returns the sweep: that of another page, if one has made it of the same number meanwhile.
        """
        revision = -1 if number is None else sweep.revision
        ref = weakref.ref(sweep)
        one = WatchedSweep(visitor, ref, sweep, number, revision, fingerprint=fingerprint)
        with self._taking:
            if number is not None and (live := self.live(visitor, number)):
                return live[0]
            self._watch(one)
        return sweep

    def live(self, visitor: str, number: int | None = None) -> tuple[Sweep, str] | None:
        """A visitor's last sweep, or the one with this number, if it is still in memory.

        With it comes the fingerprint of its data.
        """
        found = reversed(self._of(visitor))
        return next(((s, w.fingerprint) for w, s in found if number in (None, w.number)), None)

    def problem(self, sweep: Sweep) -> str:
        """Why a sweep could not be kept; empty if all is well."""
        with self._lock:
            return next((w.problem for w in self._watched if w.thing() is sweep), "")

    def _grows(self, sweep: Sweep) -> bool:
        return not sweep.quiet

    def _write(self, one: WatchedSweep, sweep: Sweep) -> None:
        results = sweep.results()
        if one.number is not None:
            self._kept.update(one.visitor, one.number, results)
        elif any(
            result.status != TrialStatus.WAITING for trial in results.trials for result in trial
        ):
            one.number = self._kept.keep(one.visitor, one.fingerprint, sweep.plan, results)
