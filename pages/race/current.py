"""The visitor's race: up to four settings that train side by side on the server's workers.

Every lane is a job like the one on the Train page, with the same first weights and the same order
of digits where `ann.recipes.variants` says so. A new race ends the one before.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

from ann.recipe import Recipe
from ann.running.view import Status
from ann.search.group import Group
from data import Dataset
from pages.ui import session
from pages.ui.networks.jobs import new_job
from pages.ui.repeats.lanes import Lane, LaneRepeats
from pages.ui.server import datasets, stores


class Entry(NamedTuple):
    """A setting that is to race, and what its lane is called."""

    name: str
    recipe: Recipe


@dataclass
class Race:
    """The current race, if there is one."""

    lanes: list[Lane] = field(default_factory=list)
    group: Group[Lane] | None = None  # what trains the lanes
    digits: Dataset | None = None
    repeats: LaneRepeats = field(default_factory=LaneRepeats)  # over several seeds, if asked for
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
    """Start a race of these lanes; each is saved in the run of its number, or in a new one."""
    forget()
    current = race()
    current.lanes, current.digits, current.group = lanes, digits, Group(lanes)
    current.repeats = LaneRepeats(lanes, digits)
    for lane, number in zip(lanes, numbers, strict=True):
        stores.watch(lane.job, number)
    current.group.resume()


def status() -> Status | None:
    """What the race is doing; None without one."""
    group = race().group
    return group.status if group else None


def pause() -> None:
    """For a button's callback: pause every lane."""
    if group := race().group:
        group.pause()


def resume() -> None:
    """For a button's callback: continue every lane that has not ended."""
    if group := race().group:
        group.resume()


def stop() -> None:
    """For a button's callback: end every lane here, and keep what it has learned."""
    if group := race().group:
        group.finish()


def forget() -> None:
    """End the race and its repeats, and forget them."""
    stop()
    current = race()
    current.repeats.stop()
    current.lanes, current.group, current.digits = [], None, None
    current.repeats = LaneRepeats()
