"""What was meant by the drawings: asked, kept with them, held against what the network reads."""

import numpy as np
import streamlit as st

from pages.draw import answer as draw_answer
from pages.ui import digits, session
from pages.ui.networks import current as current_network

MOST_PILLS = 30  # classes to choose from by a click; more need a box to search in


def ask(picture: np.ndarray, names: tuple[str, ...]) -> None:
    """Which class was meant; the drawing is kept with the answer."""
    drawings = session.keep(draw_answer.Drawings)
    question, text = (
        "What did you mean?",
        "Keeps the drawing below, so that you can count how many of yours it reads.",
    )
    if len(names) > MOST_PILLS:
        key = f"draw.named.{drawings.canvas}"
        answer = st.selectbox(question, names, None, key=key, help=text, placeholder="Any class")
    else:
        answer = st.pills(
            question, names, key=f"draw.meant.{drawings.canvas}", wrap=True, help=text
        )
    drawings.remember(picture, answer)


def show(names: tuple[str, ...]) -> None:
    """All kept drawings, as the present network reads them."""
    pictures, meant = session.keep(draw_answer.Drawings).among(names)
    run = current_network.current_run()
    probabilities = draw_answer.answers(np.stack(pictures), run) if pictures else None
    if probabilities is None:
        return
    said = [names[c] for c in probabilities.argmax(axis=1)]
    wrong = [k for k in range(len(meant)) if said[k] != meant[k]]
    right, all_of_them = len(meant) - len(wrong), len(meant)
    count = (
        f"{right} of your {all_of_them} drawings" if all_of_them > 1 else f"{right} of 1 drawing"
    )
    st.markdown(f"**Your own test set: it reads {count}**")
    captions = [f"{m} → {s}" for m, s in zip(meant, said, strict=True)]
    st.html(digits.strip(pictures, captions, size=56, marked=wrong))
    st.caption(
        "What you meant → what it reads; mistakes have a frame. Train another network and come "
        "back: it is asked about the same drawings."
    )
