"""Draw lines as a pen would, a little different each time: for what no data set holds."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from data.checks import SIDE

Floats32 = npt.NDArray[np.float32]
Stroke = npt.NDArray[np.float64]  # (P, 2): x to the right and y downwards

# In pixels, as in MNIST: the longer side of a digit without the pen's width, that width, and the
# center of mass.
LENGTH, WIDTH, CENTER = 17.6, np.float32(2.4), 14.5
JITTER = 0.035  # of the unit box: the standard deviation by which corners move


def strokes(
    template: Sequence[str], random: np.random.Generator, jitter: float = JITTER
) -> list[Stroke]:
    """The strokes of a template, with its corners moved as by a hand.

    A stroke is written as corners "x,y x,y ..." in a unit box; after "~", it is a smooth curve.
    """
    found = []
    for line in template:
        points = np.array([point.split(",") for point in line.lstrip("~").split()], float)
        points += random.normal(0, jitter, points.shape)
        found.append(smooth(points) if line.startswith("~") else points)
    return found


def smooth(points: Stroke, parts: int = 8) -> Stroke:
    """A smooth curve through points (P, 2) (Catmull and Rom's), `parts` lines between two."""
    p = np.concatenate([2 * points[:1] - points[1:2], points, 2 * points[-1:] - points[-2:-1]])
    a, b, c, d = (p[k : len(p) - 3 + k, None] for k in range(4))
    t = np.linspace(0, 1, parts, endpoint=False)[:, None]
    curve = b + t / 2 * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * b - a - 3 * c + d)))
    return np.concatenate([curve.reshape(-1, 2), points[-1:]])


def by_hand(
    lines: Sequence[Stroke], random: np.random.Generator, wide: float | None = None
) -> list[Stroke]:
    """Strokes slanted, turned and stretched a little: to `wide` times their height, if given."""
    wide = random.uniform(0.6, 1) if wide is None else wide
    slant, turn = random.normal(0, 0.12), random.normal(0, 0.08)
    cos, sin = np.cos(turn), np.sin(turn)
    matrix = np.array([[cos, -sin], [sin, cos]]) @ np.array([[wide, -slant], [0, 1]])
    return [line @ matrix.T for line in lines]


def picture(lines: Sequence[Stroke]) -> Floats32:
    """Strokes as MNIST would hold them: 20 pixels long, 2.4 wide, the center of mass at 14.5."""
    points = np.concatenate(lines)
    scale = LENGTH / np.ptp(points, axis=0).max()
    start = np.concatenate([line[:-1] for line in lines]) * scale
    along = np.concatenate([np.diff(line, axis=0) for line in lines]) * scale
    length = np.maximum(np.hypot(*along.T), 1e-6)
    # The ink of a line is its length: the center of mass is that of the lines' middles.
    start += CENTER - np.average(start + along / 2, axis=0, weights=length)
    (x, y), (right, down) = start.T.astype(np.float32), (along.T / length).astype(np.float32)
    pixel = np.arange(SIDE, dtype=np.float32) + np.float32(0.5)
    x, y = pixel[None, :, None] - x, pixel[:, None, None] - y  # of the pixels, seen from the start
    forth = (x * right + y * down).clip(0, length.astype(np.float32))
    away: Floats32 = np.hypot(x - forth * right, y - forth * down).min(axis=2)
    ink: Floats32 = np.clip(WIDTH / 2 + np.float32(0.5) - away, 0, 1)
    return ink
