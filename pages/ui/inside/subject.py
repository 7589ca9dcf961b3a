"""What the pages of Inside look at: a network, and a digit that it is given."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ann.run import Run
from ann.running.job import Job
from ann.running.view import Status
from data import Dataset
from pages.ui.networks import subject as copied
from pages.ui.networks.opened import Opened
from pages.ui.server import stores
from pages.ui.words import fitting


class Subject(NamedTuple):
    """A network at one step of its training. Nothing here changes when the training goes on."""

    run: Run  # a copy of the network at that step; never change it
    digits: Dataset  # the data set it was trained on
    job: Job | None  # the current training it comes from; None: a saved run
    number: int | None  # among the visitor's saved runs; None if it is not saved yet
    weights: str  # 16 hexadecimal digits: the same for the same weights in the same network
    latest: Run | None = None  # the network at its latest step, if `run` is an earlier one

    @property
    def whole(self) -> Run:
        """The run up to its latest step."""
        return self.latest or self.run

    @property
    def things(self) -> str:
        """What the images show: "digits", or "images" for other data sets."""
        return fitting("digits", self.digits.class_names)

    @property
    def is_training(self) -> bool:
        """Whether the network has learned on since this copy was taken."""
        return self.job is not None and self.job.status == Status.RUNNING


class Digit(NamedTuple):
    """An image as the network gets it."""

    code: str  # in the address: "v123", "t5" or "drawing"
    image: npt.NDArray[np.uint8]  # (D,), pixels from 0 to 255
    label: int | None  # its class; None for a drawing


class Shown(NamedTuple):
    """What a page of Inside shows."""

    subject: Subject
    digit: Digit


def of(copy: copied.Subject) -> Subject | None:
    """The copy of a network as the subject of Inside; None without its data set."""
    if copy.digits is None:
        return None
    if isinstance(copy.job, Opened):
        return Subject(copy.run, copy.digits, None, copy.job.number, copy.weights)
    number = stores.run_autosave().number(copy.job)
    return Subject(copy.run, copy.digits, copy.job, number, copy.weights)
