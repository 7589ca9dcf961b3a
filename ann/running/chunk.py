"""A chunk of training: a pure function, state in, state and events out, for any executor."""

from collections.abc import Iterator, Sequence
from copy import deepcopy
from functools import lru_cache
from math import inf
from pathlib import Path
from time import perf_counter, thread_time
from typing import Generic, NamedTuple, TypeVar

import numpy as np

from ann.coach.signals import watched
from ann.events import Epoch, Event, Finished, Signals, Step
from ann.inside.frames import Frame
from ann.inside.replay import Plan, again
from ann.running.blank import Blank
from ann.running.find_data import PARTS, Source, find
from ann.running.state_file import StateFile, pack
from ann.state import Split, State

CHUNK_SECONDS = 0.25  # long enough to make sending the state cheap, short enough to feel live
MOST_PATIENCE = 2  # how much longer than its work a chunk may take on a busy machine
S = TypeVar("S", bound=State | StateFile)
Sent = State | StateFile | Blank


class Limit(NamedTuple):
    """When a chunk ends: after `seconds` of work, or after whole `steps` or `epochs` if given.

    Work is measured in processor time, so that everybody who shares a busy machine gets turns of
    equal length. By the clock, no turn takes more than MOST_PATIENCE times as long.
    """

    seconds: float = CHUNK_SECONDS
    steps: int | None = None
    epochs: int | None = None


# Nobody should have to wait for the first point of a curve, also where a whole class presses Start:
# longer chunks from the one worker that computes them would come slower than the clicks.
FIRST_CHUNK = Limit(seconds=0.02)
LONE_CHUNK = Limit(seconds=0.45)  # where hardly anybody waits for a turn: send states less often


class Again(NamedTuple):
    """A run that is trained once more, for the frames at these steps (see `ann.inside.replay`)."""

    plan: Plan
    stops: tuple[int, ...]
    whole: bool = False  # whether frames hold whole states

    def train(self, state: State, split: Split) -> Iterator[Event | Frame]:
        """Train a state in place on the way of that run."""
        return again(state, split, self.plan, self.stops, whole=self.whole)


class PackedFrame(NamedTuple):
    """A frame whose state is in a file."""

    frame: Frame  # its state has no arrays
    file: StateFile

    def open(self) -> Frame:
        """The frame; its arrays are read from the file, which is removed with the last of them."""
        return self.frame._replace(state=self.file.claim().mapped())


class Chunk(NamedTuple, Generic[S]):
    """The result of a chunk: the state after it and its events, steps as rows of one array."""

    state: S
    steps: np.ndarray  # (n, 6), the columns of Step
    epochs: list[Epoch]  # only the last one has answers and confidence
    finished: Finished | None
    frames: tuple[Frame | PackedFrame, ...] = ()  # of a run that is trained `Again`
    signals: Sequence[Signals] = ()


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


def run_chunk(
    sent: Sent, source: Source, limit: Limit, once_more: Again | None = None
) -> Chunk[State | StateFile]:
    """Train a copy of what was `sent` until `limit`. What was sent is unchanged, to send again.

    The state of the result is a file if what was sent is one, or names a folder for it. With
    `once_more`, a run is trained again, and its frames come with the result.
    """
    split = open_split(source)
    state, folder = _opened(sent, split)
    steps: list[Step] = []
    signals: list[Signals] = []
    epochs: list[Epoch] = []
    frames: list[Frame | PackedFrame] = []
    finished = None
    worked, began = thread_time(), perf_counter()
    events = once_more.train(state, split) if once_more else watched(state, split)
    for event in events:
        if isinstance(event, Frame):
            frames.append(_packed(event, folder) if folder else event)
        elif isinstance(event, Step):
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
        elif isinstance(event, Signals):
            signals.append(event)
            continue  # the step that they were measured at comes next
        else:
            finished = event
        over = thread_time() - worked > limit.seconds
        over = over or perf_counter() - began > limit.seconds * MOST_PATIENCE
        if over and not state.reason:
            break
    answer = pack(state, folder) if folder else state
    rows = np.array(steps, np.float64).reshape(-1, len(Step._fields))
    return Chunk(answer, rows, epochs, finished, tuple(frames), signals)


def _packed(frame: Frame, folder: str | Path) -> PackedFrame:
    """A frame that travels as a file; what is left of it is small."""
    file = pack(frame.state, folder)
    return PackedFrame(frame._replace(state=file.rest), file)


def _opened(sent: Sent, split: Split) -> tuple[State, str | Path | None]:
    """A state that may be written to, and the folder for the file of the answer, if any."""
    if isinstance(sent, Blank):
        return sent.draw(split), sent.folder
    if isinstance(sent, StateFile):
        return sent.open(), Path(sent.path).parent
    return deepcopy(sent), None
