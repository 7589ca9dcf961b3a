"""A training in the background: start, pause, change, stop.

A job is what a learner asks for and what a page sees of it. How it gets done is in
`ann.running.chunk_loop`: in chunks, so everything a learner asks for happens between two of them.
"""

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ann.batches import steps_per_epoch
from ann.recipe import LIVE_FIELDS
from ann.run import Run
from ann.running.chunk import Goal
from ann.running.chunk_loop import ChunkLoop
from ann.running.view import UNDER_WAY, Status, View


class Job(ChunkLoop):
    """One training on a pool.

    `state` comes from `ann.state.start`, or from an unfinished training, with its `history` so far.
    Between chunks `wanted` is asked whether the page is still open. Once it has been closed for a
    few seconds, the job pauses: nothing is computed for nobody. The first chunk goes to the pool
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
