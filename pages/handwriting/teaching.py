"""The visitor's trainings with and without their digits, which train side by side like a race.

All lanes have the same recipe, seed and validation digits. Only the training digits differ, and
none of them holds a drawing that is kept aside: `data.writing.writers` takes those out.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import streamlit as st

from ann.keeping.drawings import Drawing
from ann.recipe import Recipe
from ann.running.budget import NoRoomError
from ann.running.job import Job
from ann.running.view import Status
from ann.search.group import Group
from data import DIGITS, DataError, Dataset, Split
from data.writing import writers
from data.writing.writers import Writer
from pages.handwriting import collection
from pages.ui import session
from pages.ui.networks import quick
from pages.ui.networks.jobs import job_on, new_job
from pages.ui.repeats.lanes import Lane
from pages.ui.server import classes, datasets
from pages.ui.writers.base import base

BASE, YOURS = "Base", "Base + yours"
KEEP = 10  # training digits that are left of a class, where all others are left out


@dataclass(frozen=True)
class Choice:
    """What the visitor wants to train."""

    only: tuple[int, ...] = tuple(range(len(DIGITS)))  # classes of their digits that are added
    few: int | None = None  # a class of which a third network learns only KEEP digits


@dataclass
class Teaching:
    """The current trainings, if there are any."""

    lanes: list[Lane] = field(default_factory=list)
    group: Group[Lane] | None = None  # what trains the lanes
    base: Dataset | None = None
    writer: Writer | None = None  # the drawings that they were begun with
    choice: Choice = Choice()
    requested: bool = False  # a click on Train; `carry_out` starts when the boxes have been read


def teaching() -> Teaching:
    """This visitor's trainings."""
    return session.keep(Teaching)


def recipe(digits: Dataset) -> Recipe:
    """The recipe of all lanes: that of the quick network, made for what people draw."""
    return quick.recipe(len(digits.labels))


def request() -> None:
    """For a button's callback: train with what the page shows."""
    teaching().requested = not classes.refused()


def carry_out(written: Sequence[Drawing], choice: Choice) -> None:
    """Start the trainings if that was requested."""
    current = teaching()
    requested, current.requested = current.requested, False
    if not requested:
        return
    try:
        _begin(collection.writer(written), choice)
    except (DataError, NoRoomError) as error:
        session.say(str(error), "error")
        st.rerun()


def _begin(writer: Writer, choice: Choice) -> None:
    forget()
    digits = base()
    used, split = recipe(digits), digits.split(recipe(digits).validation_fraction)
    mine = writers.added(split, writer, choice.only)
    lanes = [
        Lane(BASE, used, _plain_job(digits, split, writer, used)),
        Lane(YOURS, used, _made_job("yours", mine, used)),
    ]
    if choice.few is not None:
        biased = writers.apart(writers.few(split, choice.few, KEEP), writer.half(aside=True)[0])
        name = f"{BASE} with ten {DIGITS[choice.few]}s"
        lanes.append(Lane(name, used, _made_job("few", biased, used)))
    current = teaching()
    current.lanes, current.base, current.writer, current.choice = lanes, digits, writer, choice
    current.group = Group(lanes)
    current.group.resume()


def _plain_job(digits: Dataset, split: Split, writer: Writer, used: Recipe) -> Job:
    """A job on the base itself or, should it hold a drawing that is kept aside, without it."""
    without = writers.apart(split, writer.half(aside=True)[0])
    return new_job(used, digits) if without is split else _made_job("base", without, used)


def _made_job(purpose: str, split: Split, used: Recipe) -> Job:
    return job_on(datasets.maker()(f"handwriting-{purpose}", split, DIGITS), used)


def status() -> Status | None:
    """What the trainings are doing; None without any."""
    group = teaching().group
    return group.status if group else None


def pause() -> None:
    """For a button's callback: pause all of them."""
    if group := teaching().group:
        group.pause()


def resume() -> None:
    """For a button's callback: continue those that have not ended."""
    if (group := teaching().group) and not classes.refused():
        group.resume()


def stop() -> None:
    """For a button's callback: end all of them here, and keep what they have learned."""
    if group := teaching().group:
        group.finish()


def forget() -> None:
    """End the trainings, and forget them."""
    stop()
    current = teaching()
    current.lanes, current.group, current.base, current.writer = [], None, None, None
