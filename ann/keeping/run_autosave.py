"""Saves the trainings of all visitors while they run.

From its first epoch on, each training that has changed is written to the archive every few seconds,
with the state from which it can continue. So a server that is killed loses only the last seconds of
a training.
"""

import logging
import time
import weakref
from collections.abc import Callable

from ann.keeping.autosave import Autosave, Watched
from ann.keeping.database import MissingError, UnusableError
from ann.keeping.lease import Heart, TakenError
from ann.keeping.runs import Archive
from ann.run import Run
from ann.running.job import Job
from ann.running.view import ENDED, Status
from ann.state import State

EVERY_SECONDS = 5.0  # between two writes of a running training
LOOK_SECONDS = 0.3  # between two looks at all jobs
MIN_SECONDS = 1.0  # of computing; a shorter training is saved only after a whole epoch
REST = 9  # after a write, this many times as long is left to others on the machine
ELSEWHERE = "This training continues on another page."
MOST_UNTOLD = 100  # ended trainings that wait until the file can be used again
Ended = Callable[[str, int, Run], None]
LOG = logging.getLogger(__name__)
ON_ANOTHER_SERVER = "This training continues on another server."


def _nobody(visitor: str, number: int, run: Run) -> None:
    """Nobody waits for ended trainings."""


class RunAutosave(Autosave[Job]):
    """Writes jobs to `archive`.

    `ended` is called with visitor, number and run once a training that was watched to its end is
    saved. Whatever it raises is logged, and harms no saving; after an `UnusableError` it is called
    again later.
    """

    def __init__(self, archive: Archive, every: float = EVERY_SECONDS, ended: Ended = _nobody):
        self._archive, self._ended = archive, ended
        self._tell: list[tuple[str, int, Run]] = []  # what `ended` has not been told yet
        super().__init__("ann-run-autosave", LOOK_SECONDS, every, REST)
        self._heart = Heart(archive.leases)

    def watch(
        self,
        visitor: str,
        job: Job,
        number: int | None = None,
        address: str = "",
        tell: bool = True,
    ) -> None:
        """Save this job from now on, for the visitor at that address, until it has ended.

        `ended` is then called, unless it is not to `tell`.

        With the `number` of a saved run, the job is written to that run once it has changed; call
        `release` first, unless the job has ended. If two pages do so at once, the one that calls
        `watch` last continues. `TakenError` if another server trains that run.
        """
        due = 0.0 if number is None else time.monotonic() + self._every
        one = Watched(visitor, weakref.ref(job), job, number, due=due, address=address, tell=tell)
        rests = job.status in (Status.PAUSED, *ENDED)
        if number is not None and rests:
            one.revision = job.revision  # it is as it was saved
        if number is None or job.status in ENDED:
            self._watch(one)
            return
        with self._writing:
            self._archive.leases.take(visitor, number, active=not rests)
            for rival, other in self._jobs_of(visitor, number):
                rival.released = True
                other.finish(ELSEWHERE)
            self._watch(one)

    def release(self, visitor: str, number: int, message: str = ELSEWHERE) -> None:
        """Save the last state of this run and end its job, so that another job can continue it.

        The job's page shows the `message`. `ArchiveError` if it could not be written, or if another
        server trains it.
        """
        with self._writing:
            self._archive.leases.take(visitor, number, active=False)
            for one, job in self._jobs_of(visitor, number):
                # A page that is redrawn while this is written shows a paused training, and nothing
                # redraws it any more: it must have said by then where the training continues.
                job.pause(message)
                if job.revision != one.revision:
                    self._write(one, job)
                one.released = True
                job.finish(message)

    def close(self) -> None:
        """Write what is left, then end the threads."""
        super().close()
        self._heart.stop()

    def attended(self, visitor: str, number: int) -> bool:
        """Whether a page is open that shows the training of this run."""
        return any(job.attended for _, job in self._jobs_of(visitor, number))

    def problem(self, visitor: str) -> str:
        """Why the visitor's newest run could not be saved; empty if all is well."""
        found = self.unsaved(visitor)
        return found[1] if found else ""

    def unsaved(self, visitor: str) -> tuple[Job, str] | None:
        """The visitor's newest training, if it could not be saved, and why.

        None once a later one has been saved: what happened before it is no longer news.
        """
        for one, job in reversed(self._of(visitor)):
            if one.problem:
                return job, one.problem
            if one.number is not None:
                return None
        return None

    def _jobs_of(self, visitor: str, number: int) -> list[tuple[Watched[Job], Job]]:
        found = self._of(visitor)
        return [(w, job) for w, job in found if w.number == number and not w.released]

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
        if one.tell and one.number is not None and view.status == Status.FINISHED:
            self._tell.append((one.visitor, one.number, run))
            self._tell_ended()

    def _look(self, last: bool = False) -> None:
        super()._look(last)
        with self._writing:
            self._tell_ended()

    def _tell_ended(self) -> None:
        """Tell `ended` of the trainings that have ended. Call it while `_writing`."""
        waiting, self._tell = self._tell[-MOST_UNTOLD:], []
        for told in waiting:
            try:
                self._ended(*told)
            except UnusableError:  # the disk is full, or the file is locked
                self._tell.append(told)
            except Exception:  # a bug there must not keep runs from being saved
                LOG.exception("Run %d was saved, but nobody could be told", told[1])


def _worth_saving(state: State) -> bool:
    """Whether a training is more than a few steps of trying out."""
    return bool(state.epoch or state.reason or state.seconds >= MIN_SECONDS)
