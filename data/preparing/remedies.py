"""Changes of a data set's images that mend what its files got wrong, and the names of such copies.

A changed copy is a data set of its own, called NAME~inverted or NAME~transposed~rescaled. The name
can stand in a link and after `--data`, and the copy stays in the list once it has been made.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np

from data.checks import SIDE
from data.dataset import Bytes

MARK = "~"  # between the name of a data set and its remedies


class Remedy(NamedTuple):
    """One change: what a button calls it, and the function of square images (N, 28, 28)."""

    label: str
    help: str
    turn: Callable[[Bytes], Bytes]


def _rescale(images: Bytes) -> Bytes:
    low, high = int(images.min(initial=255)), int(images.max(initial=0))
    table = np.clip((np.arange(256) - low) * (255 / max(high - low, 1)), 0, 255)
    scaled: Bytes = np.rint(table).astype(np.uint8)[images]
    return scaled


# In the order in which they are made: orientation does not depend on the others.
REMEDIES = {
    "rescaled": Remedy("Rescale", "Stretches the gray levels to 0 to 255.", _rescale),
    "inverted": Remedy("Invert", "Turns dark into light and light into dark.", np.invert),
    "transposed": Remedy(
        "Transpose", "Swaps rows and columns.", lambda images: images.transpose(0, 2, 1)
    ),
    "mirrored": Remedy("Mirror", "Swaps left and right.", lambda images: images[:, :, ::-1]),
    "flipped": Remedy("Flip", "Turns it upside down.", lambda images: images[:, ::-1]),
}


def split_name(name: str) -> tuple[str, tuple[str, ...]]:
    """The name of the original, and the remedies, each once, in their order.

    A name that ends in anything else is the name of a data set as it is.

    >>> split_name("mine~transposed~inverted"), split_name("mine~2")
    (('mine', ('inverted', 'transposed')), ('mine~2', ()))
    """
    base, *asked = name.split(MARK)
    if not base or not set(asked) <= REMEDIES.keys():
        return name, ()
    return base, tuple(remedy for remedy in REMEDIES if remedy in asked)


def join_name(base: str, remedies: Iterable[str]) -> str:
    """The name of a changed copy.

    >>> join_name("mine", {"transposed", "inverted"}), join_name("mine", ())
    ('mine~inverted~transposed', 'mine')
    """
    chosen = set(remedies)
    return MARK.join([base, *(remedy for remedy in REMEDIES if remedy in chosen)])


def toggled(name: str, remedies: Iterable[str]) -> str:
    """The name of the copy with these remedies added; one that it already has is taken back.

    >>> toggled("mine", ["inverted"]), toggled("mine~inverted", ["inverted"])
    ('mine~inverted', 'mine')
    """
    base, has = split_name(name)
    return join_name(base, set(has) ^ set(remedies))


def mend(parts: list[Bytes], remedies: Iterable[str]) -> list[Bytes]:
    """Parts of a data set (N, 784), uint8, with these remedies. The parts share one scale."""
    images: Bytes = np.concatenate(parts).reshape(-1, SIDE, SIDE)
    for remedy in REMEDIES:
        if remedy in set(remedies):
            images = REMEDIES[remedy].turn(images)
    flat = np.ascontiguousarray(images).reshape(len(images), -1)
    return np.split(flat, np.cumsum([len(part) for part in parts])[:-1])
