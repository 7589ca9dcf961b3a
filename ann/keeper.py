"""Keeps the trainings of all visitors while they run, in one thread of its own.

It looks at every job again and again, and writes what has changed to the archive, with the state
that it can go on from. So a server that is killed loses the last seconds of a training, and neither
the pages nor the chunks' callbacks ever wait for the disk.
"""

import logging
import threading
import time
import weakref
from dataclasses import dataclass

from ann.archive import Archive
from ann.archive_file import ArchiveError, MissingError
from ann.jobs import Job
from ann.run import Run

EVERY_SECONDS = 5.0  # between two writings of a training that runs
FIRST_SECONDS = 2.0  # before the first one
LOOK_SECONDS = 0.3  # between two looks at all jobs
LEAST_SECONDS = 1.0  # of computing, or a whole epoch: what is less is not kept
REST = 9  # after a writing, so many times as long is left to the others on the machine
LOG = logging.getLogger(__name__)


@dataclass(eq=False)
class Watched:
    """A job, and what of it has been written."""

    visitor: str
    job: weakref.ref
    held: Job | None  # only while there is something to write: else the job may go
    due: float  # when it is written next, if it still runs
    number: int | None = None  # of the kept run
    revision: int = -1  # of the job when it was written
    released: bool = False  # another job goes on with its run


class Keeper:
    """Writes jobs to `archive` from a thread that begins at once and ends with `close`."""

    def __init__(self, archive: Archive, every: float = EVERY_SECONDS):
        self._archive, self._every = archive, every
        self._lock, self._writing = threading.Lock(), threading.Lock()
        self._watched: list[Watched] = []
        self._problems: dict[str, str] = {}  # visitor -> why the last run could not be kept
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="ann-keeper", daemon=True)
        self._thread.start()

    def watch(self, visitor: str, job: Job, number: int | None = None) -> None:
        """Keep this job from now on, under the visitor's id, until it is over.

        With the `number` of a kept run it is written to that one; `release` that one first.
        """
        due = time.monotonic() + min(FIRST_SECONDS, self._every)
        with self._lock:
            self._watched.append(Watched(visitor, weakref.ref(job), job, due, number))

    def release(self, visitor: str, number: int) -> None:
        """Keep the last state of this run and end the job that it had, so that another can go on.

        `ArchiveError` if it could not be written.
        """
        with self._writing:
            for one, job in self._jobs_of(visitor, number):
                job.pause()
                if job.revision != one.revision:
                    self._write(one, job)
                one.released = True
                job.finish("This training goes on in another page.")

    def attended(self, visitor: str, number: int) -> bool:
        """Whether a page is open that shows the training which is written to this run."""
        return any(job.attended for _, job in self._jobs_of(visitor, number))

    def number(self, job: Job | None) -> int | None:
        """The number of the kept run that this job is written to; None if there is none (yet)."""
        with self._lock:
            of_job = (w.number for w in self._watched if w.job() is job and w.number)
            return next(of_job, None) if job else None  # a job that is gone is None too

    def busy(self, visitor: str) -> bool:
        """Whether a training of this visitor runs, or has something that is not written yet."""
        with self._lock:
            jobs = [(w, w.held or w.job()) for w in self._watched if w.visitor == visitor]
        return any(j and (j.status == "running" or j.revision != w.revision) for w, j in jobs)

    def _jobs_of(self, visitor: str, number: int) -> list[tuple[Watched, Job]]:
        with self._lock:
            found = [w for w in self._watched if (w.visitor, w.number) == (visitor, number)]
        return [(w, job) for w in found if not w.released and (job := w.held or w.job())]

    def problem(self, visitor: str) -> str:
        """Why a run of this visitor could not be kept; empty if all is well."""
        return self._problems.get(visitor, "")

    def close(self) -> None:
        """Write what is left, and end."""
        self._stop.set()
        self._thread.join(60)

    def _work(self) -> None:
        try:
            self._archive.mark_interrupted()
        except ArchiveError as error:
            LOG.warning("%s", error)
        while not self._stop.wait(LOOK_SECONDS):
            self._look()
        self._look(last=True)

    def _look(self, last: bool = False) -> None:
        with self._lock:
            watched = list(self._watched)
        for one in watched:
            if not self._look_at(one, last):
                with self._lock:
                    self._watched.remove(one)

    def _look_at(self, one: Watched, last: bool) -> bool:
        """Write a job if it is time; False if it need not be looked at again."""
        job = one.held or one.job()
        if job is None:
            return False
        if job.revision == one.revision:
            one.held = None
            return True
        one.held = job
        if time.monotonic() < one.due and job.status == "running" and not last:
            return True
        began = time.monotonic()
        with self._writing:
            goes_on = not one.released and self._try_to_write(one, job)
        one.due = time.monotonic() + self._every
        self._stop.wait(REST * (time.monotonic() - began))
        return goes_on

    def _try_to_write(self, one: Watched, job: Job) -> bool:
        """Write a job; False if its run is not there any more."""
        revision = job.revision
        try:
            self._write(one, job)
            self._problems.pop(one.visitor, None)
        except MissingError:  # the visitor has deleted it: that is an answer
            return False
        except ArchiveError as error:
            self._problems[one.visitor] = str(error)
        except Exception:  # whatever is wrong with one job, the others must be kept
            LOG.exception("a training could not be kept")
        one.revision = revision  # not before: until it is written, its visitor is busy
        return True

    def _write(self, one: Watched, job: Job) -> None:
        view = job.view()
        run, state = job.run(view), None if view.status == "finished" else view.state
        if one.number is not None:
            self._archive.update(one.visitor, one.number, run, view.status, state)
        elif _worth_keeping(run):
            one.number = self._archive.keep(one.visitor, run, status=view.status, state=state)


def _worth_keeping(run: Run) -> bool:
    """Whether it is more than a few steps of trying out."""
    return bool(run.epoch or run.reason or run.seconds >= LEAST_SECONDS)
