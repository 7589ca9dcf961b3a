"""Writes to the disk what grows, again and again, in one thread of its own.

What it watches counts its changes in a `revision`; where that has moved on, it is written anew. So
neither the pages nor the chunks' callbacks ever wait for the disk. `ann.keeping.run_autosave` keeps
trainings so, `ann.keeping.sweep_autosave` sweeps.
"""

import logging
import threading
import time
import weakref
from dataclasses import dataclass
from typing import Any

from ann.keeping.database import ArchiveError, MissingError, UnusableError

AGAIN_SECONDS = 30.0  # until what could not be written is tried again
MOST_TRIES = 20  # of what does not grow any more: it is in memory meanwhile
MOST_REST = 10.0  # seconds: a writing that waited for another program's lock has taken long
LOG = logging.getLogger(__name__)


@dataclass(eq=False)
class Watched:
    """A thing that grows, and what of it has been written."""

    visitor: str
    thing: weakref.ref
    held: Any = None  # the thing, while there is or will be something to write: else it may go
    number: int | None = None  # under which it is kept
    revision: int = -1  # of the thing when it was written
    due: float = 0.0  # when it is written next, if it still grows
    released: bool = False  # another thing goes on in its place
    problem: str = ""  # why it could not be written
    failures: int = 0  # in a row, that may have been the disk's

    def get(self) -> Any:
        """The thing; None if it is gone."""
        return self.held or self.thing()


class Autosave:
    """A thread that begins at once and ends with `close`; its kinds say what `_write` does.

    `look` are the seconds between two looks at all things, `every` those between two writings of
    one that grows. After a writing, `rest` times as long is left to the others on the machine.
    Where the disk is full or the file locked, what has ended is tried again for ten minutes.
    """

    def __init__(self, name: str, look: float, every: float = 0.0, rest: float = 0.0):
        self._pause, self._every, self._rest = look, every, rest
        self._lock, self._writing = threading.Lock(), threading.Lock()
        self._watched: list[Watched] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    def number(self, thing: Any) -> int | None:
        """The number under which this thing is kept; None if it is not (yet).

        What stands in a list already has its number here: the end of its first writing is awaited.
        """
        with self._lock:
            mine = [w for w in self._watched if thing and w.thing() is thing]
        if mine and not any(one.number for one in mine):
            with self._writing:
                pass
        return next((one.number for one in mine if one.number), None)

    def busy(self, visitor: str) -> bool:
        """Whether something of this visitor grows, or has grown and is not written yet."""
        found = self._of(visitor)
        return any(self._grows(thing) or thing.revision != w.revision for w, thing in found)

    def close(self) -> None:
        """Write what is left, and end."""
        self._stop.set()
        self._thread.join(60)

    def _grows(self, thing: Any) -> bool:
        """Whether it will change by itself."""
        raise NotImplementedError

    def _write(self, one: Watched, thing: Any) -> None:
        """Write it, under `one.number` if it has one. `MissingError` if that is not there now."""
        raise NotImplementedError

    def _begin(self) -> None:
        """What the thread does first."""

    def _watch(self, one: Watched) -> None:
        with self._lock:
            self._watched.append(one)

    def _of(self, visitor: str) -> list[tuple[Watched, Any]]:
        """What is there of a visitor, in the order in which it came."""
        with self._lock:
            mine = [(w, w.get()) for w in self._watched if w.visitor == visitor]
        return [(w, thing) for w, thing in mine if thing]

    def _work(self) -> None:
        self._begin()
        while not self._stop.wait(self._pause):
            self._look()
        self._look(last=True)

    def _look(self, last: bool = False) -> None:
        with self._lock:
            watched = list(self._watched)
        for one in watched:
            if not self._look_at(one, last):
                with self._lock:
                    self._watched.remove(one)

    def _look_at(self, one: Watched, last: bool) -> bool:
        """Write a thing if it is time; False if it need not be looked at again."""
        thing = one.get()
        if thing is None:
            return False
        grows, goes_on = self._grows(thing), True
        at_once = last or not (grows or one.failures)
        if thing.revision != one.revision and (at_once or time.monotonic() >= one.due):
            began = time.monotonic()
            with self._writing:
                goes_on = not one.released and self._try_to_write(one, thing)
            one.due = time.monotonic() + (AGAIN_SECONDS if one.failures else self._every)
            self._stop.wait(min(self._rest * (time.monotonic() - began), MOST_REST))
        one.held = thing if grows or thing.revision != one.revision else None
        return goes_on

    def _try_to_write(self, one: Watched, thing: Any) -> bool:
        """Write a thing; False if what it was written to is not there any more."""
        revision = thing.revision
        try:
            self._write(one, thing)
            one.problem, one.failures = "", 0
        except MissingError:  # deleted, too old, or one of too many: then it stays away
            return False
        except UnusableError as error:
            one.problem, one.failures = str(error), one.failures + 1
            if one.failures < MOST_TRIES:
                return True  # what has ended would else be lost when there is room again
        except ArchiveError as error:
            one.problem = str(error)
        except Exception:  # whatever is wrong with one thing, the others must be kept
            LOG.exception("%s could not be kept", type(thing).__name__)
        one.revision = revision  # not before: until it is written, its visitor is busy
        return True
