"""Advice: the most urgent finding with its cure, for whoever shows it."""

from typing import NamedTuple

from ann.coach import cures, findings
from ann.coach.evidence import Evidence
from ann.coach.findings import Finding
from ann.history import History
from ann.recipe import Recipe
from ann.run import Run
from ann.state import State


class Advice(NamedTuple):
    """A finding, the recipe to try instead if there is one, and what that changes."""

    finding: Finding
    cure: Recipe | None
    change: str

    @property
    def text(self) -> str:
        """All of it in one line."""
        return f"{self.finding.text} Try {self.change}." if self.cure else self.finding.text


def advise(trained: Run | State, history: History) -> Advice | None:
    """The advice on a run, or on a training under way; None where there is nothing to say.

    >>> from ann.events import Signals
    >>> from ann.recipe import Recipe
    >>> from ann.state import Split, start
    >>> import numpy as np
    >>> split = Split(np.eye(4), np.arange(4), np.eye(4), np.arange(4))
    >>> history = History()
    >>> history.add(Signals(0, 1.386, (0.0, 0.0), (), (1.0,)))
    >>> advise(start(Recipe(initializer="zeros"), split), history).change
    'initializer He instead of Zeros'
    """
    seen = Evidence.of(trained, history)
    found = findings.find(seen) if seen else None
    if seen is None or found is None:
        return None
    cure = cures.cure(found.name, seen)
    return Advice(found, cure, cures.in_words(trained.recipe, cure) if cure else "")


def healthy(trained: Run | State, history: History) -> str:
    """What limits a healthy training, once it has ended; "" for any other."""
    seen = Evidence.of(trained, history)
    return findings.health(seen) if seen else ""
