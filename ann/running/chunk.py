"""A chunk of training: a pure function, state in, state and events out, for any executor."""

from copy import deepcopy
from functools import lru_cache
from math import inf
from pathlib import Path
from time import perf_counter, thread_time
from typing import Generic, NamedTuple, TypeVar

import numpy as np

from ann.events import Epoch, Finished, Step
from ann.running.find_data import PARTS, Source, find
from ann.running.state_file import StateFile, pack
from ann.state import Split, State
from ann.train import train

CHUNK_SECONDS = 0.25  # long enough to make sending the state cheap, short enough to feel live
MOST_PATIENCE = 2  # how much longer than its work a chunk may take on a busy machine
S = TypeVar("S", bound=State | StateFile)


class Limit(NamedTuple):
    """When a chunk ends: after `seconds` of work, or after whole `steps` or `epochs` if given.

    Work is measured in processor time, so that everybody who shares a busy machine gets turns of
    equal length. By the clock, no turn takes more than MOST_PATIENCE times as long.
    """

    seconds: float = CHUNK_SECONDS
    steps: int | None = None
    epochs: int | None = None


FIRST_CHUNK = Limit(seconds=0.05)  # nobody should have to wait for the first point of a curve
LONE_CHUNK = Limit(seconds=0.45)  # where hardly anybody waits for a turn: send states less often


class Chunk(NamedTuple, Generic[S]):
    """The result of a chunk: the state after it and its events, steps as rows of one array."""

    state: S
    steps: np.ndarray  # (n, 6), the columns of Step
    epochs: list[Epoch]  # only the last one has answers and confidence
    finished: Finished | None


class Goal(NamedTuple):
    """How far a job trains: `steps` or `epochs` more, or to the end of epoch `until`, from 1.

    Without any of them it trains until the recipe says that it is over.

    >>> Goal(steps=1).reached(Chunk(None, [], [], None)), Goal().reached(Chunk(None, [], [], None))
    (True, False)
    """

    steps: int = 0
    epochs: int = 0
    until: int = 0

    def limit(self, state: State, usual: Limit) -> Limit:
        """When the next chunk should end: on the way to the goal it is as long as `usual`."""
        if self.steps:
            return Limit(seconds=inf, steps=self.steps)
        if self.epochs:
            return Limit(epochs=self.epochs)
        if self.until:
            return usual._replace(epochs=self.until - state.epoch)
        return usual if state.step else FIRST_CHUNK

    def reached(self, chunk: Chunk[State]) -> bool:
        """Whether a chunk has reached the goal. The end of the run is in the chunk itself."""
        if self.until:
            return chunk.state.epoch >= self.until
        return bool(self.steps or (self.epochs and chunk.epochs))


@lru_cache(maxsize=4)
def open_split(source: Source) -> Split:
    """The digits of `source`, mapped from their files: one copy in memory for all processes.

    `ann.running.find_data.DataMissingError`, a FileNotFoundError, if this machine does not have
    them.
    """
    folder = find(source)
    # plain arrays over the mapped memory: slices of np.memmap itself are slower to make
    x, y = (np.asarray(np.load(folder / part, mmap_mode="r")) for part in PARTS)
    n = source.n_train
    return Split(x[:n], y[:n], x[n:], y[n:])


def run_chunk(sent: State | StateFile, source: Source, limit: Limit) -> Chunk[State | StateFile]:
    """Train a copy of what was `sent` until `limit`. What was sent is unchanged, to send again.

    The state of the result has the same form as what was sent.
    """
    state = sent.open() if isinstance(sent, StateFile) else deepcopy(sent)
    steps: list[Step] = []
    epochs: list[Epoch] = []
    finished = None
    worked, began = thread_time(), perf_counter()
    for event in train(state, open_split(source)):
        if isinstance(event, Step):
            steps.append(event)
            if limit.steps is not None and len(steps) >= limit.steps:
                break
        elif isinstance(event, Epoch):
            if epochs:  # for a tiny network these would be megabytes that nobody looks at
                epochs[-1] = epochs[-1]._replace(answers=None, confidence=None)
            epochs.append(event)
            # if the training has just ended, one more event says so
            if limit.epochs is not None and len(epochs) >= limit.epochs and not state.reason:
                break
        else:
            finished = event
        over = thread_time() - worked > limit.seconds
        over = over or perf_counter() - began > limit.seconds * MOST_PATIENCE
        if over and not state.reason:
            break
    answer = pack(state, Path(sent.path).parent) if isinstance(sent, StateFile) else state
    rows = np.array(steps, np.float64).reshape(-1, len(Step._fields))
    return Chunk(answer, rows, epochs, finished)
