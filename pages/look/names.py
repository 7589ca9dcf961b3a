"""What the parts of a network are called on Look."""

from collections.abc import Sequence
from typing import NamedTuple

from ann.inside.look import Unit


class Names(NamedTuple):
    """What the parts of a network are called."""

    classes: Sequence[str]
    side: int | None  # pixels in a row of the images; None: they are not square
    last: int  # number of the output layer

    def of(self, unit: Unit) -> str:
        """A unit as people read it; layer 0 is the input.

        >>> names = Names(["cat", "dog"], 28, 2)
        >>> [names.of(Unit(*unit)) for unit in ((0, 30), (1, 17), (2, 1))]
        ['pixel row 2, column 3', '1-17', 'dog']
        """
        if unit.layer == self.last:
            return str(self.classes[unit.number])
        if unit.layer:
            return str(unit)
        if self.side is None:
            return f"input {unit.number + 1}"
        row, column = divmod(unit.number, self.side)
        return f"pixel row {row + 1}, column {column + 1}"

    def title(self, unit: Unit) -> str:
        """The same as a heading.

        >>> Names(["cat", "dog"], 28, 2).title(Unit(2, 1))
        'Output dog'
        """
        return f"{'Output' if unit.layer == self.last else 'Unit'} {self.of(unit)}"

    def within(self, unit: Unit) -> str:
        """The same within a sentence.

        >>> Names(["cat", "dog"], 28, 2).within(Unit(1, 17))
        'unit 1-17'
        """
        return f"{'output' if unit.layer == self.last else 'unit'} {self.of(unit)}"
