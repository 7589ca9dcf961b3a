"""Whose network Evaluate and Draw show: the present training's, or a kept run that was opened."""

from dataclasses import dataclass
from functools import cached_property

import streamlit as st

from ann.keeping.runs import ArchiveError
from ann.recipes.naming import default_name
from ann.run import Run
from data import Dataset
from pages.ui import session, words
from pages.ui.networks import choice
from pages.ui.server import datasets, stores
from pages.ui.server.visitor import visitor_id

CHOICE = "opened.choice"
PRESENT = 0  # instead of a kept run's number: the present training


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
class Place:
    """Where the opened run of a visitor is."""

    opened: Opened | None = None


def current() -> Opened | None:
    """The opened run; None: the visitor looks at the present training."""
    return session.keep(Place).opened


def show(number: int, name: str) -> bool:
    """Let Evaluate and Draw use this kept run from now on; False, with a message, if it can't be.

    The run that the present training is written to needs no opening: the training is newer.
    """
    if number == _present_number():
        close()
        return True
    try:
        run = stores.archive().open(visitor_id(), number)
    except ArchiveError as error:
        session.say(f"{name}: {error}", "error")
        return False
    session.keep(Place).opened = Opened(run, name, number)
    return True


def close() -> None:
    """Back to the present training."""
    session.keep(Place).opened = None


def choose() -> None:
    """On pages that use the opened run: a box to choose it in. Nothing where there is no choice."""
    opened, mine = current(), choice.mine()
    present = _present_number()  # after the list: else it might stand there as an earlier run
    kept = [one for one in mine if one.id != present]
    if not kept and not opened:
        return
    names = {one.id: one.name for one in kept}
    others = {PRESENT: _present_name()}
    gone = opened and opened.number not in names
    if gone:
        others[opened.number] = f"{opened.name} (not kept any more)"
    elif opened:
        opened.name = names[opened.number]
    session.set_control(CHOICE, opened.number if opened else PRESENT)
    choice.choose(
        "Network",
        kept,
        CHOICE,
        "The one that you train now, or any run of yours that is kept. Type to search.",
        others=others,
        on_change=_chosen,
        args=(names,),
        width=480,
    )
    if gone:
        st.warning(
            f"The run {words.plain(opened.name)} is not kept any more. It can be looked at until "
            "you choose another one.",
            icon=":material/warning:",
        )


def _chosen(names: dict[int, str]) -> None:
    number = session.get_control(CHOICE)
    if number == PRESENT:
        close()
    elif number in names:  # else it is the opened one, which is not kept any more
        show(number, names[number])


def _present_number() -> int | None:
    """The number of the kept run that the present training is written to."""
    return stores.keeper().number(session.state().job)


def _present_name() -> str:
    job = session.state().job
    return f"Present training: {default_name(job.view().recipe)}" if job else "No training yet"
