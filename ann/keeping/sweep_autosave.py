"""Saves the sweeps of all visitors while they run: whenever trials have ended."""

import threading
import weakref
from contextlib import suppress

from ann.keeping.autosave import Autosave, Watched
from ann.keeping.database import MissingError, UnusableError
from ann.keeping.lease import Heart, TakenError
from ann.keeping.sweeps import SweepArchive
from ann.running.view import Status
from ann.search.sweep import Sweep
from ann.search.view import TrialStatus

ON_ANOTHER_SERVER = "This sweep continues on another server."
LOOK_SECONDS = 1.0  # between two looks at all sweeps: what a killed server may lose


class SweepAutosave(Autosave[Sweep]):
    """Writes sweeps to `archive`."""

    def __init__(self, archive: SweepArchive, every: float = LOOK_SECONDS):
        self._archive, self._taking = archive, threading.Lock()
        self._fingerprints: weakref.WeakKeyDictionary[Sweep, str] = weakref.WeakKeyDictionary()
        self._taken: weakref.WeakKeyDictionary[Sweep, int] = weakref.WeakKeyDictionary()
        super().__init__("ann-sweep-autosave", look=every)
        self._heart = Heart(archive.leases)

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

    def take(self, visitor: str, sweep: Sweep) -> int | None:
        """Take the lease on a sweep that is about to be resumed.

        Returns None if it may be resumed; its number if it must be brought back from the archive
        first, because another server has trained it since. `TakenError` if another server trains
        it now.
        """
        number = self.number(sweep) or self._taken.get(sweep)
        if number is None or sweep.status == Status.FINISHED:
            return None  # what is not saved yet, no other server knows
        if self._is_mine(sweep, number):
            with suppress(UnusableError):  # on a full disk, no other server can take it either
                self._archive.leases.take(visitor, number)
            return None
        self._archive.leases.take(visitor, number, active=False)
        self._taken[sweep] = number
        return number

    def close(self) -> None:
        """Write what is left, then end the threads."""
        super().close()
        self._heart.stop()

    def live(self, visitor: str, number: int | None = None) -> tuple[Sweep, str] | None:
        """A visitor's last sweep, or the one with this number, if it is still in memory.

        The fingerprint of its data set comes with it.
        """
        for one, sweep in reversed(self._of(visitor)):
            if number in (None, one.number) and self._is_mine(sweep, one.number):
                return sweep, self._fingerprints[sweep]
        return None

    def _is_mine(self, sweep: Sweep, number: int | None) -> bool:
        """Whether no other server has trained a sweep since this one."""
        return number is None or (sweep not in self._taken and self._archive.leases.is_mine(number))

    def problem(self, sweep: Sweep) -> str:
        """Why a sweep could not be saved; empty if all is well."""
        with self._lock:
            return next((w.problem for w in self._watched if w.thing() is sweep), "")

    def _active(self, sweep: Sweep) -> bool:
        return sweep.status == Status.RUNNING

    def _file(self) -> int:
        return self._archive.database_file()

    def _write(self, one: Watched[Sweep], sweep: Sweep) -> None:
        results, plan, running = sweep.results(), sweep.plan, sweep.status == Status.RUNNING
        if one.number is not None:
            try:
                self._archive.update(one.visitor, one.number, results, one.address, running)
            except TakenError as error:
                self._taken[sweep] = one.number
                sweep.pause(ON_ANOTHER_SERVER)
                raise MissingError(str(error)) from error  # the row is no longer this sweep's
        elif any(
            result.status != TrialStatus.WAITING for trial in results.trials for result in trial
        ):
            fingerprint = self._fingerprints[sweep]
            one.number = self._archive.save(
                one.visitor, fingerprint, plan, results, one.address, running
            )
