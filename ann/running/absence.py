"""Whether the page that something trains for is still open, asked again and again.

What was paused because its page was closed continues by itself once the page is back: a browser
that has lost its network comes back within a minute, and nobody should have to notice.
"""

import threading
import time
import weakref
from typing import Protocol

AWAY_SECONDS = 5.0  # a page that has been gone this long may not come back
LOOK_SECONDS = 0.5  # between two looks whether one has come back
CLOSED = "Paused because the page was closed."


class Absence:
    """For how long nobody has been at the page, counted from the first time it was found closed.

    Counting from when it was last seen open would be wrong: in a full class, all the others may
    have had a turn since then.
    """

    def __init__(self) -> None:
        self._since: float | None = None

    def lasts(self, attended: bool) -> bool:
        """Whether the page, which is open now (`attended`) or not, has been closed for long."""
        if attended:
            self._since = None
            return False
        now = time.monotonic()
        self._since = self._since or now
        return now - self._since > AWAY_SECONDS


class Deserted(Protocol):
    """Something that may be paused because its page was closed."""

    @property
    def is_deserted(self) -> bool:
        """Whether it is paused for that reason."""

    @property
    def attended(self) -> bool:
        """Whether its page is open."""

    def come_back(self) -> None:
        """Continue, if it is paused for that reason."""


_waiting: "weakref.WeakSet[Deserted]" = weakref.WeakSet()
_lock = threading.Lock()
_watch: list[threading.Thread] = []  # the thread that looks while anything waits


def await_return(deserted: Deserted) -> None:
    """Let this continue once its page is open again, for as long as anybody holds it."""
    with _lock:
        _waiting.add(deserted)
        if not _watch:
            _watch.append(threading.Thread(target=_look, name="ann-return", daemon=True))
            _watch[0].start()


def look_again() -> None:
    """Continue at once what waits for a page that is open again; pages call it as they are drawn.

    Otherwise a page that has just come back could show its training as paused.
    """
    with _lock:
        waiting = list(_waiting)
    for one in waiting:
        if one.attended or not one.is_deserted:
            with _lock:
                _waiting.discard(one)
            one.come_back()


def _look() -> None:
    while True:
        time.sleep(LOOK_SECONDS)
        look_again()
        with _lock:
            if not _waiting:
                _watch.clear()
                return
