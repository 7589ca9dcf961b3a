"""Open the test set of a class: once, for all; the workers test each member's best run."""

import logging
import threading
import time
from collections.abc import Sequence
from concurrent.futures import CancelledError
from functools import partial
from typing import NamedTuple

import numpy as np
import streamlit as st

from ann.classroom.opening import chosen, pending
from ann.classroom.overview import best_run
from ann.classroom.snapshot import Classroom, Posted, Snapshot, Tested
from ann.inside.robustness import classified_correctly
from ann.keeping.classrooms import ClassArchive
from ann.keeping.database import ArchiveError, UnusableError
from ann.keeping.runs import Archive
from ann.running.turns import Share
from pages.classroom import live, steer
from pages.ui.inside.computed import sent
from pages.ui.server import datasets, stores, workers
from pages.ui.words import counted

LOG = logging.getLogger(__name__)
MOST_SECONDS = 120.0  # to test one network, waiting included
# Trouble that may pass: a worker died or is busy, the file is locked, the class has been deleted.
PASSING = (RuntimeError, OSError, CancelledError, ArchiveError)
Digits = tuple[np.ndarray, np.ndarray]  # images (N, D) and labels (N,)


class Means(NamedTuple):
    """What a thread needs to test the networks of a class."""

    classes: ClassArchive
    runs: Archive
    share: Share  # of the workers
    digits: dict[str, Digits]  # test sets by the fingerprints of their data sets


class Openings:
    """The test sets that are being opened on this server; any thread may call it.

    What is done is in the archive. So after a crash, or where a worker has died, the next look
    tests only those who have no result yet.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._busy: set[int] = set()  # classes
        self._lost: dict[int, str] = {}  # post -> why it can't be tested

    def lost(self, snapshot: Snapshot) -> tuple[tuple[Posted, str], ...]:
        """The runs that can't be tested, and why."""
        left = pending(snapshot)
        return tuple((posted, self._lost[posted.id]) for posted in left if posted.id in self._lost)

    def left(self, snapshot: Snapshot) -> tuple[Posted, ...]:
        """What is to be tested now; nothing while a thread is at it."""
        if snapshot.classroom.id in self._busy:
            return ()
        return tuple(posted for posted in pending(snapshot) if posted.id not in self._lost)

    def test(self, class_id: int, left: Sequence[Posted], means: Means) -> None:
        """Test these runs, one after the other, so that trainings get their turns in between.

        If another thread is at it, do nothing.
        """
        with self._lock:
            if class_id in self._busy:
                return
            self._busy.add(class_id)
        try:
            visitors = means.classes.visitors(class_id)
            for posted in left:
                found = _tested(posted, visitors.get(posted.member, ""), means)
                if isinstance(found, Tested):
                    means.classes.post_tested(class_id, found)
                else:
                    self._lost[posted.id] = found
        except PASSING:
            LOG.exception("Opening the test set of a class continues at the next look")
        finally:
            with self._lock:
                self._busy.discard(class_id)


def _tested(posted: Posted, visitor: str, means: Means) -> Tested | str:
    """What the test set says of a run, or why it can't be tested."""
    number, digits = posted.run.number, means.digits.get(posted.run.fingerprint)
    if digits is None:
        return "its data set is not on this server"
    try:
        run = means.runs.open(visitor, number)
    except UnusableError:
        raise
    except ArchiveError:
        return "it is no longer saved"
    try:
        right = means.share.submit(classified_correctly, sent(run), *digits).result(MOST_SECONDS)
    except ValueError:
        return "its network does not take these digits"
    return Tested(posted.member, number, float(right.mean()), len(right))


@st.cache_resource(show_spinner=False)
def openings() -> Openings:
    """The server's openings."""
    return Openings()


def go_on(snapshot: Snapshot) -> None:
    """Test whoever has no result yet, in the background, and say how far that is."""
    asked = chosen(snapshot)
    if not asked:
        return
    if left := openings().left(snapshot):
        _start(snapshot.classroom.id, left)
    lost, missing = openings().lost(snapshot), len(pending(snapshot))
    if waiting := missing - len(lost):
        done = len(asked) - waiting
        st.progress(done / len(asked), f"Testing: {done:,} of {len(asked):,}")
    for reason in dict.fromkeys(why for _, why in lost):
        members = (snapshot.member(posted.member) for posted, why in lost if why == reason)
        names = ", ".join(member.name for member in members if member)
        st.caption(f":material/warning: Not tested, because {reason}: the best run of {names}.")


def _start(class_id: int, left: Sequence[Posted]) -> None:
    """Let a thread test these runs."""
    prints = {posted.run.fingerprint for posted in left}
    digits = {name: found for name in prints if (found := _test_digits(name))}
    means = Means(stores.classrooms(), stores.archive(), workers.shares()[0], digits)
    work = partial(openings().test, class_id, left, means)
    threading.Thread(target=work, name="ann-test", daemon=True).start()


def button(room: Classroom) -> None:
    """The button that opens the test set, with a confirmation; then since when it is open."""
    if opened := room.settings.test_opened:
        when = time.strftime("%H:%M", time.localtime(opened))
        st.caption(f":material/lock_open: Test set opened at {when}", width="content")
        return
    with st.popover(
        "Open the test set",
        icon=":material/lock:",
        key="classroom.test",
        on_change="rerun",
        help="Once, at the end: how good is each member's best network on digits that played no "
        "part in any choice?",
    ) as box:
        if not box.open or (found := live.snapshot(room.id)) is None:
            return
        ready = sum(best_run(found.runs_of(member.id)) is not None for member in found.members)
        st.markdown(
            f"**Only once.** {counted(ready, 'member')} of {len(found.members):,} have a run. "
            "Each member's best run by validation accuracy is tested; later runs are not."
        )
        st.button(
            "Open it now",
            key="classroom.test_now",
            type="primary",
            icon=":material/lock_open:",
            on_click=lambda: steer.change(room.id, test_opened=time.time()),
            disabled=not ready,
            help="This can't be undone: these digits will no longer be unseen.",
        )


def _test_digits(fingerprint: str) -> Digits | None:
    found = datasets.find(fingerprint)
    if found is None or not len(found[1].test_labels):
        return None
    return np.asarray(found[1].test_images), found[1].test_labels
