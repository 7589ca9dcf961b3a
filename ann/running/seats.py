"""How many of a visitor's trainings are under way at the same time; the others wait in line."""

import threading
from collections.abc import Callable
from math import inf


class Seats:
    """A training takes a seat while it computes, and leaves it when it pauses or ends.

    Whoever finds no seat is called when it is their turn, in a thread of its own: the training that
    leaves its seat holds locks that the next one might need.
    """

    def __init__(self, most: float = inf) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._seated: set[int] = set()
        self._line: dict[int, Callable[[], None]] = {}  # in the order of arrival

    def take(self, who: int, begin: Callable[[], None]) -> bool:
        """Whether `who` has a seat now; if not, `begin` is called when there is one."""
        with self._lock:
            if who not in self._seated and len(self._seated) >= self._most:
                self._line.setdefault(who, begin)
                return False
            self._seated.add(who)
            return True

    def leave(self, who: int) -> None:
        """Give the seat, or the place in the line, to the next."""
        with self._lock:
            self._seated.discard(who)
            self._line.pop(who, None)
            called = []
            while self._line and len(self._seated) < self._most:
                first = next(iter(self._line))
                called.append(self._line.pop(first))
                self._seated.add(first)
        for begin in called:
            threading.Thread(target=begin, daemon=True).start()

    def place(self, who: int) -> int:
        """Which place `who` has in the line, from 1; 0 if not in it."""
        with self._lock:
            return list(self._line).index(who) + 1 if who in self._line else 0
