"""Pen drawings that are not one digit: numbers, letters, signs, dots and scribbles, as strokes.

`KINDS` maps a kind to a function that draws one with a random generator: strokes
[[[x, y], ...], ...] in pixels of a canvas of `pen.CANVAS`, y downwards. Each drawing differs: its
corners move, and the whole is stretched, slanted, turned, scaled and shifted as by a hand.
Letters that are also digits, such as O, l, S, Z and B, are left out: nobody could tell.
"""

import itertools
from collections.abc import Callable

import numpy as np

from tests.pen import CANVAS, render

# Corners in a unit box, "x,y x,y ...", one string per stroke; "~" before it: a smooth curve.
DIGITS = {
    "0": ["~.5,0 .1,.2 .05,.6 .3,1 .7,.95 .95,.5 .8,.1 .5,0"],
    "1": ["0.2,.3 .6,0 .6,1"],
    "2": ["~.05,.25 .3,0 .75,.05 .85,.35 .4,.7 .05,1", ".05,1 .9,1"],
    "3": ["~.1,.1 .5,0 .85,.2 .45,.45", "~.45,.45 .9,.7 .6,1 .05,.9"],
    "4": [".5,0 .05,.65 .9,.65", ".7,.35 .65,1"],
    "5": ["~.15,.45 .6,.4 .9,.7 .6,1 .05,.9", ".15,.45 .2,0 .85,0"],
    "6": ["~.7,0 .3,.3 .1,.7 .4,1 .8,.8 .7,.55 .2,.65"],
    "7": [".05,.05 .9,0 .4,1"],
    "8": ["~.8,.15 .4,0 .2,.25 .8,.7 .6,1 .2,.85 .3,.6 .75,.3 .8,.15"],
    "9": ["~.8,.3 .4,.45 .15,.2 .5,0 .85,.2 .8,.6 .6,1"],
}
LETTERS = {
    "x": ["0,0 1,1", "1,0 0,1"],
    "A": ["0,1 .5,0 1,1", ".2,.6 .8,.6"],
    "M": ["0,1 .1,0 .5,.6 .9,0 1,1"],
    "W": ["0,0 .25,1 .5,.3 .75,1 1,0"],
    "E": ["1,0 0,0 0,1 1,1", "0,.5 .8,.5"],
    "F": ["1,0 0,0 0,1", "0,.45 .75,.45"],
    "k": ["0,0 0,1", ".8,.35 0,.65 .9,1"],
    "K": ["0,0 0,1", ".9,0 0,.5 1,1"],
    "R": ["0,1 0,0", "~0,0 .7,.02 .9,.25 .6,.5 0,.5", ".1,.5 1,1"],
    "N": ["0,1 0,0 1,1 1,0"],
    "H": ["0,0 0,1", "1,0 1,1", "0,.5 1,.5"],
    "T": ["0,0 1,0", ".5,0 .5,1"],
    "Y": ["0,0 .5,.5 1,0", ".5,.5 .5,1"],
    "X": ["0,0 .9,1", ".9,0 0,1"],
    "w": ["~0,.1 .15,.9 .35,.9 .5,.2", "~.5,.2 .65,.9 .85,.9 1,.1"],
    "m": ["0,1 0,.1", "~0,.4 .25,.1 .45,.3 .45,1", "~.45,.4 .75,.1 1,.3 1,1"],
    "n": ["0,0 0,1", "~0,.4 .4,0 .8,.2 .85,1"],
    "h": ["0,0 0,1", "~0,.6 .4,.4 .8,.55 .85,1"],
    "a": ["~.8,.2 .4,0 .05,.5 .3,1 .8,.7 .8,.2", "~.8,.2 .8,.9 1,1"],
    "e": ["~.05,.5 .9,.45 .7,.05 .3,.05 .03,.5 .3,.95 .9,.85"],
    "t": ["~.5,0 .5,.8 .7,1 .95,.9", ".1,.3 .9,.3"],
    "L": ["0,0 0,1 .8,1"],
    "V": ["0,0 .5,1 1,0"],
    "U": ["~0,0 .05,.7 .5,1 .95,.7 1,0"],
    "P": ["0,1 0,0", "~0,0 .7,.02 .9,.25 .6,.5 0,.5"],
    "Q": ["~.5,0 .05,.3 .05,.7 .5,1 .95,.7 .95,.3 .5,0", ".6,.7 1,1.1"],
}
SIGNS = {
    "plus": ["0,.5 1,.5", ".5,0 .5,1"],
    "equals": ["0,.3 1,.3", "0,.7 1,.7"],
    "cross": ["0,.1 1,.9", ".95,0 0,1"],
    "box": ["0,0 1,0 1,1 0,1 0,0"],
    "triangle": [".5,0 1,1 0,1 .5,0"],
    "check": ["0,.6 .35,1 1,0"],
    "arrow": ["0,.5 1,.5", ".7,.2 1,.5 .7,.8"],
    "hash": [".3,0 .25,1", ".7,0 .65,1", "0,.35 1,.3", "0,.7 1,.65"],
    "star": ["0,.4 1,.4 .2,1 .5,0 .8,1 0,.4"],
    "question": ["~0,.2 .4,0 .8,.2 .4,.5 .4,.7", ".4,.95 .42,.97"],
    "heart": ["~.5,.3 .25,0 0,.3 .5,1", "~.5,.3 .75,0 1,.3 .5,1"],
    "house": ["0,1 0,.45 .5,0 1,.45 1,1 0,1", ".4,1 .4,.7 .6,.7 .6,1"],
}

# Written after the rules and their numbers were fixed, to see whether these hold for other kinds.
UNSEEN = {
    "G": ["~.9,.15 .5,0 .1,.3 .1,.75 .5,1 .9,.85 .9,.55", ".9,.55 .55,.55"],
    "C": ["~.9,.15 .5,0 .1,.3 .1,.75 .5,1 .9,.85"],
    "J": [".2,0 1,0", "~.65,0 .65,.7 .4,1 .1,.9 0,.7"],
    "d": ["~.8,.5 .4,.4 .05,.7 .3,1 .8,.9", ".8,0 .8,1"],
    "f": ["~.9,.1 .6,0 .4,.2 .4,1", ".1,.4 .8,.4"],
    "r": ["0,0 0,1", "~0,.35 .3,.05 .7,.1"],
    "u": ["~0,0 .05,.8 .4,1 .8,.7 .85,0", ".85,0 .9,1"],
    "y": ["0,0 .45,.5", ".9,0 .2,1"],
    "p": ["0,0 0,1", "~0,.15 .5,0 .75,.25 .45,.5 0,.4"],
    "percent": ["~.2,0 0,.15 .2,.3 .35,.15 .2,0", ".9,0 .1,1", "~.8,.7 .65,.85 .8,1 1,.85 .8,.7"],
    "lightning": [".6,0 .2,.55 .7,.5 .3,1"],
    "flower": ["~.5,.5 .2,.2 .5,0 .8,.2 .5,.5", ".5,.5 .5,1", "~.5,.8 .8,.6 .9,.7 .5,.85"],
    "wheel": ["~.5,0 .07,.25 .07,.75 .5,1 .93,.75 .93,.25 .5,0", ".5,0 .5,1", "0,.5 1,.5"],
    "fish": ["~1,.2 .5,.8 .15,.5 .5,.2 1,.8", "1,.2 1,.8"],
    "diamond": [".5,0 1,.5 .5,1 0,.5 .5,0"],
    "double arrow": ["0,.5 1,.5", ".25,.25 0,.5 .25,.75", ".75,.25 1,.5 .75,.75"],
    "stairs": ["0,1 0,.66 .33,.66 .33,.33 .66,.33 .66,0 1,0"],
    "hourglass": ["0,0 1,0 0,1 1,1 0,0"],
}


def _strokes(template, rng: np.random.Generator, jitter: float) -> list[np.ndarray]:
    """The strokes of a template in its unit box, with its corners moved by a hand."""
    found = []
    for line in template:
        points = np.array([p.split(",") for p in line.lstrip("~").split()], float)
        points += rng.normal(0, jitter, points.shape)
        found.append(_smooth(points) if line.startswith("~") else _along(points))
    return found


def _along(points: np.ndarray, step: float = 0.08) -> np.ndarray:
    """Points along a line with corners, as close together as a pen's."""
    parts = [points[:1]]
    for a, b in itertools.pairwise(points):
        count = max(int(np.hypot(*(b - a)) / step), 1)
        parts.append(a + (b - a) * np.linspace(0, 1, count + 1)[1:, None])
    return np.concatenate(parts)


def _smooth(points: np.ndarray) -> np.ndarray:
    """A smooth curve through points (Catmull and Rom's)."""
    p = np.concatenate([2 * points[:1] - points[1:2], points, 2 * points[-1:] - points[-2:-1]])
    t = np.linspace(0, 1, 8, endpoint=False)[:, None]
    parts = [
        0.5
        * (
            2 * b
            + (c - a) * t
            + (2 * a - 5 * b + 4 * c - d) * t**2
            + (3 * b - a - 3 * c + d) * t**3
        )
        for a, b, c, d in zip(p, p[1:], p[2:], p[3:], strict=False)
    ]
    return np.concatenate([*parts, points[-1:]])


def _by_hand(strokes, rng: np.random.Generator, size: float, width: float | None = None):
    """Strokes of a unit box on the canvas: stretched, slanted, turned, scaled and shifted.

    `size` is the height in pixels and `width` the width; None: somewhat narrower than high.
    """
    wide = rng.uniform(0.6, 1) * size if width is None else width
    turn, slant = rng.normal(0, 0.08), rng.normal(0, 0.12)
    cos, sin = np.cos(turn), np.sin(turn)
    matrix = np.array([[cos, -sin], [sin, cos]]) @ np.array([[wide, -slant * size], [0, size]])
    moved = [(s - 0.5) @ matrix.T for s in strokes]
    every = np.concatenate(moved)
    low, high = every.min(axis=0), every.max(axis=0)
    room = np.maximum((CANVAS - 20 - (high - low)) / 2, 0)
    middle = CANVAS / 2 + rng.uniform(-1, 1, 2) * np.minimum(room, 30) - (low + high) / 2
    return [s + middle for s in moved]


def _template(template) -> Callable:
    return lambda rng: _by_hand(_strokes(template, rng, 0.035), rng, rng.uniform(130, 230))


def digit(name: str, rng: np.random.Generator) -> list[np.ndarray]:
    """One digit, from its template."""
    return _by_hand(_strokes(DIGITS[name], rng, 0.03), rng, rng.uniform(130, 230))


def number(rng: np.random.Generator, digits: int) -> list[np.ndarray]:
    """Several digits side by side, with gaps that differ; some touch."""
    at, found = 0.0, []
    for name in rng.choice(list(DIGITS), digits):
        wide = rng.uniform(0.45, 0.7) * (0.5 if name == "1" else 1)
        part = _strokes(DIGITS[name], rng, 0.03)
        drop, tall = rng.normal(0, 0.05), rng.uniform(0.85, 1.1)
        found += [s * [wide, tall] + [at, drop] for s in part]
        at += wide + rng.uniform(0.08, 0.3)
    size = min(rng.uniform(110, 200), 240 / at)
    return _by_hand([s / [at, 1] for s in found], rng, size, size * at)


def dot(rng: np.random.Generator) -> list[np.ndarray]:
    """A tap of the pen, which moves by a few pixels at most."""
    return [rng.uniform(60, 220, 2) + rng.normal(0, 1.5, (rng.integers(1, 5), 2))]


def dash(rng: np.random.Generator) -> list[np.ndarray]:
    """A single short line in any direction."""
    turn, length = rng.uniform(0, np.pi), rng.uniform(20, 50)
    line = np.linspace(-0.5, 0.5, 6)[:, None] * length * [np.cos(turn), np.sin(turn)]
    return [line + rng.uniform(70, 210, 2) + rng.normal(0, 0.8, line.shape)]


def level(rng: np.random.Generator) -> list[np.ndarray]:
    """A long line that lies down: a minus sign."""
    line = np.linspace(-0.5, 0.5, 12)[:, None] * rng.uniform(90, 220) * [1, rng.normal(0, 0.1)]
    return [line + CANVAS / 2 + rng.normal(0, 1, line.shape)]


def scribble(rng: np.random.Generator) -> list[np.ndarray]:
    """A long line without a plan."""
    points = rng.uniform(0, 1, (rng.integers(10, 30), 2))
    return _by_hand([_smooth(points)], rng, rng.uniform(110, 220))


def zigzag(rng: np.random.Generator) -> list[np.ndarray]:
    """Back and forth, as one blackens a spot."""
    count = rng.integers(7, 16)
    points = np.column_stack([np.arange(count) % 2, np.linspace(0, 1, count)])
    return _by_hand([_along(points + rng.normal(0, 0.05, points.shape))], rng, 170)


def spiral(rng: np.random.Generator) -> list[np.ndarray]:
    """Around and around, outwards."""
    turns = np.linspace(0.2, rng.uniform(2.3, 4), 90)[:, None]
    angle = 2 * np.pi * turns + rng.uniform(0, 6)
    radius = turns / turns.max() / 2
    return _by_hand([0.5 + radius * np.hstack([np.cos(angle), np.sin(angle)])], rng, 180, 180)


def wave(rng: np.random.Generator) -> list[np.ndarray]:
    """A wavy line from left to right."""
    x = np.linspace(0, 1, 80)
    y = 0.5 + 0.5 * np.sin(2 * np.pi * rng.uniform(2, 4) * x + rng.uniform(0, 6))
    return _by_hand([np.column_stack([x, y])], rng, rng.uniform(50, 120), rng.uniform(150, 230))


def smiley(rng: np.random.Generator) -> list[np.ndarray]:
    """A face: a circle with two eyes and a mouth."""
    angle = np.linspace(0, 2 * np.pi, 40)[:, None] + rng.uniform(0, 6)
    face = 0.5 + 0.5 * np.hstack([np.cos(angle), np.sin(angle)])
    eyes = [np.array([[x, 0.35], [x + 0.01, 0.4]]) + rng.normal(0, 0.02, 2) for x in (0.35, 0.65)]
    mouth = _smooth(np.array([[0.28, 0.65], [0.5, 0.78], [0.72, 0.65]]))
    return _by_hand([face, *eyes, mouth], rng, rng.uniform(150, 230))


def dots(rng: np.random.Generator) -> list[np.ndarray]:
    """Several taps of the pen."""
    return [rng.uniform(40, 240, (1, 2)) for _ in range(rng.integers(3, 7))]


KINDS: dict[str, Callable[[np.random.Generator], list[np.ndarray]]] = {
    "two digits": lambda rng: number(rng, 2),
    "three digits": lambda rng: number(rng, 3),
    "dot": dot,
    "dots": dots,
    "short dash": dash,
    "minus": level,
    "scribble": scribble,
    "zigzag": zigzag,
    "spiral": spiral,
    "wave": wave,
    "smiley": smiley,
    **{f"sign {name}": _template(strokes) for name, strokes in SIGNS.items()},
    **{f"letter {name}": _template(strokes) for name, strokes in LETTERS.items()},
}

HELD_OUT = {name: _template(strokes) for name, strokes in UNSEEN.items()}


def drawn(strokes, brush: float = 18) -> np.ndarray:
    """The strokes on the canvas where they are: (CANVAS, CANVAS) uint8."""
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    extent = float((high - low).max())
    return render(strokes, brush=brush, extent=max(extent, 1e-6), shift=(low + high - CANVAS) / 2)
