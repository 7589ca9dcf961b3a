"""The digits that only one lane of a race gets wrong: they show the weakness of its setting.

After each epoch the workers classify all validation digits anyway. Here their answers are only
compared.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import streamlit as st

from ann.measure import most_confident_mistakes
from ann.running.chunk import open_split
from ann.running.view import View
from pages.ui import digits
from pages.ui.live import beat
from pages.ui.repeats.lanes import Lane

MOST_SHOWN = 18  # digits in a lane's column


class OwnMistakes(NamedTuple):
    """How many digits only this lane gets wrong, and the most confident mistakes as HTML."""

    number: int
    strip: str


def find(
    lanes: list[Lane], views: list[View], names: Sequence[str], key: tuple[Any, ...]
) -> list[OwnMistakes] | None:
    """What each lane alone gets wrong after its last epoch, with the `names` of the classes.

    `key` is that of `beat.once`. None if a lane has not finished an epoch, or if the lanes have
    different validation digits or none.
    """
    answers = [view.history.answers for view in views]
    if any(one is None for one in answers) or len({lane.job.source for lane in lanes}) > 1:
        return None
    return beat.once("race.own_mistakes", key, partial(_compare, lanes, views, names))


def show(mistakes: OwnMistakes) -> None:
    """A lane's own mistakes, in its column."""
    st.markdown(
        f"**Only this lane gets wrong**: {mistakes.number:,}",
        help="True class → this lane's answer. The most confident mistakes come first.",
    )
    st.html(mistakes.strip)


def _compare(
    lanes: list[Lane], views: list[View], names: Sequence[str]
) -> list[OwnMistakes] | None:
    split = open_split(lanes[0].job.source)
    labels = split.validation_y
    if not len(labels):
        return None
    answers = np.array([view.history.answers for view in views])
    only_one = (answers != labels).sum(axis=0) == 1
    found = []
    for answer, view in zip(answers, views, strict=True):
        if view.history.confidence is None:
            return None
        own_wrong = np.where(only_one, answer, labels)
        own = most_confident_mistakes(labels, own_wrong, view.history.confidence)
        shown = own[:MOST_SHOWN]
        captions = [f"{names[labels[i]]} → {names[answer[i]]}" for i in shown]
        strip = digits.strip(np.asarray(split.validation_x[shown]), captions, size=44)
        found.append(OwnMistakes(len(own), strip))
    return found
