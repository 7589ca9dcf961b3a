"""A kept run that the visitor has opened: Evaluate and Draw show it instead of the present one."""

from dataclasses import dataclass
from functools import cached_property

import streamlit as st

import data
from ann.run import Run
from data import DataError, Dataset
from pages.ui import cached, frame, session


@dataclass
class Opened:
    """A run out of the archive, and the data set that it learned from."""

    run: Run
    name: str

    @cached_property
    def digits(self) -> Dataset | None:
        """None: it is not on this machine, or does not fit the network."""
        found = find_dataset(self.run.fingerprint)
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


def show(run: Run, name: str) -> None:
    """Let Evaluate and Draw use this run from now on."""
    session.keep(Place).opened = Opened(run, name)


def close() -> None:
    """Back to the present training."""
    session.keep(Place).opened = None


def banner() -> None:
    """On pages that use the opened run: which it is, and the way back. Nothing without one."""
    opened = current()
    if opened is None:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.info(
            f"This is your kept run **{frame.plain(opened.name)}**.",
            icon=":material/inventory_2:",
            width="stretch",
        )
        st.button(
            "Back to the present training" if session.state().job else "Close it",
            icon=":material/close:",
            key="opened.close",
            on_click=close,
            help="Shows the network that you train now. The run stays kept.",
        )


def find_dataset(fingerprint: str) -> tuple[str | None, Dataset] | None:
    """The name and the data set with this fingerprint; None if it is not on this machine."""
    here = [info.name for info in data.available() if info.here]
    for name in dict.fromkeys([session.state().dataset, *here]):
        try:
            found = cached.dataset(name)
        except DataError:
            continue
        if found.fingerprint == fingerprint:
            return name, found
    return None
