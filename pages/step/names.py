"""What the units of a network are called on the page."""

from collections.abc import Sequence
from math import isqrt
from typing import NamedTuple

from ann.network import Network
from pages.ui import words
from pages.ui.inside.subject import Subject


class Names(NamedTuple):
    """The network, its classes, and "digit" or "image"."""

    network: Network
    classes: Sequence[str]
    thing: str

    @classmethod
    def of(cls, subject: Subject) -> "Names":
        """The names for the network of this subject."""
        classes = [words.plain(str(name)) for name in subject.digits.class_names]
        return cls(subject.run.network, classes, subject.things.removesuffix("s"))

    def source(self, layer: int, i: int) -> str:
        """The unit that a weight of a layer comes from; for layer 1, a pixel.

        >>> Names(Network((784, 16, 10)), range(10), "digit").source(1, 300)
        'pixel 300 (row 10, column 20)'
        """
        if layer > 1:
            return f"unit {i} of layer {layer - 1}"
        side = isqrt(self.network.sizes[0])
        if side * side != self.network.sizes[0]:
            return f"input {i}"
        return f"pixel {i} (row {i // side}, column {i % side})"

    def target(self, layer: int, j: int) -> str:
        """The unit that a weight of a layer leads to; in the output layer, a class."""
        if layer == len(self.network.shapes):
            name = self.classes[j]
            return f"output {j}" if name == str(j) else f"output {j} ({name})"
        return f"unit {j} of layer {layer}"

    def target_layer(self, layer: int) -> str:
        """A layer in words."""
        return "the output layer" if layer == len(self.network.shapes) else f"layer {layer}"

    def weight(self, layer: int, i: int, j: int) -> str:
        """The weight, from where to where."""
        return f"{self.source(layer, i)} → {self.target(layer, j)}"
