"""A training that goes on in the background: start, pause, change, stop.

A job sends one chunk at a time to the pool. When it comes back, its callback takes up what it
brought and sends the next one, if the learner still wants it. So many jobs share the workers
fairly, and everything that a learner asks for happens between two chunks. A worker that dies costs
a chunk: the job still has the state from before it.
"""

import threading
import time
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, CancelledError, Future
from contextlib import AbstractContextManager
from copy import copy
from dataclasses import replace
from typing import NamedTuple

from ann.batches import steps_per_epoch
from ann.chunks import Chunk, Limit, Source, run_chunk
from ann.history import History
from ann.parcel import Parcel, pack
from ann.pool import Pool
from ann.recipe import LIVE_FIELDS, Recipe
from ann.run import Run
from ann.state import State

FIRST_CHUNK = Limit(seconds=0.05)  # the first point of a curve should not be waited for
LONE_CHUNK = Limit(seconds=0.45)  # where hardly anybody waits for a turn, less goes to and fro
MOST_TRIES = 5  # a chunk that kills so many workers in a row is not sent again
AWAY_SECONDS = 5.0  # a page that has been gone for so long is not coming back


class View(NamedTuple):
    """A job at one moment, for a page to draw: nothing in it changes later."""

    status: str  # "ready", "running", "paused", "finished" or "failed"
    message: str
    recipe: Recipe
    history: History
    state: State
    images_per_second: float  # lately, as shared with the others who train
    seconds_left: float  # to the last epoch at that speed; NaN if unknown
    revision: int  # grows with every change


class Job:
    """One training on a pool.

    `state` comes from `ann.state.start`. `wanted` is asked between chunks whether somebody is still
    there: after AWAY_SECONDS without, the job pauses, and nothing computes for nobody. The first
    chunk, a short one, goes to the pool `express` if there is one: behind a class that trains, the
    first point of a curve would be waited for. `on_rest` is called, with the lock held, whenever
    nothing of the job is under way any more: paused, finished or failed, maybe more than once.
    Jobs that act on each other there share one `lock`.
    """

    def __init__(
        self,
        pool: Pool,
        state: State,
        source: Source,
        wanted: Callable[[], bool] = lambda: True,
        express: Pool | None = None,
        on_rest: Callable[["Job"], None] = lambda job: None,
        lock: AbstractContextManager | None = None,
    ):
        self.source = source
        self._pool, self._wanted, self._express = pool, wanted, express
        self._lock, self._on_rest = lock or threading.RLock(), on_rest
        self._state, self._recipe, self._history = state, state.recipe, History()
        self._status, self._message = "ready", ""
        self._in_flight = False
        self._goal: Limit | None = None  # a step or an epoch asked for, instead of the whole run
        self._until = 0  # the epoch to pause after; 0 is the last
        self._tries = 0
        self._last_wanted = time.monotonic()
        self._speed, self._revision = 0.0, 0
        self._sent_at = 0.0
        self._parcel: Parcel | None = None  # the state as the workers of this machine get it

    # What a learner can ask for.

    def resume(self) -> None:
        """Train, from the first step or from where it was paused, until the recipe's end."""
        self._go(None)

    def step(self) -> None:
        """Train one step more, then pause."""
        self._go(Limit(seconds=float("inf"), steps=1))

    def epoch(self) -> None:
        """Train to the end of the present epoch, then pause."""
        self._go(Limit(epochs=1))

    def train_to(self, epoch: int) -> None:
        """Train to the end of the epoch with that number, from 1, then pause."""
        if self._state.epoch < epoch:
            self._go(None, epoch)

    def pause(self) -> None:
        """Stop after the chunk that is being computed; `resume` goes on as if nothing had been."""
        with self._lock:
            if self._status == "running":
                self._status, self._goal = "paused", None
                self._revision += 1

    def finish(self, message: str = "Stopped.") -> None:
        """End the run here for good, keeping what it has learned."""
        with self._lock:
            if self._status in ("ready", "running", "paused"):
                self._status, self._message = "finished", message
                self._revision += 1

    def change(self, **fields) -> None:
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
                images_per_second=self._speed,
                seconds_left=self._seconds_left(),
                revision=self._revision,
            )

    @property
    def status(self) -> str:
        """As in `View`."""
        return self._status

    @property
    def has_begun(self) -> bool:
        """Whether a first step is done."""
        return self._state.step > 0

    @property
    def revision(self) -> int:
        """Grows with every change; what was drawn for this revision is still right."""
        return self._revision

    def run(self) -> Run:
        """The network as it is now, with its history."""
        view = self.view()
        run = Run.of(view.state, view.history, self.source.fingerprint)
        return replace(run, message=view.message) if view.message else run

    def _seconds_left(self) -> float:
        n = self.source.n_train
        total = steps_per_epoch(self._recipe, n) * min(self._recipe.batch_size, n)
        left = total * (self._recipe.epochs - self._state.epoch) - self._state.position
        return max(left, 0) / self._speed if self._speed else float("nan")

    # How it gets done.

    def _go(self, goal: Limit | None, until: int = 0) -> None:
        with self._lock:
            if self._status in ("ready", "running", "paused"):
                self._status, self._goal, self._message = "running", goal, ""
                self._until = until
                self._last_wanted = time.monotonic()
                self._revision += 1
                self._send()

    def _send(self) -> None:
        """Send the next chunk, if none is on its way."""
        if self._in_flight:
            return
        self._apply_changes()
        limit = self._next_limit()
        pool = self._express if self._express and limit is FIRST_CHUNK else self._pool
        self._sent_at = time.monotonic()
        try:
            future = pool.submit(run_chunk, self._packed(), self.source, limit)
        except RuntimeError as error:  # the pool is closed: the server is shutting down
            self._status, self._message = "paused", f"No worker takes this run: {error}"
            return
        self._in_flight = True
        future.add_done_callback(self._collect)

    def _next_limit(self) -> Limit:
        usual = LONE_CHUNK if self._pool.busy <= self._pool.workers else Limit()
        if self._until:
            return usual._replace(epochs=self._until - self._state.epoch)
        if self._goal or self._state.step == 0:
            return self._goal or FIRST_CHUNK
        return usual

    def _packed(self) -> State | Parcel:
        """What is sent: a file's name where the workers can open it, else the state itself."""
        if self._pool.folder is None:
            return self._state
        if self._parcel is None:
            self._parcel = pack(self._state, self._pool.folder).claim()
        return self._parcel.relabeled(self._state)

    def _apply_changes(self) -> None:
        """Put the recipe that is wanted now into the state, and note what changed."""
        old = self._state.recipe
        if old == self._recipe:
            return
        epoch = self._state.epoch + self._state.position / self.source.n_train
        for name, value in self._recipe.differences(old).items():
            self._history.add_change(self._state.step, epoch, name, getattr(old, name), value)
        self._state = copy(self._state)  # a view may hold the old one
        self._state.recipe = self._recipe

    def _collect(self, future: Future) -> None:
        """Take up what a chunk brought, and send the next."""
        with self._lock:
            self._in_flight = False
            try:
                chunk = future.result()
            except (BrokenExecutor, CancelledError) as error:
                self._tries += 1  # the pool replaces what broke when it is sent to
                if self._tries >= MOST_TRIES:
                    self._fail(error)
            except Exception as error:  # whatever went wrong over there, the page must say so
                self._fail(error)
            else:
                self._tries = 0
                self._take_up(chunk)
            if self._status == "running":
                self._send()
            if not self._in_flight:
                self._on_rest(self)

    def _take_up(self, chunk: Chunk) -> None:
        seconds = max(time.monotonic() - self._sent_at, 1e-9)
        state = chunk.state
        if isinstance(state, Parcel):
            self._parcel = state.claim()
            state = state.mapped()
        images = state.images_seen - self._state.images_seen
        fresh = images / seconds
        self._speed = fresh if not self._speed else 0.7 * self._speed + 0.3 * fresh
        self._state = state
        self._history.add_steps(chunk.steps)
        for event in chunk.epochs:
            self._history.add(event)
        self._revision += 1
        if self._status == "finished":
            return  # stopped while this chunk was under way
        if chunk.finished:
            self._status, self._message = "finished", chunk.finished.message
        elif self._goal_reached(chunk):
            self._status, self._goal = "paused", None
        elif self._nobody_there():
            self._status = "paused"
            self._message = "Paused, because the page was closed."

    def _goal_reached(self, chunk: Chunk) -> bool:
        if self._until:
            return self._state.epoch >= self._until
        goal = self._goal
        return goal is not None and bool(goal.steps or (goal.epochs and chunk.epochs))

    def _nobody_there(self) -> bool:
        now = time.monotonic()
        if self._wanted():
            self._last_wanted = now
        return now - self._last_wanted > AWAY_SECONDS

    def _fail(self, error: BaseException) -> None:
        self._status = "failed"
        self._message = f"The training could not go on: {type(error).__name__}: {error}"
        self._revision += 1
