"""The smallest change found that flips a network's answer: an adversarial example.

Szegedy et al. (2014) noticed that tiny changes, chosen by the gradient, turn an answer into
another. Size is measured in one of two norms: L∞, the largest change of any pixel, or L2, the
length of the change as a vector. "Found" because a network has too many linear pieces to try all:
there may be a smaller change. A size here is never too small, as the changed digit proves it.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ann.inside.why import jacobian, logits
from ann.run import Run

LINF, L2 = "Linf", "L2"
RANGE = (0.0, 255.0)  # gray levels that a changed pixel may have
ROUNDS = 12  # linearizations at most
CANDIDATES = (
    10  # classes whose boundaries are tried, the nearest first, ignoring the limits of RANGE
)
TRIED = 33  # points on a line, twice: the second time between two neighbors of the first
REACH = 2.0  # how far beyond the linear estimate the boundary is looked for
SLACK = 1e-3  # of the lead that is asked for, so that rounding does not undo the change
WORTHWHILE = 1e-3  # share by which a change must be smaller to look on


class Flip(NamedTuple):
    """A changed digit with another answer."""

    changed: np.ndarray  # (D,) float32, gray levels within RANGE
    before: int  # the network's answer to the digit
    after: int  # and to the changed one
    largest: float  # L∞ of the change, in gray levels
    length: float  # L2 of the change, in gray levels


def smallest_change(
    run: Run,
    x: np.ndarray,
    norm: str = LINF,
    target: int | None = None,
    toward: np.ndarray | None = None,
    rounds: int = ROUNDS,
) -> Flip | None:
    """The smallest change of one digit x (D,) that was found to flip its answer.

    With a `target`, the new answer is that class. None if no change was found, or if `target` is
    the answer already. Where the slopes lead nowhere, the search begins on the way to each of the
    pictures `toward` (K, D); if one of them has the new answer, a change is found. `rounds` bounds
    the work.

    At a point near the boundary to another class, the lead is nearly linear; the smallest change
    that closes this linear lead within RANGE has a closed form up to one number. The true boundary
    is then looked for on the line through it, and the next linearization is made there: DeepFool
    (Moosavi-Dezfooli et al. 2016), started anew from the digit as in FAB (Croce and Hein 2020).
    """
    if norm not in (LINF, L2):
        raise ValueError(f"norm: got {norm!r}, allowed are {LINF!r} and {L2!r}")
    start = x.astype(np.float32)
    before = int(logits(run, start[None])[0].argmax())
    if target == before:
        return None
    search = _Search(run, start, norm, before, target, rounds)
    search.refine(start)
    if search.best is None and toward is not None:
        for picture in toward:
            reached = search.on_the_way(picture - start, 1.0)
            if reached is not None and search.is_better(reached):
                search.refine(reached)
    if search.best is None:
        return None
    change = search.best - start
    after = int(logits(run, search.best[None])[0].argmax())
    return Flip(search.best, before, after, _size(change, LINF), _size(change, L2))


def flips_by_chance(
    run: Run, x: np.ndarray, found: Flip, norm: str, count: int, seed: int = 0
) -> int:
    """How many of `count` random changes of one digit x (D,), of the size found, flip its answer.

    In L∞, each pixel goes up or down by chance; in L2, the direction is any, all equally likely.
    """
    random = np.random.default_rng(seed)
    if norm == LINF:
        changes = found.largest * random.choice([-1.0, 1.0], (count, len(x)))
    else:
        changes = random.standard_normal((count, len(x)))
        changes *= found.length / np.linalg.norm(changes, axis=1, keepdims=True)
    points = np.clip(x + changes, *RANGE).astype(np.float32)
    return int((logits(run, points).argmax(axis=1) != found.before).sum())


@dataclass
class _Search:
    """The search from one digit, and the nearest changed digit (D,) that it has found."""

    run: Run
    start: np.ndarray
    norm: str
    before: int
    target: int | None
    rounds: int
    best: np.ndarray | None = None

    def refine(self, at: np.ndarray) -> None:
        """Linearize at a point, find the true boundary on the way to the linear one, and repeat."""
        for _ in range(self.rounds):
            change = self.linear(at)
            if change is None:
                return
            reached = self.on_the_way(change, REACH)
            if reached is None and self.best is None:  # it is far from linear: look to the end
                whole = (RANGE[1] - RANGE[0]) / max(_size(change, LINF), 1e-6)
                reached = self.on_the_way(change, whole)
            if reached is None:
                at = np.clip(self.start + change, *RANGE)
            elif self.is_better(reached):
                at = reached
            else:
                return

    def is_better(self, reached: np.ndarray) -> bool:
        """Keep this changed digit if it is clearly nearer than the best so far."""
        if self.best is not None:
            size = _size(self.best - self.start, self.norm)
            if _size(reached - self.start, self.norm) > size * (1 - WORTHWHILE):
                return False
        self.best = reached
        return True

    def linear(self, at: np.ndarray) -> np.ndarray | None:
        """The smallest change (D,) of the digit that flips the network linearized at a point."""
        z, slopes = jacobian(self.run, at)
        leads = slopes - slopes[self.before]  # of each class over the answer
        # linear in the change r: z - z[before] + leads · (r - moved), to become just above 0
        needed = leads @ (at - self.start) - (z - z[self.before])
        needed += SLACK * (1 + np.abs(z).max())
        classes = np.arange(len(z))
        others = classes != self.before if self.target is None else classes == self.target
        leads, needed = leads[others], needed[others]
        dual = np.abs(leads).sum(axis=1) if self.norm == LINF else np.linalg.norm(leads, axis=1)
        likely = np.flatnonzero((dual > 0) & np.isfinite(dual))
        if not len(likely):
            return None
        likely = likely[np.argsort(needed[likely] / dual[likely])][:CANDIDATES]
        leads, needed = leads[likely], needed[likely]
        directions = np.sign(leads) if self.norm == LINF else leads
        low, high = RANGE[0] - self.start, RANGE[1] - self.start
        changes = _stretched(directions, leads, needed, low, high)
        short = needed - (leads * changes).sum(axis=1) > SLACK * np.abs(needed)
        sizes = np.where(short, np.inf, [_size(change, self.norm) for change in changes])
        smallest: np.ndarray = changes[sizes.argmin()]
        return smallest

    def on_the_way(self, change: np.ndarray, reach: float) -> np.ndarray | None:
        """The first of some points from the digit to `reach` times `change` that flips."""
        shares = reach * np.linspace(0, 1, TRIED, dtype=np.float32) ** 2  # denser near the digit
        found = None
        for _ in range(2):
            points = np.clip(self.start + shares[:, None] * change, *RANGE)
            answers = logits(self.run, points).argmax(axis=1)
            # a whole batch rounds otherwise than one digit alone, and here is where that matters
            for k in map(int, np.flatnonzero(self.flips(answers))):
                if self.flips(logits(self.run, points[k][None]).argmax(axis=1))[0]:
                    break
            else:
                return found
            found = points[k]
            shares = np.linspace(shares[max(k - 1, 0)], shares[k], TRIED, dtype=np.float32)
        return found

    def flips(self, answers: np.ndarray) -> np.ndarray:
        """Which of these answers (N,) are what is looked for."""
        flipped: np.ndarray = (
            answers != self.before if self.target is None else answers == self.target
        )
        return flipped


def _stretched(
    directions: np.ndarray,
    slopes: np.ndarray,
    needed: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
) -> np.ndarray:
    """Each row: clip(s · direction, low, high) with the smallest s so that slope · row = needed.

    For both norms this is the smallest such change within the box. If the box is too small for it,
    it is the largest that fits.
    """
    moving = np.where(directions == 0, np.inf, np.abs(directions)).min(axis=1)
    few, many = np.zeros(len(needed)), (RANGE[1] - RANGE[0]) / moving
    for _ in range(50):
        middle = (few + many) / 2
        rows = np.clip(middle[:, None] * directions, low, high)
        enough = (slopes * rows).sum(axis=1) >= needed
        few, many = np.where(enough, few, middle), np.where(enough, middle, many)
    changes: np.ndarray = np.clip(many[:, None] * directions, low, high).astype(np.float32)
    return changes


def _size(change: np.ndarray, norm: str) -> float:
    return float(np.abs(change).max() if norm == LINF else np.linalg.norm(change))
