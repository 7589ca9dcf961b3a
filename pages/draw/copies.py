"""Ask the network several times: its answers to slightly changed copies of a drawing, and the mean.

The copies are those of `ann.evaluation.several_times`, with which Evaluate measures what it gains.
"""

import numpy as np
import streamlit as st

from ann.evaluation.several_times import TIMES, copies
from pages.draw import several
from pages.draw.answer import answers
from pages.ui import digits
from pages.ui.networks import current as current_network
from pages.ui.words import percent

ABOUT = (
    "The same drawing, changed a little. Where the network is sure, its answers agree; where it "
    "hesitates, they differ. Whether their mean is right more often than one answer, **Evaluate** "
    "measures."
)


def show(picture: np.ndarray, names: tuple[str, ...]) -> None:
    """A switch; when it is on, the copies of a picture (784,) uint8, their answers and the mean."""
    on = st.toggle(
        "Ask it several times",
        key="draw.copies",
        help=f"Asks the network about the drawing and {TIMES - 1} copies of it: shifted by up to "
        "half a pixel, rotated by up to 3 degrees and stretched a little.",
    )
    if not on:
        return
    pictures = np.concatenate(list(copies(picture[None])))
    probabilities = answers(pictures, current_network.run())
    if probabilities is None:
        return
    mean = probabilities.mean(axis=0)
    found = probabilities.argmax(axis=1)
    captions = [
        f"{'as it is' if not k else f'copy {k}'}\n{names[c]} ({percent(float(p[c]))})"
        for k, (p, c) in enumerate(zip(probabilities, found, strict=True))
    ]
    other = [int(k) for k in np.flatnonzero(found != mean.argmax())]
    st.html(digits.strip(pictures, captions, size=64, marked=other))
    cards = [
        several.card("The drawing as it is", *several.answer(probabilities[0], names)),
        several.card(f"Mean of the {TIMES} answers", *several.answer(mean, names)),
    ]
    st.html(several.cards(cards))
    st.caption(ABOUT + (" Framed: another answer than the mean's." if other else ""))
