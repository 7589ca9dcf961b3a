"""Each class at one moment: one snapshot in memory for all who look at it.

However many boards and pages show a class, it is read again at most once a second, and only if
something in it has changed.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from ann.classroom.snapshot import Snapshot
from ann.keeping.classrooms import ClassArchive
from ann.keeping.database import MissingError, UnusableError

EVERY_SECONDS = 1.0
MOST = 100  # classes in memory


@dataclass
class _Held:
    """A class's snapshot, and when somebody last looked whether it is still right."""

    snapshot: Snapshot | None = None
    looked: float = 0.0
    reading: threading.Lock = field(default_factory=threading.Lock)


class Snapshots:
    """The snapshots of the classes in an archive, for any number of threads."""

    def __init__(
        self,
        archive: Callable[[], ClassArchive],
        every: float = EVERY_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._archive, self._every, self._clock = archive, every, clock
        self._lock = threading.Lock()
        self._held: dict[int, _Held] = {}

    def of(self, class_id: int, fresh: bool = False) -> Snapshot:
        """The class as it was a second ago or later; as it is now if it must be `fresh`.

        While one thread reads a class, others get its last snapshot. `MissingError` if the class is
        gone, `UnusableError` if it has never been read and cannot be now.
        """
        with self._lock:
            held = self._held.pop(class_id, None) or _Held()
            self._held[class_id] = held  # used last, so it is dropped last
            while len(self._held) > MOST:
                del self._held[next(iter(self._held))]
        last = held.snapshot
        if last and not fresh and self._clock() - held.looked < self._every:
            return last
        if not held.reading.acquire(blocking=fresh or last is None):
            assert last
            return last
        try:
            return self._read(class_id, held)
        finally:
            held.reading.release()

    def _read(self, class_id: int, held: _Held) -> Snapshot:
        try:
            version = self._archive().version(class_id)
            if held.snapshot is None or version != held.snapshot.version:
                held.snapshot = self._archive().snapshot(class_id)
        except MissingError:
            with self._lock:
                self._held.pop(class_id, None)
            raise
        except UnusableError:
            if held.snapshot is None:
                raise
        held.looked = self._clock()
        return held.snapshot
