"""How far a picture is from every digit, compared with how far digits are from each other.

Pixels say little about it: a letter that has its ink where a digit has it is as close as another
digit. So a picture is described by the directions of its edges in each part of it (histograms of
oriented gradients, Dalal and Triggs 2005) and by how many lines its rows and columns cross. The
combinations in which digits differ most, their principal components, are compared with those of
the embedded digits. No network has a part in it.
"""

import itertools
from functools import cache
from threading import Lock
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from data.checks import SIDE
from data.known import uci

Floats32 = npt.NDArray[np.float32]

NEIGHBORS = 3  # the distance to a digit is the mean of those to the nearest ones
COMPONENTS = 80  # of the description's 462 numbers
_DIRECTIONS, _CELLS = 8, 7  # of edges; along a side of the picture
_BANDS, _MARGIN = 7, 4  # rows or columns whose lines are counted together; pixels left out
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


def strangeness(pictures: npt.ArrayLike) -> Floats32:
    """The distance of pictures (N, 28, 28), from 0 to 1, to the nearest digits: (N,).

    It is divided by the square root of these digits' distance to their own neighbors: 1s have
    near neighbors, 2s do not. Most digits are between 0.9 and 1.3.
    """
    pictures = np.asarray(pictures, np.float32)
    if not len(pictures):
        return np.zeros(0, np.float32)
    reference = load()
    described: Floats32 = _describe(pictures) - reference.mean
    placed: Floats32 = described @ reference.axes
    return np.concatenate(
        [
            _nearest(_distances(part, reference.digits) / reference.spread, NEIGHBORS)
            for part in np.array_split(placed, -(-len(placed) // 256))
        ]
    )


def load() -> _Reference:
    """What pictures are compared with; the first call takes one to two seconds, later ones none."""
    with _one_at_a_time:  # the second of two visitors waits instead of computing it, too
        return _reference()


@cache
def _reference() -> _Reference:
    digits = uci.read(uci.FILE).train_images[::2].reshape(-1, SIDE, SIDE) / np.float32(255)
    described = _describe(np.concatenate([digits, _other_hands()]))
    mean = described.mean(axis=0)
    variance, axes = np.linalg.eigh(np.cov(described - mean, rowvar=False))
    # Divided by the root of their deviation: small components count for more, but not as much.
    axes = (axes[:, -COMPONENTS:] / variance[-COMPONENTS:] ** 0.25).astype(np.float32)
    placed = (described - mean) @ axes
    own = np.concatenate(
        [_nearest(_distances(p, placed), NEIGHBORS + 1) for p in np.array_split(placed, 12)]
    )
    # The nearest one is the digit itself; a few have a twin, and nothing would be close to them.
    own *= (NEIGHBORS + 1) / NEIGHBORS
    return _Reference(mean, axes, placed, np.sqrt(np.maximum(own, np.quantile(own, 0.2))))


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
        one = [[[-end, high], [bend[0] - end / 2, bend[1] + high / 2], [0, 0], [lean, 1]]]
        found.append(_in_lines(one))
        if number % 2:
            wide, foot = random.uniform(0.5, 0.9), random.uniform(0.1, 0.5)
            bar = [[wide / 4, 0.5], [wide, 0.45 + random.normal(0, 0.05)]]
            seven = [[[0, random.uniform(-0.05, 0.1)], [wide, 0], [foot, 1]], bar]
            found.append(_in_lines(seven))
    return np.stack(found)


def _in_lines(strokes: list[list[list[float]]]) -> Floats32:
    """Strokes as MNIST would hold them: 20 pixels long, 2.4 wide, the center of mass at 14.5."""
    points = np.array([point for stroke in strokes for point in stroke])
    scale = 17.6 / np.ptp(points, axis=0).max()
    pixels = np.stack(np.meshgrid(np.arange(SIDE), np.arange(SIDE)), axis=-1) + 0.5
    shift = 14 - scale * (points.min(axis=0) + points.max(axis=0)) / 2
    for _ in range(2):  # drawn once to find its center of mass
        ink = np.zeros((SIDE, SIDE))
        for stroke in strokes:
            corners = scale * np.array(stroke) + shift
            for a, b in itertools.pairwise(corners):
                along = ((pixels - a) @ (b - a) / ((b - a) @ (b - a))).clip(0, 1)
                away = np.linalg.norm(pixels - a - along[..., None] * (b - a), axis=-1)
                np.maximum(ink, np.clip(1.7 - away, 0, 1), out=ink)
        shift = shift + 14.5 - np.array([(ink * pixels[..., k]).sum() for k in (0, 1)]) / ink.sum()
    return ink.astype(np.float32)
