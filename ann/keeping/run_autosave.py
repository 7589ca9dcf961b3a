"""Saves the trainings of all visitors while they run.

From its first epoch on, each training that has changed is written to the archive every few seconds,
with the state from which it can continue. So a server that is killed loses only the last seconds of
a training.
"""

import threading
import time
import weakref

from ann.keeping import lease
from ann.keeping.autosave import LOG, Autosave, Watched
from ann.keeping.database import ArchiveError, MissingError
from ann.keeping.lease import TakenError
from ann.keeping.runs import Archive
from ann.running.job import Job
from ann.running.view import Status
from ann.state import State

EVERY_SECONDS = 5.0  # between two writes of a running training
LOOK_SECONDS = 0.3  # between two looks at all jobs
MIN_SECONDS = 1.0  # of computing; a shorter training is saved only after a whole epoch
REST = 9  # after a write, this many times as long is left to others on the machine
ELSEWHERE = "This training continues on another page."
ON_ANOTHER_SERVER = "This training continues on another server."


class RunAutosave(Autosave[Job]):
    """Writes jobs to `archive`."""

    def __init__(self, archive: Archive, every: float = EVERY_SECONDS):
        self._archive = archive
        super().__init__("ann-run-autosave", LOOK_SECONDS, every, REST)
        # A thread of its own: writes and rests may take longer than a lease lasts.
        self._heart = threading.Thread(target=self._live, name="ann-heartbeat", daemon=True)
        self._heart.start()

    def watch(self, visitor: str, job: Job, number: int | None = None, address: str = "") -> None:
        """Save this job from now on, for the visitor at that address, until it has ended.

        With the `number` of a saved run, the job is written to that run; call `release` first. If
        two pages do so at once, the one that calls `watch` last continues. `TakenError` if another
        server trains that run.
        """
        due = 0.0 if number is None else time.monotonic() + self._every
        one = Watched(visitor, weakref.ref(job), job, number, due=due, address=address)
        if number is None:
            self._watch(one)
            return
        with self._writing:
            self._archive.leases.take(visitor, number)
            for rival, other in self._jobs_of(visitor, number):
                rival.released = True
                other.finish(ELSEWHERE)
            self._watch(one)

    def release(self, visitor: str, number: int) -> None:
        """Save the last state of this run and end its job, so that another job can continue it.

        `ArchiveError` if it could not be written, or if another server trains it.
        """
        with self._writing:
            self._archive.leases.take(visitor, number, active=False)
            for one, job in self._jobs_of(visitor, number):
                job.pause()
                if job.revision != one.revision:
                    self._write(one, job)
                one.released = True
                job.finish(ELSEWHERE)

    def close(self) -> None:
        """Write what is left, then end the threads."""
        super().close()
        self._heart.join(60)
        try:
            self._archive.leases.leave()
        except ArchiveError as error:
            LOG.warning("%s", error)

    def attended(self, visitor: str, number: int) -> bool:
        """Whether a page is open that shows the training of this run."""
        return any(job.attended for _, job in self._jobs_of(visitor, number))

    def problem(self, visitor: str) -> str:
        """Why a run of this visitor could not be saved; empty if all is well."""
        return next((w.problem for w, _ in reversed(self._of(visitor)) if w.problem), "")

    def _jobs_of(self, visitor: str, number: int) -> list[tuple[Watched[Job], Job]]:
        found = self._of(visitor)
        return [(w, job) for w, job in found if w.number == number and not w.released]

    def _live(self) -> None:
        """Tell other servers now and then that this one is alive."""
        while True:
            try:
                self._archive.leases.beat()
            except ArchiveError as error:
                LOG.warning("%s", error)
            except Exception:  # a bug here must not let other servers take the runs over
                LOG.exception("no heartbeat")
            if self._stop.wait(lease.HEARTBEAT_SECONDS):
                return

    def _active(self, job: Job) -> bool:
        return job.status == Status.RUNNING

    def _file(self) -> int:
        return self._archive.database_file()

    def _worth_saving(self, job: Job) -> bool:
        return job.has_begun and _worth_saving(job.view().state)

    def _write(self, one: Watched[Job], job: Job) -> None:
        view = job.view()
        run, state = job.run(view), None if view.status == Status.FINISHED else view.state
        if one.number is not None:
            try:
                self._archive.update(one.visitor, one.number, run, view.status, state, one.address)
            except TakenError as error:
                job.finish(ON_ANOTHER_SERVER)
                raise MissingError(str(error)) from error  # the row is no longer this job's
        elif _worth_saving(view.state):
            one.number = self._archive.save(
                one.visitor, run, status=view.status, state=state, address=one.address
            )


def _worth_saving(state: State) -> bool:
    """Whether a training is more than a few steps of trying out."""
    return bool(state.epoch or state.reason or state.seconds >= MIN_SECONDS)
