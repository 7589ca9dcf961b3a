"""The test set stays sealed until a visitor opens it, and each evaluation on it is counted.

Tuning settings on the test set makes the accuracy measured on it too optimistic, just as it does
on the validation set. The lab does not forbid this, it counts. The count belongs to the visitor,
not to a page. Leaving the test set seals it again.
"""

import weakref
from dataclasses import dataclass, field
from typing import NamedTuple

import streamlit as st

from ann.running.job import Job
from pages.ui import session
from pages.ui.networks.opened import Opened
from pages.ui.networks.subject import Subject
from pages.ui.server import classes
from pages.ui.words import counted

TEACHER_OPENS = "Your teacher opens the test set for all at the same time."


class Evaluated(NamedTuple):
    """One evaluation on a test set: of which training, with which weights."""

    job: weakref.ref[Job | Opened]
    weights: str  # hash, as `Subject.weights`
    fingerprint: str  # of the data set


@dataclass
class Evaluations:
    """The visitor's evaluations on test sets so far, and what the test set is open for now."""

    done: list[Evaluated] = field(default_factory=list)
    open_for: str | None = None  # hash of the weights; None: the test set is sealed


class Count(NamedTuple):
    """Evaluations on one test set so far."""

    this_network: int  # in the same training, or with the same weights
    other_networks: int
    these_weights: int


def is_open(judged: Subject) -> bool:
    """Whether the test set is open for these weights."""
    return session.keep(Evaluations).open_for == judged.weights and not classes.keeps_test_set()


def close() -> None:
    """Seal the test set."""
    session.keep(Evaluations).open_for = None


def open_for(judged: Subject) -> None:
    """Open the test set for these weights, and count the evaluation."""
    evaluations = session.keep(Evaluations)
    evaluated = Evaluated(weakref.ref(judged.job), judged.weights, judged.run.fingerprint)
    evaluations.done.append(evaluated)
    evaluations.open_for = judged.weights


def count(judged: Subject) -> Count:
    """The visitor's evaluations on this network's test set."""
    before = [e for e in session.keep(Evaluations).done if e.fingerprint == judged.run.fingerprint]
    # A saved run that is opened again is another object with the same weights.
    this = sum(e.job() is judged.job or e.weights == judged.weights for e in before)
    return Count(this, len(before) - this, sum(e.weights == judged.weights for e in before))


def show_sealed(judged: Subject, digits: int) -> None:
    """Say why the test set, with this number of digits, is sealed; and the button that opens it."""
    before = count(judged)
    with st.container(border=True):
        st.markdown("## :material/lock: The test set is sealed")
        st.markdown(
            f"{digits:,} {judged.things} that have played no part so far: the network has not "
            "learned from them, and you have not used them to choose its settings. That makes the "
            "accuracy measured on them honest. If you evaluate, move a slider and evaluate again, "
            "you start tuning on the test set, and it tells you no more than the validation set "
            "does. So tune on the validation set, decide on a network, and open the test set "
            "**once**."
        )
        if classes.keeps_test_set():
            st.info(TEACHER_OPENS, icon=":material/groups:")
            return
        if not before.this_network:
            st.caption(f"You have not evaluated this network on it yet.{_others(before)}")
        else:
            st.warning(f"{_so_far(before)}{_others(before)}", icon=":material/visibility:")
        sure = not before.this_network or st.checkbox(
            "I know that each further evaluation makes the result less honest",
            key=f"seal.sure.{before.this_network}",
            help="The rule is one evaluation per training. This is for exceptions.",
        )
        st.button(
            "Evaluate again" if before.this_network else "Open the test set",
            icon=":material/lock_open:",
            disabled=not sure,
            on_click=open_for,
            args=(judged,),
            key="seal.open",
            help="Evaluates this network on the test set. The evaluation is counted.",
        )


def show_open(judged: Subject) -> None:
    """Say which evaluation this is, and what that means for the results below."""
    so_far = count(judged)
    with st.container(horizontal=True, vertical_alignment="center"):
        if so_far.this_network <= 1 and not so_far.other_networks:
            st.success(
                f"Your first evaluation on the test set. These {judged.things} have played no part "
                "in your choices, so the results are honest.",
                icon=":material/lock_open:",
                width="stretch",
            )
        elif so_far.this_network <= 1:
            st.info(
                f"Your first evaluation of this network on the test set.{_others(so_far)}",
                icon=":material/lock_open:",
                width="stretch",
            )
        else:
            st.warning(
                f"{_so_far(so_far)}{_others(so_far)}",
                icon=":material/visibility:",
                width="stretch",
            )
        st.button("Seal it", icon=":material/lock:", on_click=close, key="seal.close")


def _so_far(so_far: Count) -> str:
    text = (
        f"You have evaluated this training on the test set **{_times(so_far.this_network)}**; each "
        "evaluation makes the result less honest."
    )
    if not so_far.these_weights:
        text += " The network has trained further since."
    return text


def _others(so_far: Count) -> str:
    if not so_far.other_networks:
        return ""
    return (
        f" You have evaluated other networks on it {_times(so_far.other_networks)}: if you keep "
        "the best of them by test accuracy, that accuracy is too optimistic."
    )


def _times(number: int) -> str:
    return "once" if number == 1 else counted(number, "time")
