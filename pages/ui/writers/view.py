"""Whom can the network not read? Each writer of a class, tested on a network that never saw them.

`show` is the part of a page for that. Whoever shows it decides whose digits it gets, and whether
names stand beside the results.
"""

from collections.abc import Sequence
from functools import partial
from weakref import ref

import numpy as np
import streamlit as st

from ann.evaluation.metrics import wilson_interval
from ann.running.view import Status
from ann.search.leave_out import LeaveOneOut
from data import DIGITS
from data.writing.writers import Writer
from pages.ui import buttons, charts, digits, words
from pages.ui.charts import Dots
from pages.ui.live import beat
from pages.ui.writers import current

FEWEST = 2  # writers: one to learn from, and one to test on
MOST_SHOWN = 24  # digits that were read wrong
BUTTONS = (
    buttons.resume(current.resume, "the trainings"),
    buttons.stop(current.stop, "Stop here. The writers that have been tested stay in the picture."),
)
LOOK_FOR = (
    "Dot: the share of a writer's digits that are read correctly by a network that has never seen "
    "this writer. Bar: its 95% confidence interval. Those read worst come first. Does one writer "
    "stand out? How do they write, and who else writes like that?"
)
TOO_FEW = "This takes digits from at least two writers: a network learns from all but one."
ABOUT = (
    "A network learns from everybody except one writer and is tested on that one: {count} writers, "
    "{count} networks. Whoever is read badly writes in a way that the others don't. The network "
    "is not worse at digits; it has never seen theirs."
)


def show(writers: Sequence[Writer], *, named: bool = False, key: str = "writers") -> None:
    """Train one network for each writer without this one's digits, and show whom it cannot read.

    writers: `Writer(name, images, labels, aside)` of `data.writing` for each of them; images
    (N, 784) uint8 as `DrawingArchive` keeps them, labels (N,) uint8 from 0 to 9, and aside (N,)
    bool, which is `Drawing.aside`: what is kept aside never trains here, either. Pass only drawings
    that the viewer may see, such as those of `DrawingArchive.shared_by(owners)`. `of_drawings`
    makes writers of them. Writers without digits are left out.
    named: whether the writers' names are shown; without, they have numbers from the worst read on.
    key: begins the keys of the controls.

    Call it once on a page, outside any fragment. The trainings belong to the visitor: they go on
    while other pages are open, and through a reload.
    """
    writers = [writer for writer in writers if len(writer.labels)]
    if len(writers) < FEWEST:
        st.info(TOO_FEW, icon=":material/group:")
        return
    st.markdown(ABOUT.format(count=len(writers)))
    with_base = st.toggle(
        "Learn from other people's digits, too",
        key=f"{key}.base",
        persist_state="session",
        help="Adds the digits of your data set, or MNIST's 5,000. With more writers, the network "
        "reads most people better. Who is the exception?",
    )
    current.carry_out(writers, with_base)
    status = current.status()
    with st.container(horizontal=True, vertical_alignment="center"):
        buttons.begin(
            "Leave one writer out",
            f"{key}.train",
            "person_remove",
            "Trains a network for each writer, four at a time. They are not saved.",
            current.request,
        )
        buttons.row(BUTTONS, key, status)
    now = current.current()
    if now.group is None:
        return
    if current.mark(now.writers) != current.mark(writers):
        st.caption(":material/history: The digits have changed since this was trained.")
    beat.live(status, current.status, partial(_draw, named))


def of_drawings(drawings: Sequence[tuple[str, int, bytes, bool]]) -> list[Writer]:
    """Writers of drawings, given as (name, digit, picture, kept aside), in the order of names."""
    found = []
    for name in sorted({drawing[0] for drawing in drawings}):
        own = [drawing for drawing in drawings if drawing[0] == name]
        pixels = np.frombuffer(b"".join(picture for *_, picture, _ in own), np.uint8)
        labels = np.array([label for _, label, *_ in own], np.uint8)
        aside = np.array([kept for *_, kept in own], bool)
        found.append(Writer(name, pixels.reshape(len(own), -1), labels, aside))
    return found


def _draw(named: bool) -> None:
    now = current.current()
    group = now.group
    if group is None:
        return
    done = [turn for turn in group.turns if turn.ended]
    st.progress(group.progress(), f"{len(done)} of {len(group.turns)} writers tested")
    if group.status == Status.PAUSED:
        st.info(words.plain(group.message or "Paused."), icon=":material/info:")
    for turn in done:
        if turn.message:
            st.warning(words.plain(turn.message), icon=":material/warning:")
    order = ranked(group, now.writers)
    if not order:
        return
    names = [now.writers[k].name if named else f"{place}" for place, k in enumerate(order, 1)]
    version = ref(group), group.revision, named
    make = partial(_dots, group, now.writers, order, names)
    beat.chart("writers.dots", version, make, LOOK_FOR)
    st.markdown(_in_words(group, now.writers, order, names))
    wrong = partial(_misread, group, now.writers, order, names)
    if strip := beat.once("writers.misread", version, wrong):
        st.html(strip)
        st.caption("Read wrong: what was meant → the answer, with the writer below.")


def ranked(group: LeaveOneOut, writers: Sequence[Writer]) -> list[int]:
    """The numbers of the writers that have been tested, the worst read first."""
    tested = [turn.number for turn in group.turns if turn.answers is not None]
    return sorted(tested, key=lambda k: (_right(group, writers, k).mean(), k))


def _right(group: LeaveOneOut, writers: Sequence[Writer], number: int) -> np.ndarray:
    """Which of a writer's digits are read, (N,) bool."""
    right: np.ndarray = np.asarray(group.turns[number].answers) == writers[number].labels
    return right


def _dots(
    group: LeaveOneOut, writers: Sequence[Writer], order: Sequence[int], names: Sequence[str]
) -> charts.Figure:
    results = []
    for k in order:
        right = _right(group, writers, k)
        results.append((int(right.sum()), len(right)))
    dots = [Dots("never seen", 0, results)]
    return charts.share_dots(names, dots, x="Writer", keep="writers", floor=0.7)


def _in_words(
    group: LeaveOneOut, writers: Sequence[Writer], order: Sequence[int], names: Sequence[str]
) -> str:
    """The two ends of the order, in Markdown."""
    parts = []
    for what, place in (("Worst", 0), ("Best", -1)):
        right = _right(group, writers, order[place])
        low, high = wilson_interval(int(right.sum()), len(right))
        parts.append(
            f"**{what} read**: writer {words.plain(names[place])}, {right.mean():.0%} of "
            f"{words.counted(len(right), 'digit')} ({low:.0%} to {high:.0%})."
        )
    return " ".join(parts)


def _misread(
    group: LeaveOneOut, writers: Sequence[Writer], order: Sequence[int], names: Sequence[str]
) -> str:
    """HTML: digits that were read wrong, those of the worst read writer first; "" for none."""
    images: list[np.ndarray] = []
    captions: list[str] = []
    for k, name in zip(order, names, strict=True):
        said, writer = np.asarray(group.turns[k].answers), writers[k]
        for i in np.flatnonzero(said != writer.labels)[: MOST_SHOWN - len(images)]:
            images.append(writer.images[i])
            captions.append(f"{DIGITS[writer.labels[i]]} → {DIGITS[said[i]]}\n{name[:12]}")
    return digits.strip(images, captions, size=48) if images else ""
