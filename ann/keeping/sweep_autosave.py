"""Saves the sweeps of all visitors while they run: whenever trials have ended."""

import threading
import weakref

from ann.keeping.autosave import Autosave, Watched
from ann.keeping.sweeps import SweepArchive
from ann.search.sweep import Sweep
from ann.search.view import TrialStatus

LOOK_SECONDS = 1.0  # between two looks at all sweeps: what a killed server may lose


class SweepAutosave(Autosave[Sweep]):
    """Writes sweeps to `archive`."""

    def __init__(self, archive: SweepArchive, every: float = LOOK_SECONDS):
        self._archive, self._taking = archive, threading.Lock()
        self._fingerprints: weakref.WeakKeyDictionary[Sweep, str] = weakref.WeakKeyDictionary()
        super().__init__("ann-sweep-autosave", look=every)

    def watch(
        self,
        visitor: str,
        fingerprint: str,
        sweep: Sweep,
        number: int | None = None,
        address: str = "",
    ) -> Sweep:
        """Save this sweep from now on; `number` is the saved sweep that it continues, if any.

        `fingerprint` is its data set's, `address` says from where the visitor comes. Returns the
        sweep, or the one that another page has made of the same number in the meantime.
        """
        revision = -1 if number is None else sweep.revision
        with self._taking:
            if number is not None and (live := self.live(visitor, number)):
                return live[0]
            self._fingerprints[sweep] = fingerprint
            one = Watched(visitor, weakref.ref(sweep), sweep, number, revision, address)
            self._watch(one)
        return sweep

    def live(self, visitor: str, number: int | None = None) -> tuple[Sweep, str] | None:
        """A visitor's last sweep, or the one with this number, if it is still in memory.

        The fingerprint of its data set comes with it.
        """
        for one, sweep in reversed(self._of(visitor)):
            if number in (None, one.number):
                return sweep, self._fingerprints[sweep]
        return None

    def problem(self, sweep: Sweep) -> str:
        """Why a sweep could not be saved; empty if all is well."""
        with self._lock:
            return next((w.problem for w in self._watched if w.thing() is sweep), "")

    def _active(self, sweep: Sweep) -> bool:
        return not sweep.at_rest

    def _file(self) -> int:
        return self._archive.database_file()

    def _write(self, one: Watched[Sweep], sweep: Sweep) -> None:
        results = sweep.results()
        if one.number is not None:
            self._archive.update(one.visitor, one.number, results, one.address)
        elif any(
            result.status != TrialStatus.WAITING for trial in results.trials for result in trial
        ):
            fingerprint = self._fingerprints[sweep]
            one.number = self._archive.save(
                one.visitor, fingerprint, sweep.plan, results, one.address
            )
