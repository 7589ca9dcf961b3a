"""Why this answer? What the network's answer to one digit depends on, and what would change it."""

import numpy as np
import streamlit as st

from pages.ui.inside import bar
from pages.why import attack, flip, neighbors, pixels


def page() -> None:
    """The answer; the pixels it depends on, digits like this one, and what flips it."""
    shown = bar.open_page(
        "Why this answer", "What the network's answer depends on, and what would change it."
    )
    if shown is None:
        return
    subject, digit = shown
    if not np.isfinite(subject.run.predict_proba(digit.image[None])).all():
        st.error(
            "The network's outputs are not finite, so there is no answer to explain. Train again "
            "with a smaller learning rate.",
            icon=":material/error:",
        )
        return
    pixels.show(shown)
    bar.link("look", "How the network computes it: Look")

    st.header(f"Which training {subject.things} are most like it?", anchor=False)
    neighbors.show(shown)
    bar.link("map", "See all of them, arranged by what is near: Map")

    st.header("What is the smallest change that flips the answer?", anchor=False)
    flip.show(shown)

    st.header("How many answers does such a change flip?", anchor=False)
    attack.show(subject)


page()
