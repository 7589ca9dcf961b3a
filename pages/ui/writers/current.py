"""A visitor's trainings that leave one writer out, which go on while other pages are open."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import streamlit as st

from ann.recipe import Recipe
from ann.recipes.presets import PRESETS
from ann.running.job import Job
from ann.running.view import Status
from ann.search.leave_out import LeaveOneOut
from data import DIGITS, DataError, Dataset, Split
from data.writing.writers import Writer, leave_out
from pages.ui import session
from pages.ui.networks.jobs import made_job_maker
from pages.ui.server import classes, datasets
from pages.ui.writers.base import base

PURPOSE = "writer-{}"
# How many training digits a network sees in all: enough for a class's few hundred, and seconds.
IMAGES, EPOCHS, BATCH = 60_000, (10, 100), 64


@dataclass
class Current:
    """The current trainings, and the digits that they were begun with."""

    group: LeaveOneOut | None = None
    writers: Sequence[Writer] = field(default_factory=list)
    with_base: bool = False
    requested: bool = False  # a click on Train; `carry_out` starts when the controls were read


def current() -> Current:
    """This visitor's trainings."""
    return session.keep(Current)


def recipe(n_train: int) -> Recipe:
    """The quick network's recipe, in smaller batches and with more epochs the fewer digits.

    >>> recipe(350).epochs, recipe(1_500).epochs, recipe(20_000).epochs
    (100, 40, 10)
    """
    least, most = EPOCHS
    epochs = min(max(IMAGES // max(n_train, 1), least), most)
    return replace(PRESETS["quick"].recipe, batch_size=BATCH, epochs=epochs)


def request() -> None:
    """For a button's callback: train with what the page shows."""
    current().requested = not classes.refused()


def carry_out(writers: Sequence[Writer], with_base: bool) -> None:
    """Start the trainings if that was requested."""
    now = current()
    requested, now.requested = now.requested, False
    if not requested:
        return
    stop()
    try:
        digits = base() if with_base else None
    except DataError as error:
        session.say(str(error), "error")
        st.rerun()
    now.writers, now.with_base = list(writers), with_base
    now.group = _group(now.writers, digits)
    now.group.resume()


def _group(writers: Sequence[Writer], digits: Dataset | None) -> LeaveOneOut:
    make, new_job, forget = datasets.maker(), made_job_maker(), datasets.forgetter()
    added: Split | None = None
    if digits is not None:
        added = digits.split(recipe(len(digits.labels)).validation_fraction)

    def job(number: int) -> Job:
        split = leave_out(writers, number, added)
        made = make(PURPOSE.format(number), split, DIGITS)
        return new_job(made, recipe(made.n_train))

    return LeaveOneOut(len(writers), job, lambda number: forget(PURPOSE.format(number)))


def status() -> Status | None:
    """What the trainings are doing; None without any."""
    group = current().group
    return group.status if group else None


def stop() -> None:
    """For a button's callback: end them; the writers that have ended still count."""
    if group := current().group:
        group.finish()


def resume() -> None:
    """For a button's callback: continue where they have paused."""
    if (group := current().group) and not classes.refused():
        group.resume()


def mark(writers: Sequence[Writer]) -> str:
    """Tells whether these are the same digits of the same writers."""
    digest = hashlib.sha256()
    for writer in writers:
        for part in (writer.images, writer.labels, writer.aside):
            digest.update(str(len(part)).encode())
            digest.update(part.tobytes())
    return digest.hexdigest()
