"""How a training gets done: one chunk after another, for as long as somebody wants it.

Its `ann.running.dispatch.Dispatcher` sends one chunk at a time to the pool. When the result comes
back, it is taken up and the next chunk is sent, if the goal is not reached and the page is open.
"""

import logging
import threading
import time
from collections.abc import Callable
from copy import copy

from ann.history import History
from ann.recipe import Recipe
from ann.running.absence import CLOSED, Absence
from ann.running.budget import Claim
from ann.running.chunk import Again, Chunk, Goal
from ann.running.dask_link import NoSchedulerError, OtherVersionError
from ann.running.dispatch import Answer, Dispatcher
from ann.running.find_data import Source
from ann.running.memory import TooLargeError, check_step
from ann.running.pace import FULL, call_at
from ann.running.pool import Pool
from ann.running.state_file import is_full
from ann.running.turns import NotTakenError, Share
from ann.running.view import UNDER_WAY, Status
from ann.state import State

LOG = logging.getLogger(__name__)
NO_WORKER = (NoSchedulerError, NotTakenError, OtherVersionError)  # the run can continue elsewhere


class ChunkLoop:
    """The inner half of `ann.running.job.Job`, which says what the arguments mean.

    All that changes is guarded by `_lock`: chunks come back in threads of the pool.
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
        self._state, self._recipe, self._history = state, state.recipe, history or History()
        self._status, self._message = Status.READY, ""
        self._in_flight = False
        self._goal = Goal()
        self._absence = Absence()
        self._revision = 0
        self._pace, self._due, self._sent = FULL, 0.0, 0.0  # due: when the next chunk may be sent

    @property
    def at_rest(self) -> bool:
        """Whether none of its chunks is with the workers, nor will be without another request."""
        return not self._in_flight and self._status != Status.RUNNING

    def _go(self, goal: Goal) -> None:
        with self._lock:
            if self._status in UNDER_WAY:
                self._status, self._goal, self._message = Status.RUNNING, goal, ""
                self._absence = Absence()
                self._revision += 1
                self._due = time.monotonic()
                self._send()

    def _send(self) -> None:
        """Send the next chunk, if none is on its way and the pace allows it."""
        if self._in_flight or not self._seats.take(id(self), self._called):
            return
        self._sent = time.monotonic()
        if self._due > self._sent:
            call_at(self._due, self._called)
            return
        self._apply_changes()
        try:
            check_step(self._state, self.source.n_train, self._step_seconds)
            limit = self._goal.limit(self._state, self._dispatcher.usual())
            limit = self._pace.limit(limit)
            answer = self._dispatcher.send(self._state, limit, self._once_more())
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

    def _once_more(self) -> Again | None:
        """The run that is trained again, if this is no training of its own."""
        return None

    def _called(self) -> None:
        """There is a seat for this training now, or its next chunk is due."""
        with self._lock:
            if self._status == Status.RUNNING:
                self._send()
            self._rest()

    def _rest(self) -> None:
        """If nothing is under way any more, nor will be by itself: leave the seat, and say so."""
        if self.at_rest:
            self._seats.leave(id(self))
            self._rested()

    def _rested(self) -> None:
        """Called, with the lock held, whenever nothing is under way any more."""

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
                    LOG.warning("%s", self._message)  # whole: pages show no paths of the server
            else:
                if chunk is not None:
                    self._take_up(chunk)
            if self._status == Status.RUNNING:
                self._send()
            self._rest()

    def _take_up(self, chunk: Chunk[State]) -> None:
        self._due = self._pace.due(self._due, self._sent, len(chunk.steps))
        self._state = chunk.state
        self._history.add_steps(chunk.steps)
        for signals in chunk.signals:
            self._history.add(signals)
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
        what = "continue" if self._state.step else "begin"
        self._message = f"The training could not {what}: {why}"
        self._revision += 1
