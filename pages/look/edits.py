"""What a visitor has changed on a copy of the network, and this copy."""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import streamlit as st

from ann.inside import units
from ann.inside.look import Unit
from ann.inside.passes import affordable
from ann.inside.units import Edit
from ann.run import Run
from pages.ui import session
from pages.ui.inside import digit
from pages.ui.inside.subject import Subject
from pages.ui.live import beat

MOST_IMAGES, WORK = 1_000, 5e9  # that an effect is counted on: digits, and multiply-adds
DROPPED = "Your changes on a copy of the network were dropped when"
STRONGEST, RANDOM = "the strongest", "random ones"


class Tuning(NamedTuple):
    """What a visitor did to one unit."""

    off: bool = False
    shift: float = 0.0  # of the bias
    scale: float = 1.0  # of the weights


class Kept(NamedTuple):
    """How many units of a layer are left, and which."""

    number: int
    which: str


@dataclass
class Edits:
    """The visitor's edits of one network; `round` grows when they are dropped."""

    weights: str = ""  # of the network
    of_units: dict[Unit, Tuning] = field(default_factory=dict)
    of_layers: dict[int, Kept] = field(default_factory=dict)
    round: int = 0  # in the keys of the controls, which then start anew

    def __bool__(self) -> bool:
        return bool(self.of_units or self.of_layers)

    def drop(self) -> None:
        """Back to the network as it was trained."""
        self.of_units, self.of_layers, self.round = {}, {}, self.round + 1

    def version(self) -> tuple[object, ...]:
        """Changes with every edit."""
        return self.weights, tuple(self.of_units.items()), tuple(self.of_layers.items())


def current() -> Edits:
    """This visitor's edits."""
    return session.keep(Edits)


def begin(subject: Subject) -> None:
    """Drop the edits of another network, and say so; leaving the page will drop them, too."""
    edits = current()
    if edits and edits.weights != subject.weights:
        edits.drop()
        st.info(f"{DROPPED} you chose another network.", icon=":material/undo:")
    edits.weights = subject.weights
    session.state().on_leaving = leave


def leave() -> None:
    """Drop the edits when the visitor goes to another page, and say so there."""
    edits = current()
    if edits:
        edits.drop()
        session.say(f"{DROPPED} you left Look.")


def applied(subject: Subject) -> Run:
    """The network with the visitor's edits: a copy; the network itself if there are none."""
    edits = current()
    if not edits:
        return subject.run
    return beat.once("look.edited", edits.version(), lambda: _apply(subject, edits))


def _apply(subject: Subject, edits: Edits) -> Run:
    run, changes = subject.run, []
    for layer, kept in edits.of_layers.items():
        changes.append(units.all_but(run, layer, _order(subject, layer, kept.which)[: kept.number]))
    for unit, tuning in edits.of_units.items():
        of_one = unit.layer, (unit.number,)
        if tuning.shift:
            changes.append(Edit("shift", *of_one, tuning.shift))
        if tuning.scale != 1:
            changes.append(Edit("scale", *of_one, tuning.scale))
        if tuning.off:
            changes.append(Edit("off", *of_one))
    return units.edited(run, changes)


def _order(subject: Subject, layer: int, which: str) -> np.ndarray:
    """The units of a layer, those to be kept first."""
    if which == RANDOM:
        return np.random.default_rng(layer).permutation(subject.run.network.sizes[layer])
    images, _, _ = judged_on(subject)
    return units.rank(subject.run, units.activations(subject.run, images, layer), layer)


def judged_on(subject: Subject) -> tuple[np.ndarray, np.ndarray, str]:
    """Images, labels and the part's letter: validation digits, or training digits without them."""
    letter, number = digit.first(subject)[0], min(MOST_IMAGES, affordable(subject.run, WORK))
    images, labels = digit.images(subject, letter)
    return np.asarray(images[:number]), np.asarray(labels[:number]), letter
