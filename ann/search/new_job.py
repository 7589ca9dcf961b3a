"""Make a training that keeps to the limits on memory and on the time of a step."""

from collections.abc import Callable, Sequence
from functools import partial

from ann.evaluation.speed import Speed, step_seconds
from ann.inside.replay import Plan
from ann.recipe import Recipe
from ann.running.blank import blank_state
from ann.running.find_data import Source
from ann.running.job import Job
from ann.running.memory import state_bytes
from ann.running.pool import Pool
from ann.running.replay import Replay, frame_bytes
from ann.running.turns import Share
from ann.saving.checkpoint import Progress
from ann.state import Split, State


def new_job(
    pool: Pool | Share,
    source: Source,
    split: Split,
    recipe: Recipe,
    *,
    n_classes: int,
    speed: Speed,
    wanted: Callable[[], bool],
    express: Pool | Share | None = None,
    begun: Progress | None = None,
) -> Job:
    """A job that has not started; with what was `begun`, it continues that.

    Its initial weights are drawn by a worker (see `ann.running.blank`). `split` holds the digits of
    `source`, `speed` is that of a worker; the rest is as in `Job`.
    `NoRoomError` if there is not enough memory for it beside the other trainings.
    """
    n_features = split.train_x.shape[1]
    claim = pool.claim(state_bytes(recipe, n_features, n_classes))
    return Job(
        pool,
        begun.state if begun else blank_state(recipe, n_features, n_classes),
        source,
        wanted=wanted,
        express=express,
        history=begun.history if begun else None,
        step_seconds=_estimate(split, n_classes, speed),
        claim=claim,
    )


def new_replay(
    pool: Pool | Share,
    source: Source,
    split: Split,
    plan: Plan,
    stops: Sequence[int],
    *,
    n_classes: int,
    speed: Speed,
    wanted: Callable[[], bool],
    express: Pool | Share | None = None,
    begun: State | None = None,
    whole: bool = False,
) -> Replay:
    """A replay that has not started; it begins at the start of the run, or with what was `begun`.

    The rest is as in `new_job` and `Replay`. Its memory is that of a training and of its frames.
    """
    n_features = split.train_x.shape[1]
    shape = plan.recipe, n_features, n_classes
    state, frame = state_bytes(*shape), frame_bytes(*shape)
    claim = pool.claim(state + len(stops) * (state if whole else frame))
    return Replay(
        pool,
        begun or blank_state(*shape),
        source,
        plan,
        stops,
        whole=whole,
        wanted=wanted,
        express=express,
        step_seconds=_estimate(split, n_classes, speed),
        claim=claim,
    )


def _estimate(split: Split, n_classes: int, speed: Speed) -> Callable[[Recipe], float]:
    """A function that estimates the seconds of a step."""
    return partial(
        step_seconds,
        n_train=len(split.train_x),
        n_features=split.train_x.shape[1],
        n_classes=n_classes,
        speed=speed,
    )
