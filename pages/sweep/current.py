"""The visitor's sweep: many trainings side by side on the server's workers, one sweep at a time."""

from dataclasses import dataclass, field

from ann.recipes.query import to_query
from ann.running.view import Status
from ann.search.plan import Plan
from ann.search.results import Results
from ann.search.retrain import Retrain
from ann.search.sweep import Sweep
from ann.search.timing import Workload
from ann.signature import Signature, sign
from data import Dataset
from pages.ui import session
from pages.ui.server import datasets, internals, stores, workers
from pages.ui.server.visitor import visitor_id


@dataclass
class Desk:
    """The present sweep, if there is one."""

    sweep: Sweep | None = None
    digits: Dataset | None = None
    asked: bool = False  # a click on Start; `obey` begins the sweep when the boxes have been read
    kept: set[int] = field(default_factory=set)  # trials whose networks were kept as runs
    again: Retrain | None = None  # the best trial, on the way to be kept; see `pages.sweep.best`

    @property
    def plan(self) -> Plan | None:
        """What the sweep was started with."""
        return self.sweep.plan if self.sweep else None


def desk() -> Desk:
    """This visitor's."""
    return session.keep(Desk)


def status() -> Status | None:
    """What the sweep is doing; None without a sweep."""
    sweep = desk().sweep
    return sweep.status if sweep else None


def result() -> Signature | None:
    """What a finished sweep came to, on which data; none before."""
    present = desk()
    view = present.sweep.view() if status() == Status.FINISHED else None
    if not view or not view.result:
        return None
    plan = present.plan
    settings = [to_query(recipe) for recipe in plan.recipes]
    settings.append({"seeds": str(plan.seeds), "halving": str(plan.halving)})
    return sign(present.digits.fingerprint, settings, view.result, view.made)


def is_present(plan: Plan) -> bool:
    """Whether the sweep on the page is the one that the boxes describe, on the chosen digits."""
    present = desk()
    return present.plan == plan and present.digits.fingerprint == datasets.chosen().fingerprint


def ask() -> None:
    """For a button's callback: begin a sweep with what the page shows."""
    desk().asked = True


def stop() -> None:
    """For a button's callback: hold the sweep."""
    if sweep := desk().sweep:
        sweep.pause("Stopped. Every trial is as it was at that moment.")


def resume() -> None:
    """For a button's callback: go on where it stopped."""
    if sweep := desk().sweep:
        sweep.resume()


def obey(plan: Plan | None) -> None:
    """Begin a sweep if that was asked for and the boxes describe one."""
    present = desk()
    asked, present.asked = present.asked, False
    if not asked or plan is None:
        return
    stop()
    digits = datasets.chosen()
    show(make(plan, digits), digits)
    stores.sweep_autosave().watch(visitor_id(), digits.fingerprint, present.sweep)
    present.sweep.resume()


def expected(plan: Plan) -> float:
    """Seconds that a sweep will take on these workers, with those who train now."""
    split = datasets.chosen().split(plan.recipes[0].validation_fraction)
    sizes = len(split.train_images), len(split.validation_images)
    seconds = Workload(plan, sizes, workers.speed()).whole()
    at_once = min(workers.pool().workers, len(plan.recipes) * plan.seeds)
    return seconds / at_once * max(1.0, (workers.pool().busy + at_once) / workers.pool().workers)


def make(plan: Plan, digits: Dataset, earlier: Results | None = None) -> Sweep:
    """A sweep of this visitor's on a data set, not started yet."""
    cut = len(digits.split(plan.recipes[0].validation_fraction).train_images)
    return Sweep(
        workers.pool(),
        datasets.source(digits, cut),
        plan,
        n_classes=len(digits.class_names),
        wanted=internals.connection(),
        speed=workers.speed(),
        earlier=earlier,
    )


def show(sweep: Sweep, digits: Dataset) -> None:
    """Let the page show this sweep from now on."""
    present = desk()
    if present.again:
        present.again.job.finish()
    present.sweep, present.digits, present.kept, present.again = sweep, digits, set(), None
