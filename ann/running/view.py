"""A job as a page sees it at one moment, and the words for its status."""

from enum import StrEnum
from typing import NamedTuple

from ann.history import History
from ann.recipe import Recipe
from ann.state import State


class Status(StrEnum):
    """What a training, or a group of trainings, is doing."""

    READY = "ready"  # not started yet
    RUNNING = "running"
    PAUSED = "paused"  # it can continue
    FINISHED = "finished"  # it has ended: as planned, early, or because somebody stopped it
    FAILED = "failed"  # it cannot continue; the message says why


UNDER_WAY = (Status.READY, Status.RUNNING, Status.PAUSED)
ENDED = (Status.FINISHED, Status.FAILED)


class View(NamedTuple):
    """A job at one moment. Nothing in it changes later."""

    status: Status
    message: str
    recipe: Recipe
    history: History
    state: State
    images_per_second: float  # lately, on workers shared with everybody else who trains
    seconds_left: float  # until the last epoch at this speed; NaN if unknown
    revision: int  # grows with every change
    place: int = 0  # among the visitor's trainings that wait for others to end; 0: it need not wait
