"""What a job trains for: its whole run, one step, one epoch, or as far as an epoch."""

from math import inf
from typing import NamedTuple

from ann.running.chunk import Chunk, Limit
from ann.running.dispatch import FIRST_CHUNK
from ann.state import State


class Goal(NamedTuple):
    """So many `steps` or `epochs` more, or the end of epoch `until`, from 1; or the run's end.

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

    def reached(self, chunk: Chunk) -> bool:
        """Whether a chunk has come to the goal; the run's end is told by the chunk itself."""
        if self.until:
            return chunk.state.epoch >= self.until
        return bool(self.steps or (self.epochs and chunk.epochs))
