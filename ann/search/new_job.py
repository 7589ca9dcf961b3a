"""Make a training that keeps to the limits on memory and on the time of a step."""

from collections.abc import Callable
from functools import partial

from ann.evaluation.speed import Speed, step_seconds
from ann.recipe import Recipe
from ann.running.find_data import Source
from ann.running.job import Job
from ann.running.memory import state_bytes
from ann.running.pool import Pool
from ann.running.turns import Share
from ann.saving.checkpoint import Progress
from ann.state import Split, start


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

    `split` holds the digits of `source`, `speed` is that of a worker; the rest is as in `Job`.
    `NoRoomError` if there is not enough memory for it beside the other trainings.
    """
    n_features = split.train_x.shape[1]
    claim = pool.claim(state_bytes(recipe, n_features, n_classes))
    return Job(
        pool,
        begun.state if begun else start(recipe, split, n_classes),
        source,
        wanted=wanted,
        express=express,
        history=begun.history if begun else None,
        step_seconds=partial(
            step_seconds,
            n_train=len(split.train_x),
            n_features=n_features,
            n_classes=n_classes,
            speed=speed,
        ),
        claim=claim,
    )
