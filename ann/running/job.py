"""A training in the background: start, pause, change, stop.

A job is what a learner asks for and what a page sees of it. Its `ann.running.dispatch.Dispatcher`
sends one chunk at a time to the pool. When the result comes back, the job takes it up and sends the
next chunk, if the learner still wants it. So everything a learner asks for happens between two
chunks.
"""

import threading
from collections.abc import Callable
from copy import copy
from dataclasses import replace
from typing import Any

from ann.batches import steps_per_epoch
from ann.history import History
from ann.recipe import LIVE_FIELDS, Recipe
from ann.run import Run
from ann.running.absence import CLOSED, Absence
from ann.running.budget import Claim
from ann.running.chunk import Chunk, Goal
from ann.running.dask_link import NoSchedulerError, OtherVersionError
from ann.running.dispatch import Answer, Dispatcher
from ann.running.find_data import Source
from ann.running.memory import TooLargeError, check_step
from ann.running.pool import Pool
from ann.running.state_file import is_full
from ann.running.turns import NotTakenError, Share
from ann.running.view import UNDER_WAY, Status, View
from ann.state import State

NO_WORKER = (NoSchedulerError, NotTakenError, OtherVersionError)  # the run can go on elsewhere


class Job:
    """One training on a pool.

    `state` comes from `ann.state.start`, or from an unfinished training, with its `history` so far.
    Between chunks `wanted` is asked whether the page is still open. Once it has been closed for a
    few seconds, the job pauses: nothing is computed for nobody. The first chunk goes to the pool
    `express` if there is one. `step_seconds` estimates how long a step of a recipe takes; steps
    that take too long are refused. `claim` is the memory of this training, kept as long as the job.
    """

    def __init__(
        self,
        pool: Pool | Share,
        state: State,
        source: Source,
        wanted: Callable[[], bool] = lambda: True,
        express: Pool | Share | None = None,
        history: History | None = None,
        step_seconds: Callable[[Recipe], float] = lambda recipe: 0.0,
        claim: Claim | None = None,
    ) -> None:
        self.source, self._seats = source, pool.seats
        self._step_seconds, self._claim = step_seconds, claim
        self._dispatcher, self._wanted = Dispatcher(pool, source, express), wanted
        self._lock: threading.RLock = threading.RLock()
        self._on_rest: Callable[[Job], None] = lambda job: None
        self._state, self._recipe, self._history = state, state.recipe, history or History()
        self._status, self._message = Status.READY, ""
        self._in_flight = False
        self._goal = Goal()
        self._absence = Absence()
        self._revision = 0

    # What a learner can ask for.

    def resume(self) -> None:
        """Train to the end of the recipe, from the first step or from where it was paused."""
        self._go(Goal())

    def step(self) -> None:
        """Train for one more step, then pause."""
        self._go(Goal(steps=1))

    def epoch(self) -> None:
        """Train to the end of the current epoch, then pause."""
        self._go(Goal(epochs=1))

    def train_to(self, epoch: int) -> None:
        """Train to the end of the epoch with this number, from 1, then pause."""
        if self._state.epoch < epoch:
            self._go(Goal(until=epoch))

    def pause(self) -> None:
        """Stop after the current chunk; `resume` continues as if nothing had happened."""
        with self._lock:
            if self._status == Status.RUNNING:
                self._status, self._goal = Status.PAUSED, Goal()
                self._revision += 1
                self._rest()

    def finish(self, message: str = "Stopped.") -> None:
        """End the run here for good, and keep what it has learned."""
        with self._lock:
            if self._status in UNDER_WAY:
                self._status, self._message = Status.FINISHED, message
                self._revision += 1
                self._rest()

    def change(self, **fields: Any) -> None:
        """Change LIVE_FIELDS from the next chunk on. `ValueError` for another field or value."""
        fixed = sorted(set(fields) - set(LIVE_FIELDS))
        if fixed:
            raise ValueError(f"{fixed[0]}: cannot change midway; only {', '.join(LIVE_FIELDS)} can")
        with self._lock:
            self._recipe = replace(self._recipe, **fields)
            self._revision += 1

    # What a page can see.

    def view(self) -> View:
        """The job as it is now."""
        with self._lock:
            return View(
                status=self._status,
                message=self._message,
                recipe=self._recipe,
                history=self._history.copy(),
                state=self._state,
                images_per_second=self._dispatcher.images_per_second,
                seconds_left=self._seconds_left(),
                revision=self._revision,
                place=self.place,
            )

    @property
    def status(self) -> Status:
        """What it is doing now."""
        return self._status

    @property
    def message(self) -> str:
        """Why it has this status, if that needs to be said."""
        return self._message

    @property
    def at_rest(self) -> bool:
        """Whether none of its chunks is with the workers, nor will be without another request."""
        return not self._in_flight and self._status != Status.RUNNING

    @property
    def place(self) -> int:
        """Its place among the visitor's trainings that wait for a seat, from 1; 0 if it has one."""
        return self._seats.place(id(self))

    @property
    def has_begun(self) -> bool:
        """Whether the first step is done."""
        return self._state.step > 0

    @property
    def revision(self) -> int:
        """Grows with every change: a drawing of this revision is still up to date."""
        return self._revision

    @property
    def attended(self) -> bool:
        """Whether the page that the job trains for is open."""
        return self._wanted()

    def run(self, view: View | None = None) -> Run:
        """The network as it is now, or was in a `view`, with its history."""
        view = view or self.view()
        run = Run.of(view.state, view.history, self.source.fingerprint)
        return replace(run, message=view.message) if view.message else run

    def _seconds_left(self) -> float:
        n = self.source.n_train
        total = steps_per_epoch(self._recipe, n) * min(self._recipe.batch_size, n)
        left = total * (self._recipe.epochs - self._state.epoch) - self._state.position
        speed = self._dispatcher.images_per_second
        return max(left, 0) / speed if speed else float("nan")

    # How it gets done.

    def join(self, lock: threading.RLock, on_rest: Callable[["Job"], None]) -> None:
        """Join a group of jobs that act on each other, and therefore share one `lock`.

        Only while the job is at rest. `on_rest` is called, with the lock held, whenever the job has
        come to rest again: it is paused, finished or failed.
        """
        self._lock, self._on_rest = lock, on_rest

    def _go(self, goal: Goal) -> None:
        with self._lock:
            if self._status in UNDER_WAY:
                self._status, self._goal, self._message = Status.RUNNING, goal, ""
                self._absence = Absence()
                self._revision += 1
                self._send()

    def _send(self) -> None:
        """Send the next chunk, if none is on its way."""
        if self._in_flight or not self._seats.take(id(self), self._called):
            return
        self._apply_changes()
        try:
            check_step(self._state, self.source.n_train, self._step_seconds)
            limit = self._goal.limit(self._state, self._dispatcher.usual())
            answer = self._dispatcher.send(self._state, limit)
        except TooLargeError as error:
            if self._state.step:
                self._hold(error)  # the batch size can be taken back
            else:
                self._fail(str(error))
            self._rest()
            return
        except (RuntimeError, OSError, EOFError, MemoryError) as error:
            # the server is shutting down, its memory is full, or its fork server was killed
            self._hold(error)
            self._rest()
            return
        self._in_flight = True
        self._dispatcher.deliver(answer, self._collect)

    def _called(self) -> None:
        """There is a seat for this training now."""
        with self._lock:
            if self._status == Status.RUNNING:
                self._send()
            self._rest()

    def _rest(self) -> None:
        """If nothing is under way any more, nor will be by itself: leave the seat, and say so."""
        if self.at_rest:
            self._seats.leave(id(self))
            self._on_rest(self)

    def _apply_changes(self) -> None:
        """Put the recipe that is wanted now into the state, and record what changed."""
        old = self._state.recipe
        if old == self._recipe:
            return
        epoch = self._state.epochs_done(self.source.n_train)
        for name, value in self._recipe.differences(old).items():
            self._history.add_change(self._state.step, epoch, name, getattr(old, name), value)
        self._state = copy(self._state)  # a view may still hold the old one
        self._state.recipe = self._recipe

    def _collect(self, answer: Answer) -> None:
        """Take up the result of a chunk, and send the next."""
        with self._lock:
            self._in_flight = False
            try:
                chunk = self._dispatcher.receive(answer)
            except Exception as error:  # whatever went wrong in the worker, the page must say so
                if isinstance(error, NO_WORKER) or is_full(error):
                    self._hold(error)
                else:
                    self._fail(f"{type(error).__name__}: {error}")
            else:
                if chunk is not None:
                    self._take_up(chunk)
            if self._status == Status.RUNNING:
                self._send()
            self._rest()

    def _take_up(self, chunk: Chunk[State]) -> None:
        self._state = chunk.state
        self._history.add_steps(chunk.steps)
        for event in chunk.epochs:
            self._history.add(event)
        self._revision += 1
        if self._status == Status.FINISHED:
            return  # stopped while this chunk was being computed
        if chunk.finished:
            self._status, self._message = Status.FINISHED, chunk.finished.message
        elif self._goal.reached(chunk):
            self._status, self._goal = Status.PAUSED, Goal()
        elif self._absence.lasts(self._wanted()):
            self._status, self._message = Status.PAUSED, CLOSED

    def _hold(self, error: Exception) -> None:
        if self._status == Status.RUNNING:
            self._status, self._message = Status.PAUSED, f"No worker can take this run: {error}"
            self._revision += 1

    def _fail(self, why: str) -> None:
        self._status = Status.FAILED
        self._message = f"The training could not continue: {why}"
        self._revision += 1
