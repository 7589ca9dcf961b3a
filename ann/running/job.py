"""A training in the background: start, pause, change, stop.

A job is what a learner asks for and what a page sees of it. How it gets done is in
`ann.running.chunk_loop`: in chunks, so everything a learner asks for happens between two of them.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ann.recipe import LIVE_FIELDS
from ann.run import Run
from ann.running import absence
from ann.running.chunk import Goal
from ann.running.chunk_loop import ChunkLoop
from ann.running.more_epochs import can_continue, more_epochs, obstacle
from ann.running.pace import Pace
from ann.running.view import UNDER_WAY, Status, View


class Job(ChunkLoop):
    """One training on a pool.

    `state` comes from `ann.state.start`, or from an unfinished training, with its `history` so far.
    Between chunks `wanted` is asked whether the page is still open. Once it has been closed for a
    few seconds, the job pauses: nothing is computed for nobody. It continues by itself when the
    page is back, such as after a short loss of the network. The first chunk goes to the pool
    `express` if there is one. `step_seconds` estimates how long a step of a recipe takes; steps
    that take too long are refused. `claim` is the memory of this training, kept as long as the job.
    """

    _on_rest: Callable[["Job"], None] | None = None

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

    def pause(self, message: str = "") -> None:
        """Stop after the current chunk; `resume` continues as if nothing had happened."""
        with self._lock:
            if self._status == Status.RUNNING:
                self._status, self._message, self._goal = Status.PAUSED, message, Goal()
                self._revision += 1
                self._rest()

    def finish(self, message: str = "Stopped.") -> None:
        """End the run here for good, and keep what it has learned."""
        with self._lock:
            if self._status in UNDER_WAY:
                self._status, self._message = Status.FINISHED, message
                self._revision += 1
                self._rest()

    def come_back(self) -> None:
        """Continue towards the same goal, if the job is paused because its page was closed."""
        with self._lock:
            if self.is_deserted:
                self._go(self._goal)

    def extend(self, more: int) -> None:
        """Let a training that has done all its epochs continue for `more`, once it is resumed.

        Nothing happens if it ended for another reason. Where the result differs from that of a
        training with all epochs from the start (`ann.running.more_epochs`), the history says so.
        """
        with self._lock:
            if not self.can_continue:
                return
            old, epoch = self._state.recipe, self._state.epochs_done(self.source.n_train)
            self._state = more_epochs(self._state, more)
            self._recipe = self._state.recipe
            if obstacle(old):
                new = self._recipe.epochs
                self._history.add_change(self._state.step, epoch, "epochs", old.epochs, new)
            self._status, self._message = Status.PAUSED, ""
            self._revision += 1

    def set_pace(self, pace: Pace) -> None:
        """Train at this pace from now on; it changes nothing in the result."""
        with self._lock:
            if pace != self._pace:
                self._pace, self._due = pace, time.monotonic()
                if self._status == Status.RUNNING:
                    self._send()

    def wait_at(self, message: str) -> None:
        """Before it starts: be paused where an earlier page has left it, until it is resumed."""
        with self._lock:
            if self._status == Status.READY:
                self._status, self._message = Status.PAUSED, message
                self._revision += 1

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
                images_per_second=self._images_per_second(),
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
    def place(self) -> int:
        """Its place among the visitor's trainings that wait for a seat, from 1; 0 if it has one."""
        return self._seats.place(id(self))

    @property
    def pace(self) -> Pace:
        """How fast it may train."""
        return self._pace

    @property
    def can_continue(self) -> bool:
        """Whether it has done all its epochs, so that `extend` has an effect."""
        return self._status == Status.FINISHED and can_continue(self._state)

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

    @property
    def wanted(self) -> Callable[[], bool]:
        """What is asked for that, without the job."""
        return self._wanted

    @property
    def is_deserted(self) -> bool:
        """Whether it is paused because its page was closed."""
        return self._status == Status.PAUSED and self._message == absence.CLOSED

    def run(self, view: View | None = None) -> Run:
        """The network as it is now, or was in a `view`, with its history."""
        view = view or self.view()
        run = Run.of(view.state, view.history, self.source.fingerprint)
        return replace(run, message=view.message) if view.message else run

    def _seconds_left(self) -> float:
        state, n = self._state, self.source.n_train
        n = self._recipe.training_size(n)
        left = n * (self._recipe.epochs - state.epoch) - state.position
        speed = self._images_per_second()
        return max(left, 0) / speed if speed else float("nan")

    def _images_per_second(self) -> float:
        """Lately, or what the pace allows if that is less; 0 if unknown."""
        allowed = self._pace.per_second * min(
            self._recipe.batch_size, self._recipe.training_size(self.source.n_train)
        )
        return min(self._dispatcher.images_per_second, allowed)

    # What a group of jobs needs.

    def join(self, lock: threading.RLock, on_rest: Callable[["Job"], None]) -> None:
        """Join a group of jobs that act on each other, and therefore share one `lock`.

        Only while the job is at rest. `on_rest` is called, with the lock held, whenever the job has
        come to rest again: it is paused, finished or failed.
        """
        self._lock, self._on_rest = lock, on_rest

    def _rested(self) -> None:
        if self._on_rest:
            self._on_rest(self)
        elif self.is_deserted:
            absence.await_return(self)
