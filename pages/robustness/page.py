"""How well does the network hold up? Changed digits, and answers only when it is confident."""

import numpy as np
import streamlit as st

from pages.robustness import distortions, threshold
from pages.ui.inside import bar


def page() -> None:
    """Accuracy on changed digits, and accuracy against the share of digits that are answered."""
    shown = bar.open_page(
        "Robustness",
        "How well the network holds up when its input changes, or when it may decline.",
    )
    if shown is None:
        return
    subject = shown.subject
    split = subject.digits.split(subject.run.recipe.validation_fraction)
    if not len(split.validation_labels):
        st.info(
            "This network learned from the whole training set: its **validation fraction is 0**, "
            f"so there are no validation {subject.things} to measure with. Train one with a "
            "fraction above 0.",
            icon=":material/info:",
        )
        return
    if not np.isfinite(subject.run.predict_proba(shown.digit.image[None])).all():
        st.error(
            "The network's outputs are not finite. Train again with a smaller learning rate.",
            icon=":material/error:",
        )
        return
    st.header(f"Changed {subject.things}", anchor=False)
    distortions.show(shown)

    st.header("Answer only when confident", anchor=False)
    threshold.show(subject)


page()
