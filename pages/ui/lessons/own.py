"""The learner's own runs, as lessons look at them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

from ann.keeping.database import ArchiveError
from ann.keeping.summary import SavedRun
from ann.lessons import measures
from ann.lessons.check import Kept, same_training
from ann.lessons.forecast import Value
from ann.lessons.lesson import Question
from ann.lessons.measures import Digits
from ann.recipe import Recipe
from ann.run import Run
from ann.running.finished import FinishedJob
from ann.running.view import Status
from data import Dataset
from pages.ui import session
from pages.ui.networks import current
from pages.ui.server import datasets, stores
from pages.ui.server.visitor import visitor_id

NAN = float("nan")
MOST_RUNS = 40  # of the newest that a check looks at: each may have to be read and asked
MOST_MEASURED = 1_000  # numbers that are remembered


@dataclass
class Measured:
    """Numbers of a visitor's saved runs: (run, time of saving, measure) -> value."""

    values: dict[tuple[int, float, str], float] = field(default_factory=dict)


def runs(since: float = 0.0) -> Iterator[Kept]:
    """The current training if it has ended, then the saved runs that ended after `since`."""
    job = current.training().job
    number = None
    if job and job.status == Status.FINISHED and (run := job.run()).reason:
        number = stores.run_autosave().number(job)
        digits = current.dataset()
        yield Kept(run.recipe, float("inf"), partial(_measure, run, digits))
    try:
        saved = stores.archive().list(visitor_id())
    except ArchiveError:  # the page Runs says what is wrong
        saved = ()
    for one in saved[:MOST_RUNS]:
        if one.id != number and _has_ended(one) and one.updated >= since:
            yield Kept(one.recipe, one.updated, partial(_measure_saved, one))


def finished(recipe: Recipe, since: float) -> Run | None:
    """The learner's newest run with these settings, whatever its seed, that ended after `since`."""
    job = current.training().job
    reopened = isinstance(job, FinishedJob)  # a saved run, which may be older than the lesson
    if (
        job
        and not reopened
        and job.status == Status.FINISHED
        and same_training(job.view().recipe, recipe)
    ):
        run = job.run()
        if run.reason:  # not stopped before its end
            return run
    try:
        saved = stores.archive().list(visitor_id())
        for one in sorted(saved, key=lambda one: -one.updated):
            ended = _has_ended(one) and one.updated >= since
            if ended and same_training(one.recipe, recipe):
                return stores.archive().open(visitor_id(), one.id)
    except ArchiveError:
        return None
    return None


def measured(name: str, run: Run) -> float:
    """A measure of one of the learner's runs; NaN if its digits are not here."""
    found = datasets.find(run.fingerprint)
    return _measure(run, found[1], name) if found else NAN


def result(question: Question, run: Run) -> Value | None:
    """What a training says to a question; None if it has no such number."""
    if question.ask == "sketch":
        values = measures.curve(question.measure, run.history, question.at)
        known = [value for value in values if value == value]
        # a training that ended early stays where it was
        return tuple(v if v == v else known[-1] for v in values) if known else None
    found = measured(question.measure, run)
    return found if found == found else None


def network() -> Run | None:
    """The network that the learner looks at now."""
    return current.run()


def _has_ended(saved: SavedRun) -> bool:
    """Whether a run went to its end; one that was stopped before has no reason."""
    return saved.status == Status.FINISHED and bool(saved.summary.reason)


def _measure(run: Run, digits: Dataset, name: str) -> float:
    x, y = digits.split(run.recipe.validation_fraction)[2:4]
    if name in measures.OF_NETWORK and (run.n_features != x.shape[1] or not len(x)):
        return NAN
    return measures.measure(name, run, Digits(x, y))


def _measure_saved(saved: SavedRun, name: str) -> float:
    known, key = session.keep(Measured).values, (saved.id, saved.updated, name)
    if key not in known:
        known[key] = _measure_file(saved, name)
        while len(known) > MOST_MEASURED:
            del known[next(iter(known))]
    return known[key]


def _measure_file(saved: SavedRun, name: str) -> float:
    try:
        if name in measures.OF_HISTORY:
            return measures.OF_HISTORY[name](stores.history_of(saved))
        run, found = stores.archive().open(visitor_id(), saved.id), datasets.find(saved.fingerprint)
    except ArchiveError:
        return NAN
    return _measure(run, found[1], name) if found else NAN
