"""Step back and Next step: from one step of the training to another."""

import streamlit as st

from pages.ui import session
from pages.ui.inside import position
from pages.ui.inside.subject import Subject

STEP = "step.number"


def show(subject: Subject) -> None:
    """Step back, the number of the step, and Next step; a click draws the whole page anew."""
    step, last = subject.run.step, subject.whole.step

    def go(to: int) -> None:
        position.go_to(None if to == last else to)

    def typed() -> None:
        go(int(session.get_control(STEP, step + 1)) - 1)

    with st.container(horizontal=True, vertical_alignment="bottom", key="step.which"):
        st.button(
            "Step back",
            key="step.back",
            icon=":material/undo:",
            on_click=go,
            args=(step - 1,),
            disabled=step == 0,
            help="Shows the step before. The training is repeated up to there, which gives the "
            "same weights, bit for bit.",
        )
        session.set_control(STEP, step + 1)
        st.number_input(
            "Step number",
            1,
            last + 1,
            key=STEP,
            on_change=typed,
            width=150,
            help="1 is the first step of the training, from the initial weights.",
        )
        st.button(
            "Next step",
            key="step.next",
            icon=":material/skip_next:",
            on_click=go,
            args=(step + 1,),
            disabled=step == last,
            help="Shows the step after this one, unless the training has come no further.",
        )
