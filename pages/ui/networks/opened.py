"""Which network Evaluate and Draw show: the current training's, or a saved run that was opened."""

from dataclasses import dataclass
from functools import cached_property

import streamlit as st

from ann.keeping.database import ArchiveError
from ann.recipes.naming import default_name
from ann.run import Run
from ann.running.job import Job
from data import Dataset
from pages.ui import session, words
from pages.ui.networks import choice
from pages.ui.server import datasets, stores
from pages.ui.server.visitor import visitor_id

CHOICE = "opened.choice"
CURRENT = 0  # in place of a saved run's number: the current training


@dataclass
class Opened:
    """A saved run and the data set it was trained on."""

    run: Run
    name: str
    number: int  # among the saved runs

    @cached_property
    def digits(self) -> Dataset | None:
        """The data set; None if it is not on this machine or does not fit the network."""
        _, found = datasets.find(self.run.fingerprint) or (None, None)
        if found is None:
            return None
        sizes = found.images.shape[1], len(found.class_names)
        return found if sizes == (self.run.n_features, self.run.n_classes) else None

    @property
    def class_names(self) -> tuple[str, ...]:
        """The names of the network's outputs, or their numbers if the names are not known."""
        if self.digits:
            return self.digits.class_names
        return tuple(map(str, range(self.run.n_classes)))


@dataclass
class OpenedRun:
    """The run that a visitor has opened, if any."""

    run: Opened | None = None


def current() -> Opened | None:
    """The opened run; None if the visitor is looking at the current training."""
    return session.keep(OpenedRun).run


def show(number: int, name: str, job: Job | None) -> bool:
    """Let Evaluate and Draw use this saved run from now on; False, with a message, if they can't.

    The run that the current `job` is saved as need not be opened: the job is newer.
    """
    if number == stores.run_autosave().number(job):
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
    """Let Evaluate and Draw use the current training again."""
    session.keep(OpenedRun).run = None


def reopen(run: Opened | None) -> None:
    """Let Evaluate and Draw use this run again, which was opened before."""
    session.keep(OpenedRun).run = run


def choose(job: Job | None) -> None:
    """A box with the current `job` and all saved runs; nothing where there is no choice."""
    opened, mine = current(), choice.mine()
    # Asked after the list was read: the job must not be in it as a saved run, too.
    current_number = stores.run_autosave().number(job)
    saved = [one for one in mine if one.id != current_number]
    if not saved and not opened:
        return
    names = {one.id: one.name for one in saved}
    others = {CURRENT: _current_name(job)}
    deleted = opened is not None and opened.number not in names
    if opened and deleted:
        others[opened.number] = f"{opened.name} (no longer saved)"
    elif opened:
        opened.name = names[opened.number]
    session.set_control(CHOICE, opened.number if opened else CURRENT)
    choice.choose(
        "Network",
        saved,
        CHOICE,
        "The network that you are training now, or any of your saved runs. Type to search.",
        others=others,
        on_change=_chosen,
        args=(names, job),
        width=480,
    )
    if opened and deleted:
        st.warning(
            f"The run {words.plain(opened.name)} is no longer saved. You can use it until you "
            "choose another one.",
            icon=":material/warning:",
        )


def _chosen(names: dict[int, str], job: Job | None) -> None:
    number = session.get_control(CHOICE)
    if number == CURRENT:
        close()
    elif number in names:  # else it is the opened run, which is no longer saved
        show(number, names[number], job)


def _current_name(job: Job | None) -> str:
    return f"Current network: {default_name(job.view().recipe)}" if job else "No training yet"
