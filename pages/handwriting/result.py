"""What the networks read: the drawings kept aside, and the validation digits."""

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple
from weakref import ref

import numpy as np
import streamlit as st

from ann.evaluation.significance import judge
from ann.events import Reason
from ann.keeping.drawings import Drawing
from ann.running.chunk import open_split
from ann.running.view import Status, View
from data import DIGITS
from pages.handwriting import collection, teaching
from pages.handwriting.teaching import Teaching
from pages.ui import charts, digits, words
from pages.ui.charts import Dots
from pages.ui.live import beat
from pages.ui.repeats.lanes import Lane
from pages.ui.repeats.verdicts import sentence

MOST_SHOWN = 60  # drawings below the charts
GROUPS = ("your drawings kept aside", "validation digits")
TESTED = ("On your {:,} drawings kept aside", "On {:,} validation digits")
LOOK_FOR = (
    "Dot: the share classified correctly. Bar: its 95% confidence interval, longer where there are "
    "few digits. Does adding yours help with your digits, and does it cost anything elsewhere?"
)
CURVES = "Validation accuracy after each epoch: digits of other people, the same for all networks."
RECALL = (
    "Recall on the validation digits: the share of each digit that is classified correctly, with "
    "its 95% interval. How far does it fall for a digit with few examples?"
)
STRIP = (
    "Your drawings kept aside, first those on which the networks disagree. Below each: what you "
    "meant, then each network's answer, one line each; ✓ right, ✗ wrong. Framed: at least one is "
    "wrong."
)


class Answers(NamedTuple):
    """What one network answers, with what is right; labels of the classes."""

    aside: np.ndarray  # (N,) to the drawings kept aside
    meant: np.ndarray  # (N,)
    validation: np.ndarray  # (M,); empty before the first epoch
    labels: np.ndarray  # (M,)

    @property
    def right(self) -> tuple[np.ndarray, np.ndarray]:
        """Which answers are right: (N,) and (M,) bool."""
        return self.aside == self.meant, self.validation == self.labels


def show(status: Status, written: Sequence[Drawing]) -> None:
    """Draw what moves, at the server's beat while a network trains."""
    current = teaching.teaching()
    before, now = current.writer, collection.writer(written)
    if before and before.images.tobytes() != now.images.tobytes():
        st.caption(":material/history: Your drawings have changed since this training began.")
    beat.live(status, teaching.status, _draw)


def _draw() -> None:
    current = teaching.teaching()
    lanes, writer = current.lanes, current.writer
    if not lanes or writer is None:
        return
    views = [lane.job.view() for lane in lanes]
    _progress(views)
    for lane, view in zip(lanes, views, strict=True):
        if view.status == Status.FAILED or view.state.reason == Reason.DIVERGED:
            text = f"**{lane.name}**: {words.plain(view.message)}"
            st.warning(text, icon=":material/warning:")
    if not all(view.state.step for view in views):
        return
    key = tuple((ref(lane.job), view.revision) for lane, view in zip(lanes, views, strict=True))
    found = beat.once("hand.answers", key, partial(_answers, current, views))
    left, right = st.columns([3, 2])
    with left:
        beat.chart("hand.shares", key, partial(_shares, lanes, found), LOOK_FOR)
    with right:
        named = [(lane.name, view.history) for lane, view in zip(lanes, views, strict=True)]
        curves = partial(charts.race_curves, named, "accuracy")
        beat.chart("hand.curves", key, curves, CURVES)
    if all(view.state.reason for view in views):
        _verdicts(lanes, found)
    _strip(lanes, found, writer.half(aside=True)[0])
    if len(lanes) > 2 and all(len(one.validation) for one in found):
        beat.chart("hand.recall", key, partial(_recalls, lanes, found), RECALL)


def _progress(views: Sequence[View]) -> None:
    done = [1.0 if v.state.reason else min(v.state.epoch / v.recipe.epochs, 1.0) for v in views]
    running = [view for view in views if view.status == Status.RUNNING]
    text = f"{len(views) - len(running)} of {len(views)} finished"
    if running:
        place = min(view.place for view in running)
        text += "  ·  " + words.time_left(max(view.seconds_left for view in running), place)
    elif any(view.status == Status.PAUSED for view in views):
        text = "Paused"
    st.progress(float(np.mean(done)), text)


def _answers(current: Teaching, views: Sequence[View]) -> list[Answers]:
    """What each network answers now."""
    assert current.writer is not None
    images, meant = current.writer.half(aside=True)
    found = []
    for lane, view in zip(current.lanes, views, strict=True):
        aside = lane.job.run(view).predict_proba(images).argmax(axis=1)
        said, labels = view.history.answers, open_split(lane.job.source).validation_y
        known = np.zeros(0, int) if said is None else np.asarray(said)
        found.append(Answers(aside, meant, known, labels[: len(known)]))
    return found


def _shares(lanes: Sequence[Lane], found: Sequence[Answers]) -> charts.Figure:
    dots = [
        Dots(lane.name, k, [(int(right.sum()), len(right)) for right in one.right])
        for k, (lane, one) in enumerate(zip(lanes, found, strict=True))
    ]
    return charts.share_dots(GROUPS, dots, x="", keep="hand shares", floor=0.8)


def _recalls(lanes: Sequence[Lane], found: Sequence[Answers]) -> charts.Figure:
    dots = []
    for k, (lane, one) in enumerate(zip(lanes, found, strict=True)):
        right = one.right[1]
        of_class = [right[one.labels == digit] for digit in range(len(DIGITS))]
        dots.append(Dots(lane.name, k, [(int(r.sum()), len(r)) for r in of_class]))
    return charts.share_dots(DIGITS, dots, x="Digit", keep="hand recall")


def _verdicts(lanes: Sequence[Lane], found: Sequence[Answers]) -> None:
    """Base + yours against base, drawing by drawing and digit by digit, in words."""
    base, yours = (one.right for one in found[:2])
    for told, before, after in zip(TESTED, base, yours, strict=True):
        pairs = [right.astype(float).tolist() for right in (before, after)]
        if verdict := judge(*pairs, paired=True):
            text = sentence(lanes[0].name, lanes[1].name, verdict)
            st.markdown(f"**{told.format(len(before))}**: {text}")


def _strip(lanes: Sequence[Lane], found: Sequence[Answers], images: np.ndarray) -> None:
    """The drawings kept aside with all answers, those first on which the networks disagree."""
    said, meant = np.array([one.aside for one in found]), found[0].meant  # (lanes, N), (N,)
    right = said == meant
    agree = np.where(right.all(axis=0), 2, np.where(right.any(axis=0), 0, 1))
    shown = np.argsort(agree, kind="stable")[:MOST_SHOWN]
    captions = [_caption(meant[k], said[:, k], right[:, k]) for k in shown]
    wrong = [place for place, k in enumerate(shown) if not right[:, k].all()]
    st.html(digits.strip(images[shown], captions, size=44, marked=wrong))
    st.caption(f"{STRIP} Networks: {words.listed([lane.name for lane in lanes])}.")


def _caption(meant: int, said: np.ndarray, right: np.ndarray) -> str:
    answers = [f"{'✓' if ok else '✗'} {DIGITS[c]}" for c, ok in zip(said, right, strict=True)]
    return "\n".join([DIGITS[meant], *answers])
