"""Which network the Evaluate page judges, by which digits, and what came of it.

A network that trains on is another one with every chunk. So the page judges a copy, taken when it
is opened and again on demand; a hash of what decides its answers is its name.
"""

import hashlib
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from ann.evaluation.metrics import Evaluation, evaluate
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
MOST_KEPT = 6  # evaluations; each is about 0.7 MB for 10,000 digits


class Subject(NamedTuple):
    """A network as it was at one moment, and the data set that it learned from."""

    job: Job | opened.Opened  # what it comes from
    run: Run
    digits: Dataset | None  # None: it is not on this machine any more
    weights: str  # 16 hexadecimal digits, the same for the same weights in the same network
    status: Status  # of its job
    message: str

    @property
    def epoch(self) -> float:
        """Epochs behind these weights, with a fraction."""
        run, best = self.run, self.run.history.best_epoch
        if best and brings_back(run.recipe, run.reason):
            return float(best)
        return 0.0 if run.reason == "diverged" else run.history.done(run.epoch)

    @property
    def things(self) -> str:
        """What the images show, in a word."""
        return fitting("digits", self.digits.class_names)


@dataclass
class Memory:
    """What the Evaluate page remembers for a visitor."""

    subject: Subject | None = None
    revision: int = -1  # of the job when the subject was taken
    results: OrderedDict = field(default_factory=OrderedDict)  # network and digits -> Evaluation


def subject(renew: bool = False) -> Subject | None:
    """The network to judge; None before the first step of a training.

    While a training runs it stays the same, so that numbers do not change under the reader's
    eyes; with `renew`, and whenever the training stands still, it is the present one.
    """
    job, memory = session.state().job, session.keep(Memory)
    if kept := opened.current():
        return _kept(kept)
    if job is None:
        return None
    old = memory.subject if memory.subject and memory.subject.job is job else None
    same = memory.revision == job.revision
    if old and (same or (job.status == Status.RUNNING and not renew)):
        return old
    memory.revision, memory.subject = job.revision, _take(job)
    return memory.subject


def part(judged: Subject, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Images (N, 784) uint8 and labels (N,) of VALIDATION or TEST; N may be 0 for the first."""
    if name == TEST:
        return judged.digits.test_images, judged.digits.test_labels
    split = judged.digits.split(judged.run.recipe.validation_fraction)
    return split.validation_images, split.validation_labels


def result(judged: Subject, name: str) -> Evaluation | None:
    """The evaluation on a part, computed once; None if the network gives no probabilities."""
    results = session.keep(Memory).results
    run = judged.run
    key = (judged.weights, run.fingerprint, run.recipe.validation_fraction, name)
    if key not in results:
        images, labels = part(judged, name)
        probabilities = run.predict_proba(np.asarray(images))
        finite = bool(np.isfinite(probabilities).all())
        results[key] = evaluate(probabilities, labels) if finite else None
        while len(results) > MOST_KEPT:
            results.popitem(last=False)
    return results[key]


def _take(job: Job) -> Subject | None:
    view, run = job.view(), job.run()
    if not run.step:
        return None
    digits = current_network.digits()
    known = digits if digits.fingerprint == run.fingerprint else None
    return Subject(job, run, known, _hash(run), view.status, view.message)


def _kept(kept: opened.Opened) -> Subject:
    run = kept.run
    return Subject(kept, run, kept.digits, _hash(run), Status.FINISHED, run.message)


def _hash(run: Run) -> str:
    """Not of the weights alone: trainings that diverge at once all have the first draw back."""
    shape = repr((run.network, run.scaling)).encode()
    return hashlib.sha256(shape + run.theta.tobytes() + run.statistics.tobytes()).hexdigest()[:16]
