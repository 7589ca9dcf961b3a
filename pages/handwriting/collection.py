"""The digits that this visitor has written, as the page and a training need them."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from ann.keeping import drawings
from ann.keeping.database import ArchiveError
from ann.keeping.drawings import Drawing, Medium
from data import DIGITS
from data.checks import PIXELS
from data.writing.writers import Writer
from pages.ui.server import stores
from pages.ui.server.visitor import address, visitor_id

EACH = 10  # drawings of each digit that the page asks for
WANTED = EACH * len(DIGITS)
YOU = "you"


def mine() -> list[Drawing]:
    """This visitor's drawings, the first one first. `ArchiveError` if they can't be read."""
    return stores.drawings().all(visitor_id())


def add(labels: Sequence[int], pictures: Sequence[npt.NDArray[np.uint8]], source: Medium) -> int:
    """Save pictures (784,) of digits; returns how many are new. `ArchiveError` if they can't be."""
    made = [(label, one.tobytes()) for label, one in zip(labels, pictures, strict=True)]
    return stores.drawings().add(visitor_id(), made, source, address())


def remove_last() -> str:
    """Delete the latest drawing; returns what went wrong, if anything did."""
    return _delete(-1)


def remove_all() -> str:
    """Delete all drawings of this visitor; returns what went wrong, if anything did."""
    return _delete(0)


def share(on: bool) -> None:
    """Let this visitor's class see the drawings, or no longer. `ArchiveError` if that fails."""
    stores.drawings().share(visitor_id(), on)


def _delete(first: int) -> str:
    try:
        stores.drawings().delete(visitor_id(), [one.id for one in mine()[first:]])
    except ArchiveError as error:
        return str(error)
    return ""


def counts(written: Sequence[Drawing]) -> list[int]:
    """How many there are of each digit, 0 to 9."""
    labels = [one.label for one in written]
    return [labels.count(digit) for digit in range(drawings.CLASSES)]


def following(written: Sequence[Drawing]) -> int:
    """The digit to write next: the one of which there are fewest, which goes around from 0 to 9.

    >>> following([])
    0
    """
    number = counts(written)
    return number.index(min(number))


def writer(written: Sequence[Drawing], name: str = YOU) -> Writer:
    """Drawings as the digits of one writer."""
    pixels = b"".join(one.picture for one in written)
    return Writer(
        name,
        np.frombuffer(pixels, np.uint8).reshape(-1, PIXELS),
        np.array([one.label for one in written], np.uint8),
        np.array([one.aside for one in written], bool),
    )
