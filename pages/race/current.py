"""The visitor's race: up to four settings that train side by side on the server's workers.

Every lane has a job like the one on the Train page, with the same initial weights and the same
order of digits where `ann.recipes.variants` says so. A new race stops the one before.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

import streamlit as st

from ann.recipe import Recipe
from ann.running.budget import NoRoomError
from ann.running.view import Status
from ann.search.group import Group
from data import Dataset
from pages.ui import session
from pages.ui.networks.jobs import new_job
from pages.ui.repeats.lanes import Lane, LaneRepeats
from pages.ui.server import classes, datasets, stores


class Entry(NamedTuple):
    """A setting that is to race, and the name of its lane."""

    name: str
    recipe: Recipe


@dataclass
class Race:
    """The current race, if there is one."""

    lanes: list[Lane] = field(default_factory=list)
    group: Group[Lane] | None = None  # what trains the lanes
    dataset: Dataset | None = None
    repeats: LaneRepeats = field(default_factory=LaneRepeats)  # over several seeds, if asked for
    requested: bool = False  # a click on Start; `carry_out` starts when the boxes have been read


def race() -> Race:
    """This visitor's race."""
    return session.keep(Race)


def is_current(recipes: list[Recipe]) -> bool:
    """Whether the race on the page is one of these settings, on the chosen data set."""
    current = race()
    if current.dataset is None or recipes != [lane.recipe for lane in current.lanes]:
        return False
    return current.dataset.fingerprint == datasets.chosen().fingerprint


def request() -> None:
    """For a button's callback: start a race with what the page shows."""
    race().requested = not classes.refused()


def carry_out(entries: list[Entry]) -> None:
    """Start a race if that was requested."""
    current = race()
    requested, current.requested = current.requested, False
    if not requested or not entries:
        return
    dataset = datasets.chosen()
    try:
        lanes = [Lane(*entry, new_job(entry.recipe, dataset)) for entry in entries]
    except NoRoomError as error:
        session.say(str(error), "error")
        st.rerun()
    begin(lanes, dataset, [None] * len(lanes))


def begin(lanes: list[Lane], dataset: Dataset, numbers: list[int | None]) -> None:
    """Start a race of these lanes; each is saved in the run of its number, or in a new one."""
    forget()
    current = race()
    current.lanes, current.dataset, current.group = lanes, dataset, Group(lanes)
    current.repeats = LaneRepeats(lanes, dataset)
    for lane, number in zip(lanes, numbers, strict=True):
        stores.watch(lane.job, number, posted=False)
    current.group.resume()


def status() -> Status | None:
    """What the race is doing; None without one."""
    group = race().group
    return group.status if group else None


def has_news() -> bool:
    """Whether every lane that trains has a first point to show."""
    jobs = [lane.job for lane in race().lanes]
    return all(job.has_begun or job.place or job.status != Status.RUNNING for job in jobs)


def pause() -> None:
    """For a button's callback: pause every lane."""
    if group := race().group:
        group.pause()


def resume() -> None:
    """For a button's callback: continue every lane that has not ended."""
    if (group := race().group) and not classes.refused():
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
    current.lanes, current.group, current.dataset = [], None, None
    current.repeats = LaneRepeats()
