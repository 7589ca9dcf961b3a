"""The test set's seal: opened on purpose, and every look is counted.

Who looks, turns a slider and looks again chooses by the test set: then its number is too good to
be true, as a validation set's is. The lab does not forbid it, it counts. The count belongs to the
visitor, not to a page; leaving the test set seals it again.
"""

import weakref
from dataclasses import dataclass, field
from typing import NamedTuple

import streamlit as st

from pages.evaluate.subject import Subject
from pages.ui import session


class Look(NamedTuple):
    """One look at a test set: during which training, with which weights."""

    job: weakref.ref
    weights: str
    fingerprint: str


@dataclass
class Seal:
    """What the lab remembers of a visitor's looks."""

    looks: list[Look] = field(default_factory=list)
    opened: str | None = None  # the weights that it is open for now


class Count(NamedTuple):
    """Looks at one test set so far."""

    here: int  # during this training, or with these weights
    others: int  # with other networks
    same: int  # with exactly these weights


def is_open(judged: Subject) -> bool:
    """Whether these weights may be shown with the test set now."""
    return session.keep(Seal).opened == judged.weights


def close() -> None:
    """Seal the test set."""
    session.keep(Seal).opened = None


def open_for(judged: Subject) -> None:
    """Break the seal for these weights, and count it."""
    seal = session.keep(Seal)
    look = Look(weakref.ref(judged.job), judged.weights, judged.run.fingerprint)
    seal.looks.append(look)
    seal.opened = judged.weights


def count(judged: Subject) -> Count:
    """The visitor's looks at this network's test set."""
    looks = [x for x in session.keep(Seal).looks if x.fingerprint == judged.run.fingerprint]
    same = sum(x.weights == judged.weights for x in looks)
    # a kept run that is opened anew is another object, with the same weights
    here = sum(x.job() is judged.job or x.weights == judged.weights for x in looks)
    return Count(here, len(looks) - here, same)


def show_sealed(judged: Subject) -> None:
    """Why it is sealed, and the button that opens it."""
    looks = count(judged)
    with st.container(border=True):
        st.markdown("#### :material/lock: The test set is sealed")
        st.markdown(
            f"{len(judged.digits.test_labels):,} {judged.things} that nobody has used: not the "
            "network to learn, not you to choose its settings. That is what makes their number an "
            "honest one. Look, turn a slider, look again, and you begin to choose by them: then "
            "they tell no more than the validation set does. So tune by validation, decide on a "
            "network, and open this **once**."
        )
        if not looks.here:
            st.caption(f"You have not looked at it with this network.{_elsewhere(looks)}")
        else:
            st.warning(f"{_so_far(judged, looks)}{_elsewhere(looks)}", icon=":material/visibility:")
        sure = not looks.here or st.checkbox(
            "I know that each further look makes this number less honest",
            key=f"seal.sure.{looks.here}",
            help="One look for each training is the rule. This is for the exceptions.",
        )
        st.button(
            "Look again" if looks.here else "Open the test set",
            icon=":material/lock_open:",
            disabled=not sure,
            on_click=open_for,
            args=(judged,),
            key="seal.open",
            help="Measures this network on the test set. The look is counted.",
        )


def show_open(judged: Subject) -> None:
    """Which look this is, and what that means for the numbers below."""
    looks = count(judged)
    with st.container(horizontal=True, vertical_alignment="center"):
        if looks.here <= 1 and not looks.others:
            st.success(
                f"Your first look. Nothing was chosen by these {judged.things}: the numbers are "
                "honest.",
                icon=":material/lock_open:",
                width="stretch",
            )
        elif looks.here <= 1:
            st.info(
                f"Your first look with this network.{_elsewhere(looks)}",
                icon=":material/lock_open:",
                width="stretch",
            )
        else:
            st.warning(
                f"{_so_far(judged, looks)}{_elsewhere(looks)}",
                icon=":material/visibility:",
                width="stretch",
            )
        st.button("Seal it", icon=":material/lock:", on_click=close, key="seal.close")


def _so_far(judged: Subject, looks: Count) -> str:
    times = f"**{looks.here} times**" if looks.here > 1 else "**once**"
    text = f"You have looked {times} during this training; each look makes this number less honest."
    if not looks.same:
        text += " The network has learned on since."
    return text


def _elsewhere(looks: Count) -> str:
    if not looks.others:
        return ""
    times = "once" if looks.others == 1 else f"{looks.others} times"
    return (
        f" Before, you looked {times} with other networks: whoever keeps the best of them by "
        "this number gets one that is too good to be true."
    )
