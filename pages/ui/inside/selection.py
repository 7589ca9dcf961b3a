"""Which digits Previous and Next lead to: all, the mistakes, a class, or one kind of confusion."""

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ann.inside.passes import affordable
from pages.ui import session
from pages.ui.inside import digit
from pages.ui.inside.subject import Subject

ALL, MISTAKES, CLASS, CONFUSION = "all", "mistakes", "class", "confusion"
MOST_ANSWERED = 10_000  # digits whose answers are looked at, and
MOST_WORK = 2e10  # multiply-adds for all of them: about a second
MOST_REMEMBERED = 6  # parts, for a visitor


class Selection(NamedTuple):
    """Some digits of a part. `label` and `answer` are classes, used where `kind` needs them."""

    kind: str = ALL
    label: int = 0  # the true class, of CLASS and CONFUSION
    answer: int = 0  # the network's answer, of CONFUSION


@dataclass
class Answers:
    """The network's answers to the digits of a part, for a few networks and parts."""

    found: OrderedDict[tuple[str, str, float, str], npt.NDArray[np.intp]] = field(
        default_factory=OrderedDict
    )


def searched(subject: Subject, letter: str) -> int:
    """How many digits of a part are searched for mistakes: the first ones, in a large network."""
    count = len(digit.images(subject, letter)[1])
    return min(count, MOST_ANSWERED, affordable(subject.run, MOST_WORK))


def answers(subject: Subject, letter: str) -> npt.NDArray[np.intp]:
    """The classes that the network answers to the `searched` digits of a part, computed once."""
    run, known = subject.run, session.keep(Answers).found
    key = (subject.weights, run.fingerprint, run.recipe.validation_fraction, letter)
    if key not in known:
        pictures = digit.images(subject, letter)[0][: searched(subject, letter)]
        known[key] = run.predict_proba(np.asarray(pictures)).argmax(axis=1)
        while len(known) > MOST_REMEMBERED:
            known.popitem(last=False)
    known.move_to_end(key)
    return known[key]


def members(subject: Subject, letter: str, wanted: Selection) -> npt.NDArray[np.intp]:
    """The indices of the digits of a part that are selected, in increasing order."""
    labels = digit.images(subject, letter)[1]
    if wanted.kind == ALL:
        return np.arange(len(labels))
    if wanted.kind == CLASS:
        return np.flatnonzero(labels == wanted.label)
    said = answers(subject, letter)
    labels = labels[: len(said)]
    if wanted.kind == MISTAKES:
        return np.flatnonzero(said != labels)
    return np.flatnonzero((labels == wanted.label) & (said == wanted.answer))


def confusions(subject: Subject, letter: str) -> list[tuple[int, int, int]]:
    """What is taken for what: (true class, answer, how often), the most frequent first."""
    said = answers(subject, letter)
    labels = digit.images(subject, letter)[1][: len(said)].astype(int)
    wrong = said != labels
    pairs, counts = np.unique(
        np.stack([labels[wrong], said[wrong]], axis=1), axis=0, return_counts=True
    )
    order = np.argsort(-counts, kind="stable")
    return [(int(pairs[k, 0]), int(pairs[k, 1]), int(counts[k])) for k in order]


def step(found: npt.NDArray[np.intp], index: int, forward: bool) -> int:
    """The next of these indices after `index`, or the previous one; it goes around at the ends.

    >>> found = np.array([2, 5, 9])
    >>> [step(found, at, True) for at in (0, 5, 9)], [step(found, at, False) for at in (2, 6)]
    ([2, 9, 2], [9, 5])
    """
    if forward:
        return int(found[np.searchsorted(found, index, side="right") % len(found)])
    return int(found[np.searchsorted(found, index, side="left") - 1])
