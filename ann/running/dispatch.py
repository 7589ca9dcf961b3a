"""How the chunks of one training travel: out to a worker, and back with what came of them.

One chunk is under way at a time, so many trainings share the workers fairly. A worker that dies
costs a chunk: the server still has the state from before it, and sends that once more.
"""

import random
import shutil
import threading
import time
import weakref
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, CancelledError, Future
from pathlib import Path

from ann.running.chunk import FIRST_CHUNK, LONE_CHUNK, Chunk, Limit, run_chunk
from ann.running.find_data import Source
from ann.running.pool import Pool
from ann.running.state_file import StateFile, pack, remove
from ann.state import State

MOST_TRIES = 5  # a chunk that kills so many workers in a row is not sent again


class Dispatcher:
    """Between one training and a pool; its owner calls it by one thread at a time.

    FIRST_CHUNK goes to the pool `express` if there is one: behind a class that trains, the first
    point of a curve would be waited for.
    """

    def __init__(self, pool: Pool, source: Source, express: Pool | None = None):
        self._pool, self._source, self._express = pool, source, express
        self._parcel: StateFile | None = None  # the state as the workers of this machine get it
        self._tries = 0
        self._sent_at, self._sent_images = 0.0, 0
        self.images_per_second = 0.0  # lately, waiting for a turn included

    def usual(self) -> Limit:
        """How long a chunk should be now: longer where hardly anybody waits for a turn."""
        return LONE_CHUNK if self._pool.busy <= self._pool.workers else Limit()

    def send(self, state: State, limit: Limit) -> Future:
        """Send a chunk; `receive` opens the answer.

        `RuntimeError` if no pool takes it, `OSError` if there is no room for the state.
        """
        pool = self._express if self._express and limit is FIRST_CHUNK else self._pool
        self._sent_at, self._sent_images = time.monotonic(), state.images_seen
        return pool.submit(run_chunk, self._packed(state), self._source, limit)

    def deliver(self, future: Future, take: Callable[[Future], None]) -> None:
        """Call `take` with the answer when it is there.

        From Python 3.12.1 on a process pool that breaks tells so while it holds its own lock, which
        is needed to send the chunk once more. So what was lost is taken in another thread.
        """

        def arrived(future: Future) -> None:
            if not future.cancelled() and isinstance(future.exception(), BrokenExecutor):
                threading.Thread(target=self._part, args=(future, take), daemon=True).start()
            else:
                take(future)

        future.add_done_callback(arrived)

    def receive(self, future: Future) -> Chunk | None:
        """The chunk with its state; None if it was lost on the way and should be sent again.

        Raises what went wrong in the worker, or took it down MOST_TRIES times in a row.
        """
        try:
            chunk = future.result()
        except (BrokenExecutor, CancelledError):
            self._tries += 1  # the pool replaces what broke when it is sent to
            if self._tries >= MOST_TRIES:
                raise
            return None
        lost, self._tries = self._tries, 0
        if isinstance(chunk.state, StateFile):
            self._parcel = chunk.state.claim()
            if lost:
                self._clear()
            chunk = chunk._replace(state=self._parcel.mapped())
        self._time(chunk.state.images_seen)
        return chunk

    def _part(self, lost: Future, take: Callable[[Future], None]) -> None:
        """At once if it is the first in a row that was lost, else after a random while.

        A worker that dies takes down all chunks that wait for one. Sent again together, they would
        meet the one that killed it each time, and all would be taken for it.
        """
        time.sleep(random.uniform(0, 2**self._tries) if self._tries else 0.0)
        take(lost)

    def _packed(self, state: State) -> State | StateFile:
        """What is sent: a file's name where the workers can open it, else the state itself."""
        if self._pool.folder is None:
            return state
        if self._parcel is None or not Path(self._parcel.path).exists():
            folder = self._pool.new_folder()
            weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
            self._parcel = pack(state, folder).claim()
        return self._parcel.relabeled(state)

    def _clear(self) -> None:
        """Remove the answers of lost chunks, which nobody has claimed: they take up memory."""
        present = Path(self._parcel.path)
        for path in present.parent.iterdir():
            if path != present:
                remove(path)

    def _time(self, images_seen: int) -> None:
        seconds = max(time.monotonic() - self._sent_at, 1e-9)
        fresh, known = (images_seen - self._sent_images) / seconds, self.images_per_second
        self.images_per_second = 0.7 * known + 0.3 * fresh if known else fresh
