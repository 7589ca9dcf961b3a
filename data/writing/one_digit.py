"""Does a drawing look like one digit? If not, what it looks like instead.

A network names one of its classes whatever it is given, with high confidence even for a dot. So a
drawing is looked at before it is believed: its size, its marks, its lines, and whether it
resembles digits or rather letters and signs (`resemblance`). Separate marks and tangled lines count
only if it is odd as well: many a real digit is broken or has a loop too many.

Measured: it doubts 1.6% of MNIST's test digits and 0.5% of 195 pen drawings by two writers (some of
whose 1s are like the ones in `resemblance`). It doubts 98% of drawings of 80 kinds that are no
digit: two digits, dots, scribbles, and the letters and signs that it compares with. Of 48 other
kinds, most of which were written down after the comparison, it doubts 82%: what is drawn much like
a digit, such as a hexagon like a 0, passes. The limits are set on MNIST's training digits.
The kinds are in `tests/not_digits.py`; `tests/data/writing/test_one_digit.py` counts again.
"""

from enum import StrEnum
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from data.writing.drawing import Picture, steps, stroke_width
from data.writing.resemblance import resemblance
from data.writing.specks import label_marks

Mask = npt.NDArray[np.bool_]

SMALL = 0.19  # of the canvas's side: a stroke shorter than this is a dot or a dash
WIDE = 2.0  # times its height: fewer than 1 in 1,000 digits are wider
STRANGE = 1.42  # `Resemblance.doubt`: about 1 in 100 of MNIST's digits has more
ODD = 1.2  # so many are doubted if they have separate marks or a tangle of lines as well
# What hardly any digit has, counted in the drawing with strokes as thick as MNIST's:
_LENGTH = 3.7  # of all strokes, in sides of the box that it fills
_LOOPS, _LOOP = 3, 12  # loops of at least so many pixels
_ACROSS, _DOWN = 5, 6  # strokes that one row, one column meets
_OFTEN = 0.45  # of the rows: with three strokes or more
_INSIDE = 0.006  # of the ink: in marks inside a loop
# Two marks, side by side or one above the other, each with this share of the ink, this long and
# this far apart; both in sides of the box. In a 4 or a 5, the pen is often lifted.
_MASS, _EXTENT, _GAP = 0.2, 0.4, 0.03


class Doubt(StrEnum):
    """Why a drawing is not taken for one digit."""

    SMALL = "small"  # a dot or a short dash
    WIDE = "wide"
    MARKS = "marks"  # separate marks, such as two digits
    TANGLED = "tangled"  # more lines, crossings or loops than a digit has
    LETTER = "letter"  # closer to a letter or a sign than to a digit
    STRANGE = "strange"  # unlike every digit that it was compared with


def doubt(image: npt.ArrayLike, stages: list[tuple[str, Picture]] | None = None) -> Doubt | None:
    """Why this drawing does not look like one digit; None if it does, or if nothing is drawn.

    Arguments and errors are those of `drawing.steps`; `stages` are its result, if it is at hand.

    >>> canvas = np.zeros((280, 280), np.uint8)
    >>> canvas[40:240, 60:80] = 255
    >>> print(doubt(canvas))
    None
    >>> canvas[40:240, 180:200] = 255
    >>> print(doubt(canvas))
    marks
    """
    stages = steps(image) if stages is None else stages
    if not stages:
        return None
    drawn, cropped, fine, _, picture = [stage for _, stage in stages]
    if max(cropped.shape) - stroke_width(cropped) < SMALL * max(drawn.shape):
        return Doubt.SMALL
    lit, like = np.pad(fine > 0.5, 1), resemblance(picture[None])
    odd = like.doubt[0] > ODD
    if odd and _separate(_marks(lit), lit.shape[0] - 2):
        return Doubt.MARKS
    if fine.shape[1] > WIDE * fine.shape[0]:
        return Doubt.WIDE
    if odd and _tangled(lit, fine):
        return Doubt.TANGLED
    if like.doubt[0] > STRANGE:
        return Doubt.LETTER if like.letter[0] > 1 else Doubt.STRANGE
    return None


class _Mark(NamedTuple):
    """A connected part of a drawing: its share of the ink, and its box in pixels."""

    mass: float
    top: int
    bottom: int  # exclusive
    left: int
    right: int  # exclusive


def _marks(lit: Mask) -> list[_Mark]:
    """The marks, the largest first."""
    label = label_marks(lit)
    count, found = np.bincount(label.ravel()), []
    for number in range(1, len(count)):
        rows, columns = np.nonzero(label == number)
        box = (rows.min(), rows.max() + 1, columns.min(), columns.max() + 1)
        found.append(_Mark(count[number] / count[1:].sum(), *map(int, box)))
    return sorted(found, reverse=True)


def _separate(marks: list[_Mark], side: int) -> bool:
    """Whether there are two large marks that do not overlap, or four of any size."""
    large = [m for m in marks if m.mass >= _MASS]
    for k, a in enumerate(large):
        for b in large[k + 1 :]:
            beside = max(a.left, b.left) - min(a.right, b.right) >= _GAP * side
            above = max(a.top, b.top) - min(a.bottom, b.bottom) >= _GAP * side
            high = min(a.bottom - a.top, b.bottom - b.top) >= _EXTENT * side
            wide = min(a.right - a.left, b.right - b.left) >= _EXTENT * side
            if (beside and high) or (above and wide):
                return True
    return len(marks) >= 4


def _tangled(lit: Mask, fine: Picture) -> bool:
    """Whether there are more strokes, or more loops, than in a digit; or marks inside a loop."""
    across, down = _strokes(lit), _strokes(lit.T)
    if across.max() >= _ACROSS or down.max() >= _DOWN or np.mean(across >= 3) > _OFTEN:
        return True
    if fine.sum() / stroke_width(fine) > _LENGTH * max(fine.shape):
        return True
    paper = label_marks(~lit)  # 0 is ink; the paper around the drawing holds the corner
    size = np.bincount(paper.ravel())[1:]
    size[paper[0, 0] - 1] = 0
    return int((size >= _LOOP).sum()) >= _LOOPS or _inside(lit, paper == paper[0, 0]) > _INSIDE


def _strokes(lit: Mask) -> npt.NDArray[np.int_]:
    """How many strokes each row meets."""
    begins = np.diff(lit.astype(np.int8), axis=1) == 1
    strokes: npt.NDArray[np.int_] = begins[1:-1].sum(axis=1)
    return strokes


def _inside(lit: Mask, around: Mask) -> float:
    """The share of the ink in marks that do not touch the paper around the drawing."""
    label = label_marks(lit)
    near = around.copy()
    near[1:] |= around[:-1]
    near[:-1] |= around[1:]
    near[:, 1:] |= around[:, :-1]
    near[:, :-1] |= around[:, 1:]
    outer = np.unique(label[near])
    return float((lit & ~np.isin(label, outer)).sum() / lit.sum())
