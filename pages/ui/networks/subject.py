"""A copy of the network that the visitor is looking at.

A network in training changes with every chunk. So Evaluate and the pages of Inside show a copy,
taken when such a page is opened and again on demand; a hash of everything that decides its
predictions identifies it.
"""

import hashlib
from dataclasses import dataclass
from typing import NamedTuple

from ann.events import Reason
from ann.finish import brings_back
from ann.run import Run
from ann.running.job import Job
from ann.running.view import Status
from data import Dataset
from pages.ui import session, words
from pages.ui.networks import current as current_network
from pages.ui.networks import opened


class Subject(NamedTuple):
    """A network as it was at one moment, and the data set it was trained on."""

    job: Job | opened.Opened  # where it comes from
    run: Run
    digits: Dataset | None  # None: no longer on this machine
    weights: str  # 16 hexadecimal digits, the same for the same weights in the same network
    status: Status  # of its job
    message: str

    @property
    def epoch(self) -> float:
        """How many epochs these weights were trained for, with a fraction."""
        run, best = self.run, self.run.history.best_epoch
        if best and brings_back(run.recipe, run.reason):
            return float(best)
        return 0.0 if run.reason == Reason.DIVERGED else run.history.epochs_done

    @property
    def things(self) -> str:
        """What the images show: "digits", or "images" for other data sets."""
        return words.fitting("digits", self.digits.class_names if self.digits else ())

    @property
    def about(self) -> str:
        """Which network this is, in a sentence, as Markdown."""
        run = self.run
        sizes = " → ".join(f"{size:,}" for size in run.network.sizes)
        text = (
            f"Network {sizes}, {run.parameters:,} parameters, after epoch "
            f"**{words.figures(self.epoch)}** of {run.recipe.epochs:,}"
        )
        return text + (f", trained on {words.plain(self.digits.title)}." if self.digits else ".")


@dataclass
class Taken:
    """The copy that was taken of the current training."""

    subject: Subject | None = None
    revision: int = -1  # of the job when the copy was taken


def take() -> Subject | None:
    """The network to look at; None before the first step of a training.

    While a training runs, the subject stays the same, so that numbers do not change while someone
    reads them, until `renew` is called. At any other time it is the current network.
    """
    job, taken = current_network.training().job, session.keep(Taken)
    if saved := opened.current():
        return _of_saved(saved)
    if job is None:
        return None
    old = taken.subject if taken.subject and taken.subject.job is job else None
    same = taken.revision == job.revision
    if old and (same or job.status == Status.RUNNING):
        return old
    taken.revision, taken.subject = job.revision, _of_job(job)
    return taken.subject


def renew() -> None:
    """Let the next subject be the network as it is then."""
    session.keep(Taken).subject = None


def weights_hash(run: Run) -> str:
    """A hash of the network and its weights: 16 hexadecimal digits.

    The weights alone do not suffice: all trainings that diverge at once end with the same initial
    weights.
    """
    shape = repr((run.network, run.scaling)).encode()
    return hashlib.sha256(shape + run.theta.tobytes() + run.statistics.tobytes()).hexdigest()[:16]


def _of_job(job: Job) -> Subject | None:
    view, run = job.view(), job.run()
    if not run.step:
        return None
    digits = current_network.dataset()
    known = digits if digits.fingerprint == run.fingerprint else None
    return Subject(job, run, known, weights_hash(run), view.status, view.message)


def _of_saved(saved: opened.Opened) -> Subject:
    run = saved.run
    return Subject(saved, run, saved.digits, weights_hash(run), Status.FINISHED, run.message)
