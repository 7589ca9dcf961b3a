"""What only one lane of a race gets wrong: the digits at which a setting's own weakness shows.

The workers have read all validation digits at the end of an epoch anyway; here their answers are
only compared.
"""

from functools import partial
from typing import NamedTuple

import numpy as np
import streamlit as st

from ann.counting import surest_mistakes
from ann.running.chunk import open_split
from ann.running.view import View
from pages.race import current
from pages.race.current import Lane
from pages.ui import digits
from pages.ui.live import beat

MOST_SHOWN = 18  # digits in a lane's column


class Alone(NamedTuple):
    """How many digits only one lane gets wrong, and the surest of them as HTML."""

    count: int
    strip: str


def find(lanes: list[Lane], views: list[View], key: tuple) -> list[Alone] | None:
    """For each lane what it alone gets wrong, after its last epoch; `key` as for `screen.once`.

    None where the lanes are judged by different digits, by none, or one has no epoch behind it.
    """
    answered = all(view.history.answers is not None for view in views)
    if not answered or len({lane.job.source for lane in lanes}) > 1:
        return None
    return beat.once("race.alone", key, partial(_compare, lanes, views))


def show(alone: Alone) -> None:
    """A lane's own mistakes, in its column."""
    st.markdown(
        f"**Only this one gets wrong**: {alone.count:,}",
        help="What it is → what this one reads. The surest come first.",
    )
    st.html(alone.strip)


def _compare(lanes: list[Lane], views: list[View]) -> list[Alone] | None:
    split, names = open_split(lanes[0].job.source), current.race().digits.class_names
    labels = split.validation_y
    if not len(labels):
        return None
    answers = np.array([view.history.answers for view in views])
    lonely = (answers != labels).sum(axis=0) == 1
    found = []
    for read_as, view in zip(answers, views, strict=True):
        own = surest_mistakes(labels, np.where(lonely, read_as, labels), view.history.confidence)
        shown = own[:MOST_SHOWN]
        captions = [f"{names[labels[i]]} → {names[read_as[i]]}" for i in shown]
        strip = digits.strip(np.asarray(split.validation_x[shown]), captions, size=44)
        found.append(Alone(len(own), strip))
    return found
