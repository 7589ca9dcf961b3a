"""Which network Evaluate and Draw show: the current training's, or a saved run that was opened."""

from dataclasses import dataclass
from functools import cached_property

import streamlit as st

from ann.keeping.runs import ArchiveError
from ann.recipes.naming import default_name
from ann.run import Run
from ann.running.job import Job
from data import Dataset
from pages.ui import session, words
from pages.ui.networks import choice
from pages.ui.server import datasets, stores
from pages.ui.server.visitor import visitor_id

CHOICE = "opened.choice"
CURRENT = 0  # instead of a saved run's number: the current training


@dataclass
class Opened:
    """A run out of the archive, and the data set that it learned from."""

    run: Run
    name: str
    number: int  # in the archive

    @cached_property
    def digits(self) -> Dataset | None:
        """None: it is not on this machine, or does not fit the network."""
        found = datasets.find(self.run.fingerprint)
        sizes = found and (found[1].images.shape[1], len(found[1].class_names))
        return found[1] if sizes == (self.run.n_features, self.run.n_classes) else None

    @property
    def class_names(self) -> tuple[str, ...]:
        """What its outputs mean, in words where that is known."""
        return (
            self.digits.class_names if self.digits else tuple(map(str, range(self.run.n_classes)))
        )


@dataclass
class OpenedRun:
    """The run that a visitor has opened, if any."""

    run: Opened | None = None


def current() -> Opened | None:
    """The opened run; None: the visitor looks at the current training."""
    return session.keep(OpenedRun).run


def show(number: int, name: str, job: Job | None) -> bool:
    """Let Evaluate and Draw use this saved run from now on; False, with a message, if they can't.

    The run that the current `job` is written to needs no opening: the job is newer.
    """
    if number == _number(job):
        close()
        return True
    try:
        run = stores.archive().open(visitor_id(), number)
    except ArchiveError as error:
        session.say(f"{name}: {error}", "error")
        return False
    session.keep(OpenedRun).run = Opened(run, name, number)
    return True


def close() -> None:
    """Back to the current training."""
    session.keep(OpenedRun).run = None


def choose(job: Job | None) -> None:
    """A box with the current `job` and all saved runs; nothing where there is no choice."""
    opened, mine = current(), choice.mine()
    current_number = _number(job)  # after the list: else it might stand there as an earlier run
    kept = [one for one in mine if one.id != current_number]
    if not kept and not opened:
        return
    names = {one.id: one.name for one in kept}
    others = {CURRENT: _current_name(job)}
    gone = opened and opened.number not in names
    if gone:
        others[opened.number] = f"{opened.name} (not kept any more)"
    elif opened:
        opened.name = names[opened.number]
    session.set_control(CHOICE, opened.number if opened else CURRENT)
    choice.choose(
        "Network",
        kept,
        CHOICE,
        "The one that you train now, or any run of yours that is kept. Type to search.",
        others=others,
        on_change=_chosen,
        args=(names, job),
        width=480,
    )
    if gone:
        st.warning(
            f"The run {words.plain(opened.name)} is not kept any more. It can be looked at until "
            "you choose another one.",
            icon=":material/warning:",
        )


def _chosen(names: dict[int, str], job: Job | None) -> None:
    number = session.get_control(CHOICE)
    if number == CURRENT:
        close()
    elif number in names:  # else it is the opened one, which is not kept any more
        show(number, names[number], job)


def _number(job: Job | None) -> int | None:
    """The number of the saved run that a job is written to."""
    return stores.keeper().number(job)


def _current_name(job: Job | None) -> str:
    return f"Current network: {default_name(job.view().recipe)}" if job else "No training yet"
