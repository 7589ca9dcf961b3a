"""What seems to be wrong with the images of a data set, and the buttons that mend it."""

from collections.abc import Iterable

import streamlit as st

import data
from data.preparing.remedies import REMEDIES, split_name, toggled
from pages.ui import frame, session, words
from pages.ui.server import datasets

AT_HAND = ("inverted", "transposed", "rescaled")


def offer(dataset: data.Dataset) -> None:
    """A warning for each doubt, with a button that mends it."""
    for number, doubt in enumerate(dataset.doubts):
        with st.container(border=True):
            st.warning(words.plain(doubt.text), icon=":material/visibility:")
            label = " and ".join(REMEDIES[name].label for name in doubt.remedies).capitalize()
            st.button(
                label,
                type="primary",
                key=f"remedy.doubt.{number}",
                on_click=_use,
                args=(dataset, doubt.remedies),
                help="Makes a changed copy of the data set, which stays in the list, and uses it "
                "on all pages. Your files stay as they are.",
            )


def warn(dataset: data.Dataset) -> None:
    """The doubts about the digits that a network has learned from, and where to mend them."""
    for doubt in dataset.doubts:
        st.warning(
            f"{words.plain(doubt.text)} So this network may fail on what you draw.",
            icon=":material/visibility:",
        )
    if dataset.doubts:
        frame.page_link("data", "Mend the data set")


def at_hand(dataset: data.Dataset) -> None:
    """All changes that can be made to any data set, and taken back."""
    has = split_name(dataset.name)[1]
    with st.popover("Change the images", icon=":material/tune:"):
        st.markdown("Make a changed copy of this data set, and use it on all pages.")
        for name in dict.fromkeys([*AT_HAND, *has]):
            remedy = REMEDIES[name]
            st.button(
                f"Undo: {remedy.label}" if name in has else remedy.label,
                key=f"remedy.{name}",
                on_click=_use,
                args=(dataset, (name,)),
                help=remedy.help,
            )


def _use(dataset: data.Dataset, remedies: Iterable[str]) -> None:
    """Use this data set with these remedies from now on; those that it already has are undone."""
    name = toggled(dataset.name, remedies)
    try:
        changed = datasets.by_name(name)
    except data.DataError as error:
        session.say(str(error), "error")
        return
    session.state().dataset = name
    session.forget_controls()
    session.say(f"{changed.title}: in use on all pages.", "success")
