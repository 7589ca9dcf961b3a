"""A run that is trained again in the background, with frames of the network on its way.

It is a job like any other: it takes turns, pauses when its page is closed, and a worker that dies
costs one chunk. Nothing comes of it but its frames.
"""

from collections.abc import Callable, Sequence

from ann.inside.frames import Frame
from ann.inside.replay import Plan
from ann.network import Network
from ann.recipe import Recipe
from ann.running.budget import Claim
from ann.running.chunk import Again, Chunk
from ann.running.find_data import Source
from ann.running.job import Job
from ann.running.pool import Pool
from ann.running.turns import Share
from ann.running.view import Status
from ann.state import State


def frame_bytes(recipe: Recipe, n_features: int, n_classes: int) -> int:
    """The memory of a frame: weights and statistics."""
    network = Network.of(recipe, n_features, n_classes)
    return 4 * (network.n_parameters + network.n_statistics)


class Replay(Job):
    """Trains the run of a `plan` again on a pool, for the frames at these `stops`, in order.

    `state` is any state on its way before the first of the stops, such as
    `ann.running.blank.blank_state`. With `whole`, frames hold whole states. The rest is as in
    `Job`. Once it is finished, all frames are there; if it was stopped, those before.
    """

    def __init__(
        self,
        pool: Pool | Share,
        state: State,
        source: Source,
        plan: Plan,
        stops: Sequence[int],
        *,
        whole: bool = False,
        wanted: Callable[[], bool] = lambda: True,
        express: Pool | Share | None = None,
        step_seconds: Callable[[Recipe], float] = lambda recipe: 0.0,
        claim: Claim | None = None,
    ) -> None:
        super().__init__(
            pool,
            state,
            source,
            wanted=wanted,
            express=express,
            step_seconds=step_seconds,
            claim=claim,
        )
        self.plan, self.stops = plan, tuple(stops)
        self._begins, self._whole = state.step, whole
        self._frames: tuple[Frame, ...] = ()
        self._complete = False

    @property
    def frames(self) -> tuple[Frame, ...]:
        """The frames so far, in order."""
        return self._frames

    @property
    def complete(self) -> bool:
        """Whether it has trained to its end: it was not stopped, and did not fail."""
        return self._complete

    @property
    def share(self) -> float:
        """The share of the steps that is done, 0 to 1."""
        steps = self.stops[-1] - self._begins
        return min((self._state.step - self._begins) / steps, 1.0) if steps else 1.0

    def release(self) -> None:
        """Give its memory back to the budget, when its frames belong to somebody else."""
        if self._claim:
            self._claim.release()

    @property
    def _ahead(self) -> tuple[int, ...]:
        """The stops whose frames are not there yet."""
        seen = self._frames[-1].step if self._frames else -1
        return tuple(step for step in self.stops if step > seen)

    def _once_more(self) -> Again:
        return Again(self.plan, self._ahead, self._whole)

    def _apply_changes(self) -> None:
        """Nothing: the plan has all changes of settings."""

    def _take_up(self, chunk: Chunk[State]) -> None:
        arrived = (frame for frame in chunk.frames if isinstance(frame, Frame))
        self._frames = (*self._frames, *arrived)
        super()._take_up(chunk)
        has_end = bool(self.plan.reason) and self.stops[-1] >= self.plan.step
        self._complete = bool(chunk.finished) or not (self._ahead or has_end)
        if self._status == Status.RUNNING and self._complete:
            self._status = Status.FINISHED  # the chunk was over just before it could say so

    def _seconds_left(self) -> float:
        state, speed = self._state, self._dispatcher.images_per_second
        if not (speed and state.step):
            return float("nan")
        left = max(self.stops[-1] - state.step, 0)
        return state.images_seen / state.step * left / speed
