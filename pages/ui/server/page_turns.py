"""Pages are drawn by turns: a few at a time, and all visitors get the same time.

Drawing is plain Python, so drawing two pages at once takes as long as one after the other. But the
threads of twenty pages that one browser has open would take the interpreter from everybody else,
from those who hand out the work for the workers, too. So a page waits for its turn before it is
drawn. Where the last page of a visitor took long, the next one will; such pages are drawn one at a
time, so that a quick one never waits behind two. A page that only waits, such as for an answer, no
longer counts after a moment.
"""

import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import inf
from time import monotonic, thread_time

from ann.running import limits as lab
from ann.running.budget import Owner
from ann.running.crowd import Crowds
from ann.running.fair_queue import FairQueue, Turn

AT_ONCE = 2  # pages that are drawn at the same time
LONG = 0.1  # seconds of processor time that a page takes if it is one of the long ones
PATIENCE = 0.5  # seconds that a page may wait for something while it is drawn and others wait
MOST_PATIENCE = 5.0  # seconds after which it keeps nobody waiting, whatever it does


@dataclass(eq=False)
class Page:
    """A page that waits to be drawn, or is being drawn since `began`."""

    owner: Owner
    may_begin: threading.Event = field(default_factory=threading.Event)
    began: float = 0.0
    turn: "Turn[Page] | None" = None
    thread: int = field(default_factory=threading.get_ident)
    worked: float = field(default_factory=thread_time)  # of its thread, before it is drawn

    @property
    def is_long(self) -> bool:
        return self.turn is not None and self.turn.expected > LONG

    def counts(self, now: float, patience: float) -> bool:
        """Whether others should wait for it, while it is being drawn."""
        took = now - self.began
        if took < patience:
            return True
        # its thread is alive: it leaves the list of those that are being drawn before it ends
        return took - (_processor_time(self.thread) - self.worked) < patience and (
            took < MOST_PATIENCE
        )


class PageTurns:
    """Who may draw a page now."""

    def __init__(self, at_once: int = AT_ONCE, patience: float = PATIENCE) -> None:
        self._at_once, self._patience = at_once, patience
        self._lock = threading.Lock()
        self._queue: FairQueue[Page] = FairQueue(Crowds(int(lab.LIMITS.max_single)))
        self._drawing: list[Page] = []
        self._back: deque[Page] = deque()  # what has been waited for is there
        self._thread = threading.local()  # the turn of the page that a thread draws

    @contextmanager
    def turn(self, owner: Owner) -> Iterator[None]:
        """Wait until it is the owner's turn. A part of a page that is being drawn need not wait."""
        if self._own() is not None:
            yield
            return
        self._begin(owner)
        try:
            yield
        finally:
            self._end()

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Leave the turn to others while a page only waits for something.

        Then it comes before those that have not begun: in a class that presses Start together,
        nobody would otherwise see anything before all have had half of their pages drawn.
        """
        turn = self._own()
        if turn is None:
            yield
            return
        page = turn.item
        with self._lock:
            self._leave(page)
        try:
            yield
        finally:
            page.may_begin.clear()
            with self._lock:
                self._back.append(page)
                self._let_in()
            self._wait(page)

    def vouch(self, owner: Owner) -> None:
        """Let a teacher's pages not wait behind the class, whoever came first."""
        with self._lock:
            self._queue.vouch(owner)

    def _own(self) -> Turn[Page] | None:
        """The turn of the page that this thread draws."""
        turn: Turn[Page] | None = getattr(self._thread, "turn", None)
        return turn

    def _begin(self, owner: Owner) -> None:
        page = Page(owner)
        with self._lock:
            self._queue.push(owner, page)
            self._let_in()
        self._wait(page)
        self._thread.turn, self._thread.began = page.turn, thread_time()

    def _wait(self, page: Page) -> None:
        while not page.may_begin.wait(self._patience):
            with self._lock:
                self._let_in()

    def _end(self) -> None:
        turn, self._thread.turn = self._thread.turn, None
        with self._lock:
            self._queue.end(turn, thread_time() - self._thread.began)
            self._leave(turn.item)

    def _leave(self, page: Page) -> None:
        """A page is not drawn any more, or not now. The lock is held."""
        if page in self._drawing:
            self._drawing.remove(page)
        self._let_in()

    def _let_in(self) -> None:
        """Let the next pages begin. The lock is held."""
        now = monotonic()
        self._drawing = [page for page in self._drawing if page.counts(now, self._patience)]
        while len(self._drawing) < self._at_once:
            page = self._back.popleft() if self._back else self._next()
            if page is None:
                return
            page.began = now
            self._drawing.append(page)
            page.may_begin.set()

    def _next(self) -> Page | None:
        """The page whose turn is next; None if none may begin. The lock is held."""
        longest = LONG if any(page.is_long for page in self._drawing) else inf
        turn = self._queue.pop(longest=longest)
        if turn is None:
            return None
        turn.item.turn = turn
        return turn.item


def _processor_time(thread: int) -> float:
    """Seconds of processor time that a living thread has had; 0 where that can't be known."""
    if not hasattr(time, "pthread_getcpuclockid"):  # Windows
        return 0.0
    return time.clock_gettime(time.pthread_getcpuclockid(thread))
