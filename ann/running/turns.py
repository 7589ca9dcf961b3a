"""Visitors take turns on the workers, not trainings.

A visitor who starts twenty trainings gets the workers no more often than one who starts a single
training. Visitors who come from one address are first a group among the addresses, so a browser
that throws its cookie away, and so looks like many visitors, takes only the turns of its address;
and of those, at most half where others are behind the same address (see `ann.running.crowd`).
"""

import threading
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, CancelledError, Future
from functools import partial
from time import perf_counter
from typing import Any, NamedTuple, ParamSpec, TypeVar
from weakref import WeakValueDictionary

from ann.running import limits as lab
from ann.running.budget import Budget, Claim, Owner
from ann.running.crowd import Crowds
from ann.running.fair_queue import EXPECTED, FairQueue, Turn
from ann.running.limits import GB, Limits
from ann.running.pool import Pool
from ann.running.seats import Seats

P = ParamSpec("P")
T = TypeVar("T")


class NotTakenError(RuntimeError):
    """The pool takes no calls now: it shuts down, or its workers can't be started."""


class Call(NamedTuple):
    """Whose call waits for its turn, and the future for its result."""

    owner: Owner
    future: Future[Any]
    function: Callable[[], Any]


class Turns:
    """Hands calls to a pool, a few at a time, so that owners share its workers equally.

    The pool holds one call more than it has workers, so that none of them waits for work. Where
    owners have `others` turns on the same machine, they pay for these there, too.
    """

    def __init__(
        self, pool: Pool, limits: Limits | None = None, others: "Turns | None" = None
    ) -> None:
        self.pool, self.limits, self._others = pool, limits or lab.LIMITS, others
        self.budget = Budget(
            self.limits.max_visitor_gb * GB,
            self.limits.max_address_gb * GB,
            self.limits.max_total_gb * GB,
        )
        self._seats: WeakValueDictionary[Owner, Seats] = WeakValueDictionary()
        self._lock = threading.Lock()
        self._queue: FairQueue[Call] = FairQueue(Crowds(int(self.limits.max_single)))
        self._in_pool = 0

    def share(self, owner: Owner) -> "Share":
        """The pool as this owner sees it."""
        with self._lock:
            seats = self._seats.setdefault(owner, Seats(self.limits.max_trainings))
        return Share(self, owner, seats)

    def submit(
        self, owner: Owner, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> Future[T]:
        """Call the function on a worker when it is this owner's turn."""
        future: Future[T] = Future()
        with self._lock:
            self._queue.push(owner, Call(owner, future, partial(function, *args, **kwargs)))
        self._hand_out()
        return future

    @property
    def busy(self) -> int:
        """How many calls are with the workers or wait: about one for each training."""
        with self._lock:
            return self.pool.busy + self._queue.waiting

    def load(self, owner: Owner) -> tuple[int, int]:
        """How many other owners have calls that run or wait, and how many this owner has."""
        with self._lock:
            return self._queue.load(owner)

    def _hand_out(self) -> None:
        """Send calls to the pool until it holds as many as it should."""
        while True:
            with self._lock:
                full, spare = (
                    self._in_pool > self.pool.workers,
                    self._in_pool == self.pool.workers,
                )
                turn = None if full else self._queue.pop(spare)
                self._in_pool += turn is not None
            if turn is None:
                return
            self._send(turn)

    def _send(self, turn: Turn[Call]) -> None:
        call = turn.item
        if not call.future.set_running_or_notify_cancel():
            self._end(turn, 0.0)
            return
        try:
            inner = self.pool.submit(timed, call.function)
        except (RuntimeError, OSError, EOFError, MemoryError) as error:
            # the server is shutting down, its memory is full, or its fork server was killed
            self._end(turn, 0.0)
            refused = NotTakenError(str(error) or type(error).__name__)
            threading.Thread(target=call.future.set_exception, args=(refused,), daemon=True).start()
            return
        sender = threading.get_ident()

        def arrived(done: Future[Any]) -> None:
            # whoever sends may hold a lock of its own, and must not wait for that of another owner
            if threading.get_ident() == sender:
                threading.Thread(target=self._finish, args=(turn, done), daemon=True).start()
            else:
                self._finish(turn, done)

        inner.add_done_callback(arrived)

    def _finish(self, turn: Turn[Call], inner: Future[Any]) -> None:
        """Pass on what a worker returned, and let the next one have its turn."""
        error = CancelledError() if inner.cancelled() else inner.exception()
        seconds, value = (EXPECTED, None) if error else inner.result()
        if error:
            turn.item.future.set_exception(error)
        else:
            turn.item.future.set_result(value)
        self._end(turn, seconds)  # only now: whoever has sent the next call meanwhile was not idle
        if isinstance(error, BrokenExecutor):
            # a breaking pool says so while it holds its own lock, which sending would need
            threading.Thread(target=self._hand_out, daemon=True).start()
        else:
            self._hand_out()

    def _end(self, turn: Turn[Call], seconds: float) -> None:
        with self._lock:
            self._in_pool -= 1
            self._queue.end(turn, seconds)
        if self._others:
            self._others.charge(turn.item.owner, seconds)

    def charge(self, owner: Owner, seconds: float) -> None:
        """Let an owner pay for time that was not spent here."""
        with self._lock:
            self._queue.charge(owner, seconds)


class Share:
    """A pool as one owner sees it: what is sent waits for the owner's turn.

    `seats` are for the owner's trainings; those that find none wait in line.
    """

    def __init__(self, turns: Turns, owner: Owner, seats: Seats) -> None:
        self._turns, self.owner, self.seats = turns, owner, seats

    def submit(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """As `Pool.submit`, but what keeps the pool from taking the call is in the future."""
        return self._turns.submit(self.owner, function, *args, **kwargs)

    def claim(self, size: int) -> Claim:
        """Memory for a training, in bytes. `NoRoomError` if the owner or all take too much."""
        return self._turns.budget.claim(self.owner, size)

    @property
    def busy(self) -> int:
        """How many calls, everybody's, are with the workers or wait for one."""
        return self._turns.busy

    @property
    def workers(self) -> int:
        """As in `Pool`."""
        return self._turns.pool.workers

    def new_folder(self) -> str | None:
        """As in `Pool`."""
        return self._turns.pool.new_folder()


def timed(function: Callable[[], T]) -> tuple[float, T]:
    """The seconds that a call took, and what it returned. It runs on the worker."""
    began = perf_counter()
    value = function()
    return perf_counter() - began, value
