"""The engine behind races, repeats and sweeps: several trainings that belong together.

A few of them train at a time while the others wait for their turn. When one comes to rest, its job
calls back and the next one begins, so no page has to be open or drawn for that. To train several
networks side by side, hand over objects that each have a `job`:

    group = Group(lanes)
    group.resume()

`ann.search.repeats`, `ann.search.leave_out` and `ann.search.sweep` are groups that make their jobs
when their turn comes.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterable
from typing import Generic, Protocol, TypeVar

from ann.running import absence
from ann.running.absence import CLOSED, Absence
from ann.running.job import Job
from ann.running.view import ENDED, UNDER_WAY, Status, View
from ann.search.timing import Timing

AT_ONCE = 4  # trainings of one visitor: with more, a class would wait for one learner


class Member(Protocol):
    """One training of a group."""

    @property
    def job(self) -> Job | None:
        """The job that trains it, while there is one."""


M = TypeVar("M", bound=Member)


class Group(Generic[M]):
    """Trainings with one status, which start, pause and end together.

    `waiting` are the members in the order in which they begin; at most `at_once` of them train at a
    time, by default all. When the page is closed, or no worker takes a training, the whole group
    pauses; when the page is back, it continues by itself.
    """

    def __init__(self, waiting: Iterable[M], at_once: int | None = None) -> None:
        self._waiting = deque(waiting)
        self._active: dict[Job, M] = {}
        self._at_once = at_once or max(len(self._waiting), 1)
        self.lock = threading.RLock()  # shared with the jobs, which call back while they hold it
        self._timing, self._absence = Timing(), Absence()
        self._deserted = self._filling = False
        self._page: Callable[[], bool] = lambda: True  # asks whether it is open; of the last job

    # What a page can ask for.

    def resume(self) -> None:
        """Start, or continue after `pause` as if nothing had happened."""
        with self.lock:
            if self.status not in (Status.READY, Status.PAUSED):
                return
            self._absence, self._deserted = Absence(), False
            self._timing.turn(Status.RUNNING)
            for job, member in list(self._active.items()):  # their last chunks are under way
                self._train(member, job)
            self._fill()

    def pause(self, message: str = "") -> None:
        """Send no more chunks; `resume` continues."""
        with self.lock:
            if self._timing.running:
                self._timing.turn(Status.PAUSED, message)
                for job in self._active:
                    job.pause()
                if self.is_deserted:
                    absence.await_return(self)

    def come_back(self) -> None:
        """Continue, if the group is paused because its page was closed."""
        with self.lock:
            if self.is_deserted:
                self.resume()

    def finish(self) -> None:
        """End every training here for good; each keeps what it has learned."""
        with self.lock:
            if self.status in UNDER_WAY:
                self._timing.turn(Status.FINISHED)
                for job in [*self._active, *(member.job for member in self._waiting)]:
                    if job:
                        job.finish()
                self._waiting.clear()

    # What a page can see.

    @property
    def status(self) -> Status:
        """What the group is doing now."""
        with self.lock:  # else a job could have ended of which the group does not know yet
            return self._timing.status

    @property
    def message(self) -> str:
        """Why the group is paused, if it was not asked to pause."""
        return self._timing.message

    @property
    def attended(self) -> bool:
        """Whether the page is open, as the job that rested last would see it."""
        return self._page()

    @property
    def is_deserted(self) -> bool:
        """Whether it is paused because its page was closed."""
        return self._timing.status == Status.PAUSED and self._timing.message == CLOSED

    @property
    def at_rest(self) -> bool:
        """Whether nothing is being computed, nor will be without another `resume`."""
        return not self._timing.running and not self._active

    @property
    def place(self) -> int:
        """Its place in the line of the visitor's trainings, as in `Job`; 0 if any of it trains."""
        with self.lock:
            return min((job.place for job in self._active), default=0)

    @property
    def revision(self) -> int:
        """Grows with every result of a member, and with every change of status."""
        return self._timing.revision

    # What differs from one kind of group to another.

    @property
    def at_once(self) -> int:
        """How many may train at the same time."""
        return self._at_once

    def _job_of(self, member: M) -> Job:
        """The job of a member whose turn has come."""
        return member.job or self._make_job(member)

    def _make_job(self, member: M) -> Job:
        """Give a job to a member that has none, where jobs are made only when their turn comes."""
        raise ValueError("job: this member of the group has none")

    def _train(self, member: M, job: Job) -> None:
        """Let a member train as far as it should."""
        job.resume()

    def _take_up(self, member: M, job: Job) -> bool:
        """A member is at rest. Returns whether it is done: far enough, or failed."""
        if job.status not in ENDED:
            return False
        if member.job is job:  # else the group has ended and has dropped it
            self._take(member, job.view())
        return True

    def _take(self, member: M, view: View) -> None:
        """A training has ended: what to keep of it. Here that is the member's job, with all."""

    def _none_left(self) -> None:
        """No member is waiting or under way."""
        self._timing.turn(Status.FINISHED)

    # How it gets done.

    def _fill(self) -> None:
        """Let members begin until `at_once` are under way."""
        if self._filling:
            return  # a job ended within this very call: the loop below takes care of it
        self._filling = True
        try:
            while self._timing.running:
                if self._waiting and len(self._active) < self.at_once:
                    if self._deserted:
                        self.pause(CLOSED)
                    else:
                        self._begin(self._waiting.popleft())
                elif self._active:
                    return
                else:
                    self._none_left()
        finally:
            self._filling = False

    def _begin(self, member: M) -> None:
        try:
            job = self._job_of(member)
        except Exception as error:  # such as no room or no data; whatever it is, a page must say so
            self._waiting.appendleft(member)
            self.pause(f"A training can't begin: {str(error) or type(error).__name__}")
            return
        job.join(self.lock, self._rested)
        self._active[job] = member
        self._train(member, job)
        if job in self._active and job.status != Status.RUNNING:
            self._rested(job)  # no worker took it

    def _rested(self, job: Job) -> None:
        """A job is at rest: it is done, has failed, or was paused."""
        waiting = (member for member in self._waiting if member.job is job)
        member = self._active.pop(job, None) or next(waiting, None)
        if member is None:
            return
        if member in self._waiting:  # it was paused, and then ended from outside
            self._waiting.remove(member)
        self._page = job.wanted
        self._deserted = self._absence.lasts(job.attended)
        if self._take_up(member, job):
            self._timing.changed()
        else:
            self._waiting.appendleft(member)
            self.pause(job.message)  # the page is closed, or there are no workers
        if self.status == Status.PAUSED and not (self._active or self._waiting):
            self._none_left()
        self._fill()
