"""What Look remembers for a visitor: the chosen unit and the order of the cells."""

import re
from dataclasses import dataclass

import streamlit as st

from ann.inside.look import Look, Unit
from ann.network import Network
from pages.look.mosaics import INDEX
from pages.ui import session
from pages.ui.links import address
from pages.ui.words import plain

UNIT = re.compile(r"(\d{1,3})-(\d{1,5})", re.ASCII)
FIRST = Unit(1, 0)
MOST_SHOWN = 20  # characters of a bad unit that a message repeats


@dataclass
class LookPlace:
    """Where on the page a visitor is.

    Until the visitor chooses a unit, the page chooses the most telling one for each digit.
    """

    unit: Unit = FIRST
    by_visitor: bool = False  # whether the visitor chose the unit
    linked: str | None = None  # the unit of a link that has not been shown yet
    order: str = INDEX


def place() -> LookPlace:
    """This visitor's place on the page."""
    return session.keep(LookPlace)


def read(text: str, network: Network) -> Unit:
    """The unit that a link or the browser names. `ValueError` with what is allowed.

    >>> read("1-17", Network((784, 128, 10)))
    Unit(layer=1, number=17)
    >>> read("1-128", Network((784, 128, 10)))
    Traceback (most recent call last):
    ValueError: unit: 128 is outside 0 to 127 in layer 1
    """
    found = UNIT.fullmatch(text)
    if found is None:
        raise ValueError(
            f"unit: {text[:MOST_SHOWN]!r} is no unit; allowed are a layer and a number, such as 1-0"
        )
    return Unit(int(found[1]), int(found[2])).check(network)


def remember_link() -> None:
    """Remember the unit of a link: the network that has it may have to be trained first."""
    here = place()
    here.linked = address.arriving("unit").get("unit", here.linked)


def arrive(network: Network) -> None:
    """Choose the unit of a link; forget a unit that the network does not have."""
    here = place()
    linked, here.linked = here.linked, None
    if linked is not None:
        try:
            choose(read(linked, network))
        except ValueError as error:
            here.by_visitor = False
            text = f"A setting in the link cannot be used: {plain(str(error))}."
            st.warning(text, icon=":material/warning:")
    try:
        here.unit.check(network)
    except ValueError:
        here.unit, here.by_visitor = FIRST, False


def choose(unit: Unit) -> None:
    """Show this unit from now on, and name it in the address."""
    here = place()
    here.unit, here.by_visitor = unit, True
    address.show(unit=str(unit))


def most_telling(seen: Look) -> Unit:
    """The unit of the last hidden layer that contributes most; the answer without hidden layers."""
    if not seen.layers:
        return Unit(1, seen.target)
    contributions = seen.layers[-1].contributions
    return Unit(len(seen.layers), int(abs(contributions).argmax()))
