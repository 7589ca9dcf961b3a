"""Which network the Evaluate page evaluates, on which digits, and the results.

A network in training changes with every chunk. So the page evaluates a copy, taken when the page
is opened and again on demand; a hash of everything that decides its predictions identifies it.
"""

import hashlib
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from ann.evaluation.metrics import Evaluation, evaluate
from ann.events import Reason
from ann.finish import brings_back
from ann.run import Run
from ann.running.job import Job
from ann.running.view import Status
from data import Dataset
from pages.ui import session
from pages.ui.networks import current as current_network
from pages.ui.networks import opened
from pages.ui.words import fitting

VALIDATION, TEST = "validation", "test"
MOST_RESULTS = 6  # remembered for a visitor; each is about 0.7 MB for 10,000 digits


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
        return fitting("digits", self.digits.class_names if self.digits else ())


@dataclass
class Memory:
    """What the Evaluate page remembers for a visitor."""

    subject: Subject | None = None
    revision: int = -1  # of the job when the subject was taken
    results: OrderedDict[tuple[str, str, float, str], Evaluation | None] = field(
        default_factory=OrderedDict
    )  # (weights, data set, validation fraction, part) -> result


def subject() -> Subject | None:
    """The network to evaluate; None before the first step of a training.

    While a training runs, the subject stays the same, so that numbers do not change while someone
    reads them, until `renew` is called. At any other time it is the current network.
    """
    job, memory = current_network.training().job, session.keep(Memory)
    if saved := opened.current():
        return _of_saved(saved)
    if job is None:
        return None
    old = memory.subject if memory.subject and memory.subject.job is job else None
    same = memory.revision == job.revision
    if old and (same or job.status == Status.RUNNING):
        return old
    memory.revision, memory.subject = job.revision, _of_job(job)
    return memory.subject


def renew() -> None:
    """Let the next subject be the network as it is then."""
    session.keep(Memory).subject = None


def part(judged: Subject, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Images (N, 784) uint8 and labels (N,) of VALIDATION or TEST; N may be 0 for VALIDATION."""
    digits = judged.digits
    assert digits is not None, "without its data set a network cannot be evaluated"
    if name == TEST:
        return digits.test_images, digits.test_labels
    split = digits.split(judged.run.recipe.validation_fraction)
    return split.validation_images, split.validation_labels


def result(judged: Subject, name: str) -> Evaluation | None:
    """The evaluation on a part, computed once; None if the network's outputs are not finite."""
    results = session.keep(Memory).results
    run = judged.run
    key = (judged.weights, run.fingerprint, run.recipe.validation_fraction, name)
    if key not in results:
        images, labels = part(judged, name)
        probabilities = run.predict_proba(np.asarray(images))
        finite = bool(np.isfinite(probabilities).all())
        results[key] = evaluate(probabilities, labels) if finite else None
        while len(results) > MOST_RESULTS:
            results.popitem(last=False)
    return results[key]


def _of_job(job: Job) -> Subject | None:
    view, run = job.view(), job.run()
    if not run.step:
        return None
    digits = current_network.dataset()
    known = digits if digits.fingerprint == run.fingerprint else None
    return Subject(job, run, known, _hash(run), view.status, view.message)


def _of_saved(saved: opened.Opened) -> Subject:
    run = saved.run
    return Subject(saved, run, saved.digits, _hash(run), Status.FINISHED, run.message)


def _hash(run: Run) -> str:
    """A hash of the network and its weights.

    The weights alone do not suffice: all trainings that diverge at once end with the same initial
    weights.
    """
    shape = repr((run.network, run.scaling)).encode()
    return hashlib.sha256(shape + run.theta.tobytes() + run.statistics.tobytes()).hexdigest()[:16]
