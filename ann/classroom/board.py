"""What a class sees of its runs together: spread of luck, confusions, digits that all get wrong.

Everything follows from a snapshot. Runs on another data set than the one that most members use
cannot be compared with theirs and are left out.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ann.classroom.post import RunPost
from ann.classroom.snapshot import Member, Posted, Snapshot
from ann.recipe import Recipe


class Dot(NamedTuple):
    """A run, as a point of a chart."""

    member: Member
    run: RunPost


class Spread(NamedTuple):
    """Networks with the same settings that differ in their seed alone. Accuracies are shares."""

    recipe: Recipe  # with the default seed
    networks: int
    mean: float
    low: float
    high: float
    multiply_adds: float  # the mean of their trainings


class Confusions(NamedTuple):
    """The confusion matrices of several networks, added up."""

    networks: int
    counts: npt.NDArray[np.int64]  # (C, C): true class, answer


class Missed(NamedTuple):
    """By how many networks each validation digit was classified wrongly."""

    validation_fraction: float  # which digits these are
    networks: int
    counts: npt.NDArray[np.int64]  # (N,)


class Drop(NamedTuple):
    """A network on validation and on test digits, as shares."""

    member: Member
    validation: float
    test: float


class Ranked(NamedTuple):
    """A member's best validation accuracy; equal ones share a place."""

    place: int
    member: Member
    accuracy: float


def main_fingerprint(snapshot: Snapshot) -> str:
    """The data set of most members' latest runs, of the newest one in a tie; "" without runs."""
    used = Counter(posted.run.fingerprint for posted in reversed(latest(snapshot)))
    return used.most_common(1)[0][0] if used else ""


def latest(snapshot: Snapshot, fingerprint: str | None = None) -> tuple[Posted, ...]:
    """The newest run of each member, the oldest of them first; on one data set, if it is named."""
    newest: dict[int, Posted] = {}
    for posted in snapshot.runs:
        if fingerprint in (None, posted.run.fingerprint):
            newest[posted.member] = posted
    return tuple(sorted(newest.values(), key=lambda posted: posted.id))


def dots(snapshot: Snapshot) -> tuple[Dot, ...]:
    """All runs with a validation accuracy, the oldest first."""
    fingerprint, members = main_fingerprint(snapshot), _members(snapshot)
    return tuple(
        Dot(members[posted.member], posted.run)
        for posted in snapshot.runs
        if posted.member in members
        and posted.run.fingerprint == fingerprint
        and _is_share(posted.run.validation_accuracy)
        and posted.run.multiply_adds > 0
    )


def spreads(shown: Iterable[Dot]) -> tuple[Spread, ...]:
    """The runs with the same settings and two seeds or more, most networks first.

    The same settings and seed lead to the same network, so it counts once, however many trained it.
    """
    groups: dict[tuple[Recipe, float], dict[int, RunPost]] = defaultdict(dict)
    for _, run in shown:
        groups[replace(run.recipe, seed=Recipe().seed), run.epochs][run.recipe.seed] = run
    found = []
    for (recipe, _), by_seed in groups.items():
        scores = [run.validation_accuracy for run in by_seed.values()]
        if len(scores) > 1:
            cost = sum(run.multiply_adds for run in by_seed.values()) / len(scores)
            mean = sum(scores) / len(scores)
            found.append(Spread(recipe, len(scores), mean, min(scores), max(scores), cost))
    return tuple(sorted(found, key=lambda spread: -spread.networks))


def confusions(snapshot: Snapshot) -> Confusions | None:
    """The confusions of each member's latest network together; None if there are none."""
    matrices = [
        np.array(posted.run.confusion, np.int64)
        for posted in latest(snapshot, main_fingerprint(snapshot))
        if _digits(posted.run)
    ]
    if not matrices:
        return None
    classes = Counter(map(len, matrices)).most_common(1)[0][0]
    same = [matrix for matrix in matrices if len(matrix) == classes]
    return Confusions(len(same), np.sum(same, axis=0))


def missed(snapshot: Snapshot) -> Missed | None:
    """How many of the members' latest networks got each validation digit wrong.

    Networks count that were measured on the same digits: of several such groups, the largest.
    None if nothing is known.
    """
    groups: dict[tuple[float, int], list[RunPost]] = defaultdict(list)
    for posted in latest(snapshot, main_fingerprint(snapshot)):
        digits = _digits(posted.run)
        if digits and len(posted.run.wrong) == _base64_length(digits):
            groups[posted.run.recipe.validation_fraction, digits].append(posted.run)
    if not groups:
        return None
    (fraction, digits), runs = max(groups.items(), key=lambda group: len(group[1]))
    counts = np.array([run.wrong_digits(digits) for run in runs], np.int64).sum(0)
    return Missed(fraction, len(runs), counts)


def drops(snapshot: Snapshot) -> tuple[Drop, ...]:
    """The networks that the test set has judged, in the order of their members."""
    members = _members(snapshot)
    validation = {(p.member, p.run.number): p.run.validation_accuracy for p in snapshot.runs}
    found = [
        Drop(members[one.member], validation[one.member, one.run], one.accuracy)
        for one in snapshot.tested
        if one.member in members and (one.member, one.run) in validation
    ]
    known = [drop for drop in found if _is_share(drop.validation) and _is_share(drop.test)]
    return tuple(sorted(known, key=lambda drop: drop.member.look))


def ranking(shown: Iterable[Dot]) -> tuple[Ranked, ...]:
    """The members by their best validation accuracy."""
    best: dict[Member, float] = {}
    for member, run in shown:
        best[member] = max(best.get(member, 0.0), run.validation_accuracy)
    scores = sorted(best.values(), reverse=True)
    ranked = [Ranked(1 + scores.index(score), member, score) for member, score in best.items()]
    return tuple(sorted(ranked, key=lambda one: (one.place, one.member.look)))


def _members(snapshot: Snapshot) -> dict[int, Member]:
    return {member.id: member for member in snapshot.members}


def _is_share(value: float) -> bool:
    return math.isfinite(value) and 0 <= value <= 1


def _digits(run: RunPost) -> int:
    """How many validation digits a run was measured on; 0 if that is not known."""
    total = sum(map(sum, run.confusion))
    return total if total < MOST_DIGITS else 0


MOST_DIGITS = 10_000_000  # more are a damaged post


def _base64_length(digits: int) -> int:
    """The characters that one bit per digit takes."""
    return (((digits + 7) // 8 + 2) // 3) * 4
