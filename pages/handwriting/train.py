"""Train with and without the visitor's digits: what is to be compared, and the buttons."""

from collections.abc import Sequence

import streamlit as st

from ann.keeping.drawings import Drawing
from data import DIGITS
from pages.handwriting import collection, result, teaching
from pages.handwriting.teaching import KEEP, Choice
from pages.ui import buttons, words
from pages.ui.live import chart, presentation
from pages.ui.server import datasets
from pages.ui.writers.base import LARGEST, base

NONE = "None"
LEAST = 2  # drawings of a digit: one to train on, and one to test on
BUTTONS = (
    buttons.pause(teaching.pause, "all networks"),
    buttons.resume(teaching.resume, "all networks"),
    buttons.stop(teaching.stop, "Stop now and compare the networks as they are."),
)
NOT_YET = (
    "Write some digits first: at least two of the same digit, one to train on and one to test on. "
    "Ten of each tell you more."
)


def show(written: Sequence[Drawing]) -> None:
    """The choices, the buttons, then what moves."""
    ready = max(collection.counts(written), default=0) >= LEAST
    if not ready:
        st.info(NOT_YET, icon=":material/ink_pen:")
        if teaching.status() is None:
            return
    st.markdown(_about(written))
    choice = _choose()
    teaching.carry_out(written, choice)
    status = teaching.status()
    with st.container(horizontal=True, vertical_alignment="center"):
        buttons.begin(
            "Train",
            "hand.train",
            "model_training",
            "Trains all networks at once, with the same settings, the same initial weights and the "
            "same validation digits. They are not saved among your runs.",
            teaching.request,
            possible=ready,
        )
        buttons.row(BUTTONS, "hand", status)
        st.space("stretch")
        presentation.toggle()
    if status is not None:
        result.show(status, written)
    chart.load()


def _about(written: Sequence[Drawing]) -> str:
    """What is trained on what, in Markdown."""
    digits, chosen = base(), datasets.chosen()
    aside = sum(one.aside for one in written)
    text = (
        f"**Base** learns from {words.plain(digits.title)}; **base + yours** also from "
        f"{words.counted(len(written) - aside, 'drawing')} of yours. Both are then tested on the "
        f"{words.counted(aside, 'drawing')} kept aside, from which neither has learned."
    )
    if chosen.fingerprint != digits.fingerprint:
        text += (
            f" (Your data set, {words.plain(chosen.title)}, does not fit: it takes digits, at "
            f"most {LARGEST:,}.)"
        )
    return text


def _choose() -> Choice:
    """Which digits are added, and which class is left out."""
    with st.expander("Make it biased", icon=":material/balance:"):
        st.caption(
            "A network cannot read what it has never seen. Leave something out, but first say "
            "what will happen."
        )
        only = st.pills(
            "Which of your digits to train on",
            range(len(DIGITS)),
            format_func=DIGITS.__getitem__,
            selection_mode="multi",
            default=list(range(len(DIGITS))),
            key="hand.only",
            persist_state="session",
            wrap=True,
            help="The other digits in your training half are left out. Does a network that learns "
            "only your 9s read your 1s better?",
        )
        few = st.selectbox(
            f"Digit with only {KEEP} examples for a third network",
            [NONE, *DIGITS],
            key="hand.few",
            persist_state="session",
            help=f"Trains one more network on the base with only {KEEP} examples of this digit, "
            "and shows how many of each digit all networks classify correctly.",
        )
    return Choice(tuple(sorted(only)), None if few == NONE else DIGITS.index(few))
