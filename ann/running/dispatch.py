"""How the chunks of one training are sent to a worker, and how their results come back.

One chunk is under way at a time, so that many trainings share the workers fairly. A worker that
dies costs one chunk: the server still has the state from before it, and sends that again.
"""

import random
import shutil
import threading
import time
import weakref
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, CancelledError, Future
from pathlib import Path

from ann.running.blank import Blank, is_blank
from ann.running.chunk import (
    FIRST_CHUNK,
    LONE_CHUNK,
    Again,
    Chunk,
    Limit,
    PackedFrame,
    Sent,
    run_chunk,
)
from ann.running.find_data import Source
from ann.running.pool import Pool
from ann.running.state_file import StateFile, pack, remove
from ann.running.turns import Share
from ann.state import State

MOST_TRIES = 5  # a chunk that kills so many workers in a row is not sent again

Answer = Future[Chunk[State | StateFile]]  # what a pool returns for a chunk


class Dispatcher:
    """Between one training and a pool; its owner calls it from one thread at a time.

    FIRST_CHUNK goes to the pool `express` if there is one: behind a class that is training, the
    first point of a curve would take long to come.
    """

    def __init__(
        self, pool: Pool | Share, source: Source, express: Pool | Share | None = None
    ) -> None:
        self._pool, self._source, self._express = pool, source, express
        self._file: StateFile | None = None  # the state as workers on this machine get it
        self._folder: str | None = None  # of that file
        self._tries = 0
        self._sent_at, self._sent_images = 0.0, 0
        self.images_per_second = 0.0  # lately, including the wait for a turn

    def usual(self) -> Limit:
        """How long a chunk should be now: longer where hardly anybody waits for a turn."""
        return LONE_CHUNK if self._pool.busy <= self._pool.workers else Limit()

    def send(self, state: State, limit: Limit, once_more: Again | None = None) -> Answer:
        """Send a chunk; `receive` opens the answer.

        `RuntimeError` if no pool takes it, `OSError` if there is no room for the state.
        """
        pool = (
            self._express if self._express and limit.seconds == FIRST_CHUNK.seconds else self._pool
        )
        self._sent_at, self._sent_images = time.monotonic(), state.images_seen
        return pool.submit(run_chunk, self._packed(state), self._source, limit, once_more)

    def deliver(self, answer: Answer, take: Callable[[Answer], None]) -> None:
        """Call `take` with the answer when it is there.

        From Python 3.12.1 on, a process pool that breaks reports it while holding its own lock,
        which is needed to send the chunk again. So a lost chunk is taken in another thread.
        """

        def arrived(answer: Answer) -> None:
            if not answer.cancelled() and isinstance(answer.exception(), BrokenExecutor):
                threading.Thread(target=self._take_later, args=(answer, take), daemon=True).start()
            else:
                take(answer)

        answer.add_done_callback(arrived)

    def receive(self, answer: Answer) -> Chunk[State] | None:
        """The chunk with its state; None if it was lost on the way and should be sent again.

        Raises whatever went wrong in the worker, or took it down MOST_TRIES times in a row.
        """
        try:
            chunk = answer.result()
            state = self._opened(chunk.state)
            frames = tuple(f.open() if isinstance(f, PackedFrame) else f for f in chunk.frames)
        except (BrokenExecutor, CancelledError, FileNotFoundError) as error:
            if isinstance(error, FileNotFoundError) and not self._file_is_gone():
                raise
            self._tries += 1  # the pool replaces its broken executor when something is sent to it
            if self._tries >= MOST_TRIES:
                raise
            return None
        if self._tries and self._file and isinstance(chunk.state, StateFile):
            self._remove_all_but(self._file)
        self._tries = 0
        self._measure(state.images_seen)
        return Chunk(state, chunk.steps, chunk.epochs, chunk.finished, frames, chunk.signals)

    def _take_later(self, lost: Answer, take: Callable[[Answer], None]) -> None:
        """Immediately if it is the first in a row that was lost, else after a random while.

        A worker that dies takes down all chunks that wait for one. Sent again together, they would
        meet the chunk that killed it every time, and all of them would be blamed.
        """
        time.sleep(random.uniform(0, 2**self._tries) if self._tries else 0.0)
        take(lost)

    def _opened(self, answer: State | StateFile) -> State:
        """The state in an answer; `FileNotFoundError` if its file has been removed meanwhile."""
        if not isinstance(answer, StateFile):
            return answer
        self._file = answer.claim()
        return self._file.mapped()

    def _file_is_gone(self) -> bool:
        """Whether somebody has emptied the folder of states while a chunk was being computed.

        Its arrays are still in memory here, so that the chunk can be sent again.
        """
        path = self._file.path if self._file else self._folder
        return path is not None and not Path(path).exists()

    def _packed(self, state: State) -> Sent:
        """What is sent: a file's name if the workers can open it, else the state itself."""
        if self._file is None or self._file_is_gone():
            if self._folder is None or self._file_is_gone():
                self._folder = self._pool.new_folder()
                if self._folder:
                    weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
            if is_blank(state):
                return Blank(state.recipe, state.n_classes, self._folder)
            if self._folder is None:
                return state
            self._file = pack(state, self._folder).claim()
        return self._file.relabeled(state)

    @staticmethod
    def _remove_all_but(current: StateFile) -> None:
        """Remove the answers of lost chunks, which nobody has claimed: they take up memory."""
        for path in Path(current.path).parent.iterdir():
            if path != Path(current.path):
                remove(path)

    def _measure(self, images_seen: int) -> None:
        seconds = max(time.monotonic() - self._sent_at, 1e-9)
        fresh, known = (images_seen - self._sent_images) / seconds, self.images_per_second
        self.images_per_second = 0.7 * known + 0.3 * fresh if known else fresh
