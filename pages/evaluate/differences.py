"""Two sets of answers to the same digits: the difference in accuracy, and where they differ.

N digits. Because the digits are the same, the answers are compared digit by digit.
"""

from typing import NamedTuple

import numpy as np
import streamlit as st

from ann.evaluation.significance import Verdict, judge
from pages.evaluate import subject
from pages.evaluate.subject import VALIDATION
from pages.ui import charts, digits, frame, words
from pages.ui.inside import from_digits
from pages.ui.networks.subject import Subject
from pages.ui.repeats.verdicts import sentence

MOST_SHOWN = 12  # digits in a row of the picture
LOOK_FOR = (
    "Mark: the difference in accuracy. Bar: its 95% confidence interval. If the bar touches the "
    "dotted line at 0, the difference could be luck."
)


class Side(NamedTuple):
    """One set of answers: what it is called, what to call its own mistakes, and the answers."""

    name: str
    mistakes: str
    predictions: np.ndarray  # (N,) classes


def difference(labels: np.ndarray, ours: np.ndarray, theirs: np.ndarray) -> Verdict | None:
    """How much more accurate their predictions (N,) are, judged by pairs: digit by digit."""
    right = [(predictions == labels).astype(float) for predictions in (ours, theirs)]
    return judge(*(list(values) for values in right), paired=True)


def show(
    judged: Subject, part: str, ours: Side, theirs: Side, names: tuple[str, ...], key: str
) -> None:
    """The verdict and its interval, then the digits that only one side gets wrong.

    Both sides answer the first N digits of the part, VALIDATION or TEST.
    """
    labels = subject.part(judged, part)[1][: len(ours.predictions)]
    verdict = difference(labels, ours.predictions, theirs.predictions)
    if verdict is None:
        return
    box, icon = (st.success, "check_circle") if verdict.real else (st.info, "casino")
    box(words.plain(sentence(ours.name, theirs.name, verdict)), icon=f":material/{icon}:")
    intervals = charts.difference_intervals([(theirs.name, 1, verdict)], (ours.name, 0))
    frame.chart(intervals, key, LOOK_FOR)
    right, right_there = (side.predictions == labels for side in (ours, theirs))
    both = int((right & right_there).sum())
    st.caption(
        f"Of {words.counted(len(right), 'digit')}, both classify {both:,} correctly and both get "
        f"{int((~right & ~right_there).sum()):,} wrong. Only where they differ can one be better."
    )
    for side, only in ((ours, ~right & right_there), (theirs, right & ~right_there)):
        found = np.flatnonzero(only)
        st.markdown(f"**{words.plain(side.mistakes)}**: {len(found):,}")
        if len(found):
            _strip(judged, part, side, found[:MOST_SHOWN], names)


def _strip(
    judged: Subject, part: str, wrong: Side, shown: np.ndarray, names: tuple[str, ...]
) -> None:
    images, labels = subject.part(judged, part)
    captions = [f"{names[labels[i]]} → {names[wrong.predictions[i]]}" for i in shown]
    looks = from_digits.validation(shown) if part == VALIDATION else None
    st.html(digits.strip(np.asarray(images[shown]), captions, size=44, looks=looks))
