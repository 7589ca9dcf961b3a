"""Whose chunk runs next: visitors take turns, not trainings.

A visitor who starts twenty trainings gets the workers no more often than one who starts a single
training. Visitors who come from one address are first a group among the addresses, so a browser
that throws its cookie away, and so looks like many visitors, takes only the turns of its address.

This is start-time fair queueing (Goyal, Vin and Cheng 1996) on two levels. Each owner has a clock
that advances by the seconds that its chunks took on a worker; the next chunk is that of the owner
whose clock is furthest behind. Long steps are thus paid for: whoever takes them waits longer. An
owner that was idle starts at the time of the others, since idling earns no credit.
"""

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, CancelledError, Future
from dataclasses import dataclass, field
from functools import partial
from time import perf_counter
from typing import Any, NamedTuple, ParamSpec, TypeVar
from weakref import WeakValueDictionary

from ann.running.budget import Budget, Claim, Owner
from ann.running.limits import GB, Limits
from ann.running.memory import LIMITS
from ann.running.pool import Pool
from ann.running.seats import Seats

P = ParamSpec("P")
T = TypeVar("T")
EXPECTED = 0.25  # seconds that a chunk is charged until it is known what it took


class NotTakenError(RuntimeError):
    """The pool takes no calls now: it shuts down, or its workers can't be started."""


class _Call(NamedTuple):
    """A call that waits for a worker."""

    future: Future[Any]
    function: Callable[[], Any]


@dataclass
class _Clock:
    """The seconds of work that were done for somebody, or what counts as done after a pause."""

    time: float = 0.0
    under_way: int = 0


@dataclass
class _Line(_Clock):
    """An owner's clock and its waiting calls."""

    calls: deque[_Call] = field(default_factory=deque)


@dataclass
class _Group(_Clock):
    """A group's clock and its owners."""

    lines: dict[str, _Line] = field(default_factory=dict)
    now: float = 0.0  # the clock of the owner that was served last

    @property
    def waits(self) -> bool:
        return any(line.calls for line in self.lines.values())


class Turns:
    """Hands calls to a pool, a few at a time, so that owners share its workers equally.

    The pool holds one call more than it has workers, so that none of them waits for work.
    """

    def __init__(self, pool: Pool, limits: Limits | None = None) -> None:
        self.pool, self.limits = pool, limits or LIMITS
        self.budget = Budget(
            self.limits.max_visitor_gb * GB,
            self.limits.max_address_gb * GB,
            self.limits.max_total_gb * GB,
        )
        self._seats: WeakValueDictionary[Owner, Seats] = WeakValueDictionary()
        self._lock = threading.Lock()
        self._groups: dict[str, _Group] = {}
        self._now, self._under_way, self._waiting = 0.0, 0, 0

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
            group = self._groups.setdefault(owner.group, _Group(self._now))
            line = group.lines.setdefault(owner.name, _Line(group.now))
            if not group.waits and not group.under_way:
                group.time = max(group.time, self._now)
            if not line.calls and not line.under_way:
                line.time = max(line.time, group.now)
            line.calls.append(_Call(future, partial(function, *args, **kwargs)))
            self._waiting += 1
        self._hand_out()
        return future

    @property
    def busy(self) -> int:
        """How many calls are with the workers or wait: about one for each training."""
        return self.pool.busy + self._waiting

    @property
    def owners(self) -> int:
        """How many owners have a call that runs or waits."""
        with self._lock:
            return sum(
                bool(line.calls or line.under_way)
                for group in self._groups.values()
                for line in group.lines.values()
            )

    def load(self, owner: Owner) -> tuple[int, int]:
        """How many other owners have calls that run or wait, and how many this owner has."""
        with self._lock:
            counts = {
                Owner(group_name, name): len(line.calls) + line.under_way
                for group_name, group in self._groups.items()
                for name, line in group.lines.items()
            }
        mine = counts.pop(owner, 0)
        return sum(map(bool, counts.values())), mine

    def _hand_out(self) -> None:
        """Send calls to the pool until it holds as many as it should."""
        while True:
            with self._lock:
                taken = self._take() if self._under_way <= self.pool.workers else None
            if taken is None:
                return
            self._send(*taken)

    def _take(self) -> tuple[_Group, _Line, _Call] | None:
        """The next call, charged in advance. The lock is held."""
        groups = [group for group in self._groups.values() if group.waits]
        if not groups:
            return None
        group = min(groups, key=lambda one: one.time)
        line = min((one for one in group.lines.values() if one.calls), key=lambda one: one.time)
        self._now, group.now = group.time, line.time
        self._charge(group, line, EXPECTED)
        for clock in (group, line):
            clock.under_way += 1
        self._under_way += 1
        self._waiting -= 1
        return group, line, line.calls.popleft()

    def _send(self, group: _Group, line: _Line, call: _Call) -> None:
        if not call.future.set_running_or_notify_cancel():
            self._done(group, line, -EXPECTED)
            return
        try:
            inner = self.pool.submit(timed, call.function)
        except (RuntimeError, OSError, EOFError, MemoryError) as error:
            # the server is shutting down, its memory is full, or its fork server was killed
            self._done(group, line, -EXPECTED)
            refused = NotTakenError(str(error) or type(error).__name__)
            threading.Thread(target=call.future.set_exception, args=(refused,), daemon=True).start()
            return
        sender = threading.get_ident()

        def arrived(done: Future[Any]) -> None:
            # whoever sends may hold a lock of its own, and must not wait for that of another owner
            if threading.get_ident() == sender:
                arguments = (group, line, call, done)
                threading.Thread(target=self._finish, args=arguments, daemon=True).start()
            else:
                self._finish(group, line, call, done)

        inner.add_done_callback(arrived)

    def _finish(self, group: _Group, line: _Line, call: _Call, inner: Future[Any]) -> None:
        """Pass on what a worker returned, charge for it, and let the next one have its turn."""
        error = CancelledError() if inner.cancelled() else inner.exception()
        seconds, value = (EXPECTED, None) if error else inner.result()
        self._done(group, line, seconds - EXPECTED)
        if error:
            call.future.set_exception(error)
        else:
            call.future.set_result(value)  # its owner sends the next call, which may be due already
        if isinstance(error, BrokenExecutor):
            # a breaking pool says so while it holds its own lock, which sending would need
            threading.Thread(target=self._hand_out, daemon=True).start()
        else:
            self._hand_out()

    def _done(self, group: _Group, line: _Line, more: float) -> None:
        """A call has left the pool: charge `more` seconds, and forget owners that are idle."""
        with self._lock:
            self._under_way -= 1
            for clock in (group, line):
                clock.under_way -= 1
            self._charge(group, line, more)
            self._forget_idle()

    @staticmethod
    def _charge(group: _Group, line: _Line, seconds: float) -> None:
        group.time += seconds
        line.time += seconds

    def _forget_idle(self) -> None:
        """Owners that wait for nothing and are not ahead of the others: they would start anew."""
        for group_name, group in list(self._groups.items()):
            for name, line in list(group.lines.items()):
                if not line.calls and not line.under_way and line.time <= group.now:
                    del group.lines[name]
            if not group.lines and group.time <= self._now:
                del self._groups[group_name]


class Share:
    """A pool as one owner sees it: what is sent waits for the owner's turn.

    `seats` are for the owner's trainings; those that find none wait in line.
    """

    def __init__(self, turns: Turns, owner: Owner, seats: Seats) -> None:
        self._turns, self.owner, self.seats = turns, owner, seats

    def claim(self, size: int) -> Claim:
        """Memory for a training, in bytes. `NoRoomError` if the owner or all take too much."""
        return self._turns.budget.claim(self.owner, size)

    def submit(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """As `Pool.submit`, but what keeps the pool from taking the call is in the future."""
        return self._turns.submit(self.owner, function, *args, **kwargs)

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
