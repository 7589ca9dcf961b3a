"""The museum of failures: look at a sick training, name the cause, then see it uncovered."""

from functools import partial

import streamlit as st

from ann.lessons.museum import EXHIBITS, Exhibit
from pages.museum import diagnosis, visit
from pages.ui import frame, session
from pages.ui.lessons import desk
from pages.ui.live import chart


def page() -> None:
    """The gallery, or the exhibit that the visitor stands before."""
    frame.open_page(
        "Museum",
        "A dozen trainings that went wrong. Say what is wrong **before** the answer is shown.",
    )
    here = session.keep(visit.Visit)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Blind diagnosis",
            key="museum.blind",
            type="secondary" if here.exhibit else "primary",
            icon=":material/visibility_off:",
            on_click=visit.blind,
            help="Trains one of them at random and tells you nothing about it.",
        )
        if here.exhibit:
            st.button(
                "Back to the gallery",
                key="museum.back",
                icon=":material/arrow_back:",
                on_click=visit.leave,
            )
        st.markdown(_score(), width="content")
    if here.exhibit:
        diagnosis.show(here, here.exhibit)
    else:
        for number, one in enumerate(EXHIBITS, 1):
            _card(number, one)
    chart.load()


def _score() -> str:
    """How many causes and reasons the visitor has named correctly."""
    settled = desk.museum().settled.values()
    if not settled:
        return ""
    causes = sum(one.within_reach for one in settled)
    both = sum(one.gap == 0 for one in settled)
    return f"Your diagnoses: **{causes} of {len(settled)} causes**, {both} with the right reason."


def _card(number: int, one: Exhibit) -> None:
    """A patient's complaint, and whether the visitor has diagnosed it."""
    settled = desk.museum().settled.get(one.name)
    with st.container(
        border=True, horizontal=True, vertical_alignment="center", key=f"museum.card.{one.name}"
    ):
        mark = ""
        if settled:
            mark = "  :material/check:" if settled.within_reach else "  :material/close:"
        st.markdown(f"**{number}.** “{one.complaint}”{mark}", width="stretch")
        st.button(
            "Examine it",
            key=f"museum.examine.{one.name}",
            icon=":material/stethoscope:",
            on_click=partial(visit.examine, one),
        )


page()
