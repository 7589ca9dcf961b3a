"""The visitor's sweep: many trainings side by side on the server's workers, one sweep at a time."""

from dataclasses import dataclass, field

from ann.keeping.database import ArchiveError
from ann.recipes.query import to_query
from ann.recipes.signature import Signature, sign
from ann.running.view import Status
from ann.search.plan import Plan
from ann.search.results import Results
from ann.search.retrain import Retrain
from ann.search.sweep import Sweep
from ann.search.timing import Workload
from data import Dataset
from pages.ui import session
from pages.ui.server import classes, datasets, stores, tabs, workers
from pages.ui.server.visitor import address, visitor_id


@dataclass
class CurrentSweep:
    """The current sweep, if there is one."""

    sweep: Sweep | None = None
    dataset: Dataset | None = None
    requested: bool = False  # a click on Start; `carry_out` starts when the boxes have been read
    saved: set[int] = field(default_factory=set)  # trials whose networks were saved as runs
    retrain: Retrain | None = None  # the best trial, before it is saved; see `pages.sweep.best`

    @property
    def plan(self) -> Plan | None:
        """What the sweep was started with."""
        return self.sweep.plan if self.sweep else None


def state() -> CurrentSweep:
    """This visitor's sweep."""
    return session.keep(CurrentSweep)


def status() -> Status | None:
    """What the sweep is doing; None without a sweep."""
    sweep = state().sweep
    return sweep.status if sweep else None


def result() -> Signature | None:
    """The signature of a finished sweep: its data, settings and result; None before that."""
    sweep, dataset = state().sweep, state().dataset
    if sweep is None or dataset is None or sweep.status != Status.FINISHED:
        return None
    plan, view = sweep.plan, sweep.view()
    if not view.result:
        return None
    settings = [to_query(recipe) for recipe in plan.recipes]
    settings.append({"seeds": str(plan.seeds), "halving": str(plan.halving)})
    return sign(dataset.fingerprint, settings, view.result, view.made)


def is_current(plan: Plan) -> bool:
    """Whether the sweep on the page is the one that the boxes describe, on the chosen data set."""
    current = state()
    if current.dataset is None or current.plan != plan:
        return False
    return current.dataset.fingerprint == datasets.chosen().fingerprint


def request() -> None:
    """For a button's callback: start a sweep with what the page shows."""
    state().requested = not classes.refused()


def pause() -> None:
    """For a button's callback: pause the sweep."""
    if sweep := state().sweep:
        sweep.pause("Paused. Resume continues every trial where it is now.")


def resume() -> None:
    """For a button's callback: continue where the sweep was paused.

    If another server has trained it since, it is brought back from what that one has saved.
    """
    if (sweep := state().sweep) is None or classes.refused():
        return
    saver = stores.sweep_autosave()
    try:
        if number := saver.take(visitor_id(), sweep):
            sweep = restore(number)
            saver.take(visitor_id(), sweep)
        sweep.resume()
    except ArchiveError as error:
        session.say(f"Your sweep can't be resumed: {error}", "warning")


def restore(number: int) -> Sweep:
    """Bring a saved sweep back, paused, and show it. `ArchiveError` if that is not possible."""
    saved = stores.sweeps().open(visitor_id(), number)
    digits = dataset_of(saved.fingerprint)
    try:
        sweep = make(saved.plan, digits, saved.results)
    except ValueError as error:  # a plan that no page makes
        raise ArchiveError(f"sweep {number}: {error}") from error
    saver = stores.sweep_autosave()
    sweep = saver.watch(visitor_id(), saved.fingerprint, sweep, number, address())
    sweep.join(tabs.connection())
    show(sweep, digits)
    return sweep


def dataset_of(fingerprint: str) -> Dataset:
    """The data set with this fingerprint. `ArchiveError` if it is not on this machine."""
    found = datasets.find(fingerprint)
    if not found:
        raise ArchiveError("its data set is not on this machine")
    return found[1]


def carry_out(plan: Plan | None) -> None:
    """Start a sweep if that was requested and the boxes describe one."""
    current = state()
    requested, current.requested = current.requested, False
    if not requested or plan is None:
        return
    pause()
    dataset = datasets.chosen()
    sweep = make(plan, dataset)
    show(sweep, dataset)
    saver = stores.sweep_autosave()
    saver.watch(visitor_id(), dataset.fingerprint, sweep, address=address())
    sweep.resume()


def expected(plan: Plan) -> float:
    """Seconds that a sweep will take on these workers, shared with those who train now."""
    split = datasets.chosen().split(plan.recipes[0].validation_fraction)
    sizes = len(split.train_images), len(split.validation_images)
    seconds = Workload(plan, sizes, workers.speed()).whole()
    at_once = min(workers.pool().workers, len(plan.recipes) * plan.seeds)
    return seconds / at_once * workers.sharing(at_once)


def make(plan: Plan, dataset: Dataset, earlier: Results | None = None) -> Sweep:
    """A sweep for this visitor, not started yet."""
    cut = len(dataset.split(plan.recipes[0].validation_fraction).train_images)
    return Sweep(
        workers.shares()[0],
        datasets.source(dataset, cut),
        plan,
        n_classes=len(dataset.class_names),
        wanted=tabs.connection(),
        speed=workers.speed(),
        earlier=earlier,
    )


def show(sweep: Sweep, dataset: Dataset) -> None:
    """Let the page show this sweep from now on."""
    current = state()
    if current.retrain:
        current.retrain.job.finish()
    current.sweep, current.dataset, current.saved, current.retrain = sweep, dataset, set(), None
