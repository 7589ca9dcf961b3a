"""How fast a training may go: so slowly that each step can be watched, or as fast as it can.

A slow training is sent in chunks of a few steps, and the next one waits on the server: no worker is
held meanwhile. The pace decides only when a chunk ends and the next one begins, so it changes
nothing in the result.
"""

import heapq
import itertools
import threading
import time
from collections.abc import Callable
from typing import NamedTuple

from ann.running.chunk import Limit


class Pace(NamedTuple):
    """At most `steps` in `seconds`; without steps, as fast as it can.

    >>> Pace(steps=10, seconds=0.25).per_second, Pace().per_second
    (40.0, inf)
    """

    steps: int = 0
    seconds: float = 0.0

    @property
    def per_second(self) -> float:
        """The most steps per second."""
        return self.steps / self.seconds if self.steps else float("inf")

    def in_parts(self, most: int) -> "Pace":
        """The same pace in up to `most` parts, so that it looks smoother.

        >>> Pace(100, 1.0).in_parts(4), Pace(2, 1.0).in_parts(4)
        (Pace(steps=25, seconds=0.25), Pace(steps=1, seconds=0.5))
        """
        parts = min(most, self.steps)
        steps = -(-self.steps // parts)
        return Pace(steps, self.seconds * steps / self.steps)

    def limit(self, usual: Limit) -> Limit:
        """When the next chunk should end."""
        if not self.steps or usual.steps:  # a number of steps is asked for and done at once
            return usual
        return usual._replace(steps=self.steps)

    def due(self, due: float, sent: float, steps: int) -> float:
        """When the next chunk may be sent: the last one was `due`, was `sent`, and took `steps`.

        On the beat, unless the last chunk was late by more than half of one.
        """
        if not self.steps:
            return 0.0
        return max(due, sent - self.seconds / 2) + self.seconds * steps / self.steps


FULL = Pace()


class _Clock:
    """Calls functions later, all in one thread, which starts with the first of them."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._calls: list[tuple[float, int, Callable[[], None]]] = []
        self._number = itertools.count()  # of equal times, the first comes first
        self._thread: threading.Thread | None = None

    def call(self, when: float, function: Callable[[], None]) -> None:
        """Call the function at this `time.monotonic`; it must be short."""
        with self._changed:
            heapq.heappush(self._calls, (when, next(self._number), function))
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="ann-pace", daemon=True)
                self._thread.start()
            self._changed.notify()

    def _work(self) -> None:
        while True:
            with self._changed:
                while not self._calls or self._calls[0][0] > time.monotonic():
                    wait = self._calls[0][0] - time.monotonic() if self._calls else None
                    self._changed.wait(wait)
                function = heapq.heappop(self._calls)[2]
            function()


_clock = _Clock()
call_at = _clock.call
