"""The visitor's sweep: many trainings side by side on the server's workers, one sweep at a time."""

from dataclasses import dataclass

from ann.chunks import Source
from ann.recipe import Recipe
from ann.sweep import Sweep, work
from data import Dataset
from pages.ui import session, training, workers


@dataclass(frozen=True)
class Plan:
    """What the boxes of the page describe."""

    recipes: tuple[Recipe, ...]
    fields: tuple[str, ...]  # the searched ones
    seeds: int
    halving: bool


@dataclass
class Desk:
    """The present sweep, if there is one."""

    sweep: Sweep | None = None
    plan: Plan | None = None  # what it was started with
    digits: Dataset | None = None
    asked: bool = False  # a click on Start; `obey` begins the sweep when the boxes have been read


def desk() -> Desk:
    """This visitor's."""
    return session.keep(Desk)


def status() -> str:
    """As in `ann.sweep.SweepView`; "none" without a sweep."""
    sweep = desk().sweep
    return sweep.status if sweep else "none"


def result() -> str:
    """What a finished sweep came to, on which data; empty before."""
    present = desk()
    found = present.sweep.view().result if status() == "finished" else ""
    return f"{present.digits.fingerprint[:8]}-{found}" if found else ""


def ask() -> None:
    """For a button's callback: begin a sweep with what the page shows."""
    desk().asked = True


def stop() -> None:
    """For a button's callback: hold the sweep."""
    if sweep := desk().sweep:
        sweep.stop("Stopped. Every trial is as it was at that moment.")


def resume() -> None:
    """For a button's callback: go on where it stopped."""
    if sweep := desk().sweep:
        sweep.go()


def use_best() -> bool:
    """Put the best trial's settings on the Train page; False if none was measured yet."""
    best = desk().sweep and desk().sweep.view().best
    if not best:
        return False
    session.set_recipe(best.recipe)
    session.say("These are the settings of your sweep's best trial.", "success")
    return True


def obey(plan: Plan | None) -> None:
    """Begin a sweep if that was asked for and the boxes describe one."""
    present = desk()
    asked, present.asked = present.asked, False
    if not asked or plan is None:
        return
    stop()
    chosen = training.dataset()
    cut = len(chosen.split(plan.recipes[0].validation_fraction).train_images)
    present.sweep = Sweep(
        workers.pool(),
        Source(str(chosen.folder), chosen.fingerprint, cut),
        plan.recipes,
        n_classes=len(chosen.class_names),
        seeds=plan.seeds,
        halving=plan.halving,
        wanted=session.connection(),
        speed=workers.speed(),
    )
    present.plan, present.digits = plan, chosen
    present.sweep.go()


def expected(plan: Plan) -> float:
    """Seconds that a sweep will take on these workers, with those who train now."""
    split = training.dataset().split(plan.recipes[0].validation_fraction)
    sizes = len(split.train_images), len(split.validation_images)
    seconds = work(plan.recipes, plan.seeds, plan.halving, sizes, workers.speed())
    at_once = min(workers.pool().workers, len(plan.recipes) * plan.seeds)
    return seconds / at_once * max(1.0, (workers.pool().busy + at_once) / workers.pool().workers)
