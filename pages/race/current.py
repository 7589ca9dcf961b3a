"""The visitor's race: up to four settings that train side by side on the server's workers.

Every lane is a job like the one on the Train page, with the same first weights and the same order
of digits where `ann.recipes.variants` says so. A new race ends the one before.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

from ann.recipe import Recipe
from ann.running.view import UNDER_WAY, Status
from data import Dataset
from pages.ui import session
from pages.ui.networks.jobs import new_job
from pages.ui.repeats.lanes import Lane, Luck
from pages.ui.server import datasets, stores


class Entry(NamedTuple):
    """A setting that is to race, and what its lane is called."""

    name: str
    recipe: Recipe


@dataclass
class Race:
    """The present race, if there is one."""

    lanes: list[Lane] = field(default_factory=list)
    digits: Dataset | None = None
    luck: Luck = field(default_factory=Luck)  # the same over several seeds, if asked for
    asked: bool = False  # a click on Start; `obey` begins the race when the boxes have been read


def race() -> Race:
    """This visitor's race."""
    return session.keep(Race)


def is_present(recipes: list[Recipe]) -> bool:
    """Whether the race on the page is one of these settings, on the chosen digits."""
    present = race()
    if not present.lanes or recipes != [lane.recipe for lane in present.lanes]:
        return False
    return present.digits.fingerprint == datasets.chosen().fingerprint


def ask() -> None:
    """For a button's callback: begin a race with what the page shows."""
    race().asked = True


def obey(entries: list[Entry]) -> None:
    """Begin a race if that was asked for."""
    present = race()
    asked, present.asked = present.asked, False
    if not asked or not entries:
        return
    digits = datasets.chosen()
    lanes = [Lane(*entry, new_job(entry.recipe, digits)) for entry in entries]
    begin(lanes, digits, [None] * len(lanes))


def begin(lanes: list[Lane], digits: Dataset, numbers: list[int | None]) -> None:
    """Let these lanes race; each is kept in the run of its number, or in a new one."""
    forget()
    present = race()
    present.lanes, present.digits, present.luck = lanes, digits, Luck(lanes, digits)
    for lane, number in zip(lanes, numbers, strict=True):
        stores.watch(lane.job, number)
        lane.job.resume()


def status() -> Status | None:
    """Running while any lane is, paused if one waits, else finished; None without a race."""
    statuses = {lane.job.status for lane in race().lanes}
    if not statuses:
        return None
    return next((s for s in (Status.RUNNING, Status.PAUSED) if s in statuses), Status.FINISHED)


def pause() -> None:
    """For a button's callback: hold every lane."""
    for lane in race().lanes:
        lane.job.pause()


def resume() -> None:
    """For a button's callback: go on in every lane that has not ended."""
    for lane in race().lanes:
        if lane.job.status in UNDER_WAY:
            lane.job.resume()


def stop() -> None:
    """For a button's callback: end every lane here, and keep what was learned."""
    for lane in race().lanes:
        lane.job.finish()


def forget() -> None:
    """End the race and its repeats, and forget them."""
    stop()
    present = race()
    present.luck.stop()
    present.lanes, present.luck, present.digits = [], Luck(), None
