"""The question that a visitor is asked before a class lets them in, kept until it is answered."""

from dataclasses import dataclass

import streamlit as st

from ann.classroom.snapshot import Classroom
from ann.keeping.classrooms import Membership
from ann.recipe import Recipe
from pages.ui import session


@dataclass(frozen=True)
class Linked:
    """The settings that the visitor came with, which stay when they join."""

    recipe: Recipe
    dataset: str | None
    names_seed: bool  # else each member gets a seed of their own

    @classmethod
    def now(cls) -> "Linked":
        """Those of the address, which has just been read."""
        state = session.state()
        return cls(state.recipe, state.dataset, "seed" in st.query_params)


@dataclass
class Door:
    """Which class waits for an answer, if one does."""

    classroom: Classroom | None = None
    known: Membership | None = None  # who the browser already is in it
    name: str = ""  # that a new member would get
    linked: Linked | None = None

    def open(self, classroom: Classroom, known: Membership | None, name: str = "") -> None:
        """Ask whether to join, or whether the visitor is still who the browser knows."""
        self.classroom, self.known, self.name, self.linked = classroom, known, name, Linked.now()

    def close(self) -> None:
        """Ask no more."""
        self.classroom = self.known = self.linked = None


def door() -> Door:
    """The question that waits for this visitor."""
    return session.keep(Door)
