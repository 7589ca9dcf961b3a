"""What the page One step remembers for a visitor, and takes from the address.

    /step?digit=v123&weight=1-300-17&card=update

`weight` is the layer, from 1, the unit that the weight comes from, and the unit that it leads to.
"""

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from ann.network import Network
from pages.ui import session
from pages.ui.links import address

WEIGHT = re.compile(r"(\d{1,3})-(\d{1,6})-(\d{1,5})", re.ASCII)
NUMBER = re.compile(r"\d{1,9}", re.ASCII)
CARDS = ("forward", "loss", "backward", "gradient", "update")
PARAMETERS = ("weight", "card", "batch", "row")
BATCH = "next"  # the value of `batch` in the address if the step is on the training's next batch
MOST_SHOWN = 20  # characters of a bad value that a message repeats


class Weight(NamedTuple):
    """A weight: its layer, from 1, the unit that it comes from, and the unit that it leads to."""

    layer: int
    i: int
    j: int

    def __str__(self) -> str:
        return f"{self.layer}-{self.i}-{self.j}"


@dataclass
class StepPlace:
    """Where on the page a visitor is."""

    whole: bool = False  # whether the step is on the training's next batch, not on this digit alone
    row: int | None = None  # of the batch; None: where the digit is
    weight: Weight | None = None  # None: the one with the largest step
    card: str = CARDS[0]
    label: int = 0  # the right answer for a drawing
    linked: dict[str, str] = field(default_factory=dict)  # what an address said, not yet taken


def place() -> StepPlace:
    """This visitor's place on the page."""
    return session.keep(StepPlace)


def read_weight(text: str, network: Network) -> Weight:
    """The weight that a link names. `ValueError` with what is allowed.

    >>> read_weight("1-300-17", Network((784, 128, 10)))
    Weight(layer=1, i=300, j=17)
    >>> read_weight("3-0-0", Network((784, 128, 10)))
    Traceback (most recent call last):
    ValueError: weight: layer 3 is outside 1 to 2
    """
    found = WEIGHT.fullmatch(text)
    if found is None:
        raise ValueError(
            f"weight: {text[:MOST_SHOWN]!r} is no weight; allowed are a layer and two units, such "
            "as 1-300-17"
        )
    weight = Weight(*map(int, found.groups()))
    check_weight(weight, network)
    return weight


def check_weight(weight: Weight, network: Network) -> None:
    """`ValueError` if the network has no such weight."""
    layers = len(network.shapes)
    if not 1 <= weight.layer <= layers:
        raise ValueError(f"weight: layer {weight.layer} is outside 1 to {layers}")
    for unit, count, end in zip(
        weight[1:], network.shapes[weight.layer - 1], ("from", "to"), strict=True
    ):
        if unit >= count:
            raise ValueError(
                f"weight: {end} unit {unit} is outside 0 to {count - 1:,} in layer {weight.layer}"
            )


def arrive() -> None:
    """Remember what the address says, if the visitor has just arrived by it.

    There may be no network yet: the one of a link may have to be trained first.
    """
    place().linked |= address.arriving(*PARAMETERS)
    address.show(**place().linked)


def settle(network: Network) -> None:
    """Take what the address said, now that there is a network."""
    here = place()
    linked, here.linked = here.linked, {}
    if "weight" in linked:
        try:
            here.weight = read_weight(linked["weight"], network)
        except ValueError as error:
            here.weight = None
            address.unusable(str(error))
    if "row" in linked:
        here.row = _number("row", linked["row"], 10**9)
    if "card" in linked:
        here.card = _one_of("card", linked["card"], CARDS)
    if "batch" in linked:
        here.whole = _one_of("batch", linked["batch"], (BATCH, "")) == BATCH
    try:
        check_weight(here.weight or Weight(1, 0, 0), network)
    except ValueError:
        here.weight = None


def show() -> None:
    """Put the place into the address."""
    here = place()
    address.show(
        weight=None if here.weight is None else str(here.weight),
        card=None if here.card == CARDS[0] else here.card,
        batch=BATCH if here.whole else None,
        row=str(here.row) if here.whole and here.row is not None else None,
    )


def changed() -> None:
    """For a callback that has changed the place: the address follows."""
    show()
    address.write()


def _number(name: str, text: str, most: int) -> int | None:
    if NUMBER.fullmatch(text) and int(text) <= most:
        return int(text)
    address.unusable(f"{name}: {text[:MOST_SHOWN]!r} is not a number from 0 to {most:,}")
    return None


def _one_of(name: str, text: str, allowed: tuple[str, ...]) -> str:
    if text in allowed:
        return text
    known = ", ".join(value for value in allowed if value)
    address.unusable(f"{name}: {text[:MOST_SHOWN]!r} is none of {known}")
    return allowed[-1] if "" in allowed else allowed[0]
