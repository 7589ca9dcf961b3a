"""Saves whatever changes, again and again, in a thread of its own.

Each thing it watches counts its changes in a `revision`; when that has grown, the thing is written
again. So neither pages nor the callbacks of chunks ever wait for the disk.
`ann.keeping.run_autosave` saves trainings this way, `ann.keeping.sweep_autosave` sweeps.
"""

import logging
import threading
import time
import weakref
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from ann.keeping.database import ArchiveError, MissingError, UnusableError

RETRY_SECONDS = 30.0  # until a failed write is tried again
MAX_TRIES = 20  # for a thing that no longer changes: it stays in memory meanwhile
# After a first write: until then, a killed server would lose everything. After a last one: somebody
# may wait for the result.
URGENT_REST = 1
MAX_REST_SECONDS = 10.0  # a write that waited for another program's lock has taken long
LOG = logging.getLogger(__name__)


class Changing(Protocol):
    """Anything that counts its changes."""

    @property
    def revision(self) -> int:
        """Grows with every change."""


T = TypeVar("T", bound=Changing)


@dataclass(eq=False)
class Watched(Generic[T]):
    """A thing that changes, and how much of it has been written."""

    visitor: str
    thing: weakref.ref[T]
    held: T | None = None  # the thing itself, while there is or will be something to write
    number: int | None = None  # of its row in the archive
    revision: int = -1  # of the thing when it was last written
    address: str = ""  # from where its visitor comes
    file: int | None = None  # of the database, in which it was last written
    due: float = 0.0  # when it is written next, if it is still active
    tell: bool = True  # whether somebody is told once it has ended
    released: bool = False  # another thing continues in its place
    problem: str = ""  # why it could not be written
    failures: int = 0  # in a row, for reasons that may pass, such as a full disk

    def get(self) -> T | None:
        """The thing; None if nobody holds it any more."""
        return self.held or self.thing()


class Autosave(Generic[T]):
    """A thread that starts at once and ends with `close`; subclasses say how to `_write`.

    `look` is the time in seconds between two looks at all things, `every` the time between two
    writes of an active one. What has never been written, or has ended, is due at every look, and
    comes first. After a write, the thread sleeps `rest` times as long as the write took, to leave
    the machine to others. If the disk is full or the file is locked, a thing that has ended is
    tried again for ten minutes.
    """

    def __init__(self, name: str, look: float, every: float = 0.0, rest: float = 0.0):
        self._pause, self._every, self._rest = look, every, rest
        self._lock, self._writing = threading.Lock(), threading.Lock()
        self._watched: list[Watched[T]] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    def number(self, thing: T | None) -> int | None:
        """The number under which this thing is saved; None if it is not saved (yet).

        If the thing is being written for the first time right now, this waits: once a list of saved
        runs shows it, its number is known.
        """
        with self._lock:
            mine = [w for w in self._watched if thing and w.thing() is thing]
        if mine and not any(one.number for one in mine):
            with self._writing:
                pass
        return next((one.number for one in mine if one.number), None)

    def busy(self, visitor: str) -> bool:
        """Whether something of this visitor is active, or has changed and is not written yet."""
        found = self._of(visitor)
        return any(self._active(thing) or thing.revision != w.revision for w, thing in found)

    def close(self) -> None:
        """Write what is left, then end the thread."""
        self._stop.set()
        self._thread.join(60)

    def _active(self, thing: T) -> bool:
        """Whether the thing will change by itself."""
        raise NotImplementedError

    def _worth_saving(self, thing: T) -> bool:
        """Whether an active thing should be written for the first time."""
        return True

    def _write(self, one: Watched[T], thing: T) -> None:
        """Write the thing to its row `one.number`, or to a new one if it has none.

        `MissingError` if its row has been deleted.
        """
        raise NotImplementedError

    def _file(self) -> int:
        """Which database file it is: another number once somebody has deleted or replaced it."""
        return 0

    def _watch(self, one: Watched[T]) -> None:
        with self._lock:
            self._watched.append(one)

    def _of(self, visitor: str) -> list[tuple[Watched[T], T]]:
        """A visitor's things that still exist, in the order in which they came."""
        with self._lock:
            mine = [(w, w.get()) for w in self._watched if w.visitor == visitor]
        return [(w, thing) for w, thing in mine if thing]

    def _work(self) -> None:
        while not self._stop.wait(self._pause):
            self._look()
        self._look(last=True)

    def _look(self, last: bool = False) -> None:
        """Write what is due. Before each thing that is active and written again, what is urgent."""
        with self._lock:
            saved = [one for one in self._watched if one.number is not None]
        for one in saved:
            if self._is_due(one, last):
                self._look_at_urgent(last)
            self._look_at(one, last)
        self._look_at_urgent(last)

    def _look_at_urgent(self, last: bool) -> None:
        """Write what has never been written, and what has ended since it was."""
        with self._lock:
            watched = list(self._watched)
        for one in watched:
            if self._is_urgent(one):
                self._look_at(one, last)

    def _is_urgent(self, one: Watched[T]) -> bool:
        thing = one.get()
        if one.number is None or thing is None:
            return one.number is None
        return not (self._active(thing) or one.failures) and thing.revision != one.revision

    def _is_due(self, one: Watched[T], last: bool) -> bool:
        thing = one.get()
        if thing is None or thing.revision == one.revision:
            return False
        if last or not (self._active(thing) or one.failures):
            return True
        if one.number is None and not self._worth_saving(thing):
            return False  # asked again at the next look
        return time.monotonic() >= one.due

    def _look_at(self, one: Watched[T], last: bool) -> None:
        """Write a thing if it is due, and forget it if it need not be watched any longer."""
        thing = one.get()
        keep_watching = thing is not None
        if thing is not None:
            active = self._active(thing)  # asked first: the thing may end while it is written
            if self._is_due(one, last):
                keep_watching = self._write_now(one, thing)
            one.held = thing if active or thing.revision != one.revision else None
        if not keep_watching:
            with self._lock:
                self._watched = [other for other in self._watched if other is not one]

    def _write_now(self, one: Watched[T], thing: T) -> bool:
        """Write a thing, then rest; False if it need not be watched any longer."""
        began, urgent = time.monotonic(), one.number is None or not self._active(thing)
        with self._writing:
            keep_watching = not one.released and self._try_to_write(one, thing)
        one.due = time.monotonic() + (RETRY_SECONDS if one.failures else self._every)
        rest = URGENT_REST if urgent else self._rest
        self._leave_to_others(rest * (time.monotonic() - began), urgent)
        return keep_watching

    def _leave_to_others(self, seconds: float, urgent: bool) -> None:
        """Rest, but after a write that was not urgent, look now and then for one that is."""
        end = time.monotonic() + min(seconds, MAX_REST_SECONDS)
        while (left := end - time.monotonic()) > 0 and not self._stop.wait(min(left, self._pause)):
            if not urgent:
                self._look_at_urgent(last=False)

    def _try_to_write(self, one: Watched[T], thing: T) -> bool:
        """Write a thing; False if its row has been deleted."""
        revision = thing.revision
        try:
            file = self._file()
            if one.file not in (None, file):
                one.number = None  # somebody has deleted the whole file: write it to the new one
            self._write(one, thing)
            one.file = file
            one.problem, one.failures = "", 0
        except MissingError:  # deleted by the visitor or by a limit: it must not come back
            return False
        except UnusableError as error:
            one.failures += 1
            one.problem = f"Not saved: {error}"
            if one.failures < MAX_TRIES:
                one.problem = f"Not saved yet: {error}"
                return True  # else a thing that has ended would be lost though the disk has room
        except ArchiveError as error:
            one.problem = str(error)
        except Exception:  # a bug with one thing must not keep the others from being saved
            LOG.exception("%s could not be saved", type(thing).__name__)
        one.revision = revision  # not before: until it is written, its visitor is busy
        return True
