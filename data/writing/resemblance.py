"""How far a picture is from every digit, compared with how far digits are from each other.

Distance alone misses most letters: some digits are written as oddly. So a picture is compared with
letters and signs, too (`letters`): one that is closer to a letter is rather no digit. Kinds
that are not among them are found more often as well, because few are close to digits alone.

Pixels say little about it: a letter that has its ink where a digit has it is as close as another
digit. So a picture is described by the directions of its edges in each part of it (histograms of
oriented gradients, Dalal and Triggs 2005) and by how many lines its rows and columns cross. The
combinations in which digits differ most, their principal components, are compared with those of
the embedded digits and of the letters. No network has a part in it: how sure one is of its answer
does not help to tell letters from digits.
"""

from functools import cache
from threading import Lock
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from data.checks import SIDE
from data.known import uci
from data.writing.letters import letters
from data.writing.lines import Floats32, picture

NEIGHBORS = 3  # the distance to a digit is the mean of those to the nearest ones
COMPONENTS = 80  # of the description's 462 numbers
_DIRECTIONS, _CELLS = 8, 7  # of edges; along a side of the picture
# Lines are counted in bands of three rows or columns; so many pixels are left out at the edge.
_BANDS, _MARGIN = 7, 4
_LINES = 0.15  # weight of the counted lines beside the edges
_INK = 0.4
_SMOOTH = np.array([0.25, 0.5, 0.25], np.float32)
_one_at_a_time = Lock()


class _Reference(NamedTuple):
    """What pictures are compared with."""

    mean: Floats32  # (F,) of the digits' descriptions
    axes: Floats32  # (F, COMPONENTS), scaled so that no component outweighs the others
    digits: Floats32  # (N, COMPONENTS)
    spread: Floats32  # (N,) square root of each digit's distance to its own neighbors
    letters: Floats32  # (M, COMPONENTS) letters and signs


class Resemblance(NamedTuple):
    """How little N pictures resemble digits, and how much letters."""

    strangeness: Floats32  # (N,) from the digits; most digits are between 0.7 and 1.2
    letter: Floats32  # (N,) above 1, a letter or a sign is closer than the nearest digits

    @property
    def doubt(self) -> Floats32:
        """(N,) both: far from all digits, or not quite so far but closer to a letter."""
        product: Floats32 = self.strangeness * self.letter
        return product


def resemblance(pictures: npt.ArrayLike) -> Resemblance:
    """Compare pictures (N, 28, 28), from 0 to 1, with digits and with letters.

    `strangeness` is the distance to the nearest digits, divided by the square root of these digits'
    distance to their own neighbors: 1s have near neighbors, 2s do not. `letter` is the distance
    to the nearest digits, divided by that to the nearest letter.
    """
    pictures, reference = np.asarray(pictures, np.float32), load()
    strangeness, letter = [np.zeros(0, np.float32)], [np.zeros(0, np.float32)]
    for some in _in_parts(pictures):
        described: Floats32 = _describe(some) - reference.mean
        placed: Floats32 = described @ reference.axes
        away = _distances(placed, reference.digits)
        strangeness.append(_nearest(away / reference.spread, NEIGHBORS))
        closest = _distances(placed, reference.letters).min(axis=1)
        letter.append(_nearest(away, NEIGHBORS) / np.maximum(closest, 1e-6))
    return Resemblance(np.concatenate(strangeness), np.concatenate(letter))


def load() -> _Reference:
    """What pictures are compared with; the first call takes one to two seconds, later ones none."""
    with _one_at_a_time:  # the second of two visitors waits instead of computing it, too
        return _reference()


@cache
def _reference() -> _Reference:
    digits = uci.read(uci.FILE).train_images.reshape(-1, SIDE, SIDE) / np.float32(255)
    pictures = np.concatenate([digits, _other_hands()])
    described = np.concatenate([_describe(some) for some in _in_parts(pictures)])
    mean = described.mean(axis=0)
    variance, axes = np.linalg.eigh(np.cov(described - mean, rowvar=False))
    # Divided by the root of their deviation: small components count for more, but not as much.
    axes = (axes[:, -COMPONENTS:] / variance[-COMPONENTS:] ** 0.25).astype(np.float32)
    placed = (described - mean) @ axes
    own = np.concatenate(
        [_nearest(_distances(p, placed), NEIGHBORS + 1) for p in _in_parts(placed)]
    )
    # The nearest one is the digit itself; a few have a twin, and nothing would be close to them.
    own *= (NEIGHBORS + 1) / NEIGHBORS
    spread = np.sqrt(np.maximum(own, np.quantile(own, 0.2)))
    return _Reference(mean, axes, placed, spread, (_describe(letters()) - mean) @ axes)


def _in_parts(rows: Floats32, most: int = 256) -> list[Floats32]:
    """An array in parts of at most so many rows, which need less memory than the whole."""
    return [rows[k : k + most] for k in range(0, len(rows), most)]


def _distances(a: Floats32, b: Floats32) -> Floats32:
    squares = (a**2).sum(axis=1)[:, None] + (b**2).sum(axis=1) - 2 * a @ b.T
    distances: Floats32 = np.sqrt(np.maximum(squares, 0))
    return distances


def _nearest(distances: Floats32, count: int) -> Floats32:
    """The mean of the smallest `count` numbers in each row."""
    nearest: Floats32 = np.partition(distances, count - 1, axis=1)[:, :count].mean(axis=1)
    return nearest


def _describe(pictures: Floats32) -> Floats32:
    """(N, F): edges of each direction in each cell, then the lines in each band."""
    return np.hstack([_edges(pictures), np.float32(_LINES) * _crossings(pictures)])


def _edges(pictures: Floats32) -> Floats32:
    room = np.pad(pictures, ((0, 0), (2, 2), (2, 2)))
    rows = sum(w * room[:, k : k + SIDE + 2] for k, w in enumerate(_SMOOTH))
    soft = sum(w * rows[:, :, k : k + SIDE + 2] for k, w in enumerate(_SMOOTH))
    down = soft[:, 2:, 1:-1] - soft[:, :-2, 1:-1]
    right = soft[:, 1:-1, 2:] - soft[:, 1:-1, :-2]
    strength = np.hypot(down, right)
    turn = np.arctan2(down, right) % np.pi / np.pi * _DIRECTIONS  # up or down: the same edge
    centers = (np.arange(_CELLS) + 0.5) * SIDE / _CELLS
    pixels = np.arange(SIDE) + 0.5
    near = np.exp(-0.5 * ((pixels - centers[:, None]) / (0.6 * SIDE / _CELLS)) ** 2)
    near = (near / near.sum(axis=1, keepdims=True)).astype(np.float32)
    cells = []
    for direction in range(_DIRECTIONS):
        off = np.abs(turn - direction)
        share = np.maximum(1 - np.minimum(off, _DIRECTIONS - off), 0)
        cells.append(near @ (strength * share) @ near.T)
    edges = np.sqrt(np.maximum(np.stack(cells, axis=1).reshape(len(pictures), -1), 0))
    length = np.linalg.norm(edges, axis=1, keepdims=True)
    scaled: Floats32 = edges / np.maximum(length, 1e-6)
    return scaled


def _crossings(pictures: Floats32) -> Floats32:
    lit = (pictures > _INK).astype(np.int8)
    counts = []
    for axis in (2, 1):
        begins = np.diff(lit, axis=axis, prepend=0) == 1
        lines = begins.sum(axis=axis)[:, _MARGIN : _MARGIN + 3 * _BANDS]
        counts.append(lines.reshape(len(pictures), _BANDS, 3).mean(axis=2))
    return np.hstack(counts).astype(np.float32)


def _other_hands(count: int = 200) -> Floats32:
    """Digits that are common in Europe and rare among the embedded: (N, 28, 28).

    A 1 with an upstroke as long as its stem, and a 7 with a bar, as lines that differ a little.
    """
    random, found = np.random.default_rng(5), []
    for number in range(count):
        end, high = random.uniform(0.15, 1.1), random.uniform(0.25, 1.2)
        bend, lean = random.normal(0, 0.06, 2), random.uniform(-0.25, 0.25)
        one = [[-end, high], [bend[0] - end / 2, bend[1] + high / 2], [0, 0], [lean, 1]]
        found.append(picture([np.array(one)]))
        if number % 2:
            wide, foot = random.uniform(0.5, 0.9), random.uniform(0.1, 0.5)
            bar = [[wide / 4, 0.5], [wide, 0.45 + random.normal(0, 0.05)]]
            seven = [[0, random.uniform(-0.05, 0.1)], [wide, 0], [foot, 1]]
            found.append(picture([np.array(seven), np.array(bar)]))
    return np.stack(found)
