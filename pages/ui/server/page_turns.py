"""Pages are drawn by turns: a few at a time, and all visitors get the same time.

Drawing is plain Python, so drawing two pages at once takes as long as one after the other. But the
threads of twenty pages that one browser has open would take the interpreter from everybody else,
from those who hand out the work for the workers, too. So a page waits for its turn before it is
drawn. Whoever takes long, such as a page that waits for an answer, no longer counts after a moment.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic, thread_time

from ann.running.budget import Owner
from ann.running.fair_queue import FairQueue, Turn

AT_ONCE = 2  # pages that are drawn at the same time
PATIENCE = 0.5  # seconds after which a page that is still being drawn keeps nobody waiting


@dataclass(eq=False)
class Page:
    """A page that waits to be drawn, or is being drawn since `began`."""

    owner: Owner
    may_begin: threading.Event = field(default_factory=threading.Event)
    began: float = 0.0
    turn: "Turn[Page] | None" = None


class PageTurns:
    """Who may draw a page now."""

    def __init__(self, at_once: int = AT_ONCE, patience: float = PATIENCE) -> None:
        self._at_once, self._patience = at_once, patience
        self._lock = threading.Lock()
        self._queue: FairQueue[Page] = FairQueue()
        self._drawing: list[Page] = []
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
        """Leave the turn to others while a page only waits for something; then wait for a turn."""
        turn = self._own()
        if turn is None:
            yield
            return
        self._end()
        try:
            yield
        finally:
            self._begin(turn.item.owner)

    def _own(self) -> Turn[Page] | None:
        """The turn of the page that this thread draws."""
        turn: Turn[Page] | None = getattr(self._thread, "turn", None)
        return turn

    def _begin(self, owner: Owner) -> None:
        page = Page(owner)
        with self._lock:
            self._queue.push(owner, page)
            self._let_in()
        while not page.may_begin.wait(self._patience):
            with self._lock:
                self._let_in()
        self._thread.turn, self._thread.began = page.turn, thread_time()

    def _end(self) -> None:
        turn, self._thread.turn = self._thread.turn, None
        with self._lock:
            self._queue.end(turn, thread_time() - self._thread.began)
            if turn.item in self._drawing:
                self._drawing.remove(turn.item)
            self._let_in()

    def _let_in(self) -> None:
        """Let the next pages begin. The lock is held."""
        now = monotonic()
        self._drawing = [page for page in self._drawing if now - page.began < self._patience]
        while len(self._drawing) < self._at_once and (turn := self._queue.pop()):
            page = turn.item
            page.turn, page.began = turn, now
            self._drawing.append(page)
            page.may_begin.set()
