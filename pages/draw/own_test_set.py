"""The visitor's drawings with the class meant by each: a test set of their own."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import streamlit as st

from pages.draw.answer import answers
from pages.draw.sheet import Sheet
from pages.ui import digits, session
from pages.ui.networks import current as current_network
from pages.ui.words import counted

MOST_PILLS = 30  # classes to choose from with a click; more need a searchable box
MOST_DRAWINGS = 60


@dataclass
class Drawings(Sheet):
    """What Draw remembers for a visitor: the canvas, and the drawings whose class is known."""

    pictures: dict[int, np.ndarray] = field(default_factory=dict)  # canvas -> (784,) uint8
    meant: dict[int, str] = field(default_factory=dict)  # canvas -> name of a class

    def remember(self, picture: np.ndarray, meant: str | None) -> None:
        """Save the current drawing with the class meant by it; None forgets the drawing."""
        self.meant.pop(self.canvas, None)
        self.pictures.pop(self.canvas, None)
        if meant is not None:
            self.meant[self.canvas], self.pictures[self.canvas] = meant, picture
        for oldest in list(self.meant)[:-MOST_DRAWINGS]:
            del self.meant[oldest], self.pictures[oldest]

    def among(self, names: Sequence[str]) -> tuple[list[np.ndarray], list[str]]:
        """Pictures and classes of the drawings that show one of these classes."""
        shown = [canvas for canvas, name in self.meant.items() if name in names]
        return [self.pictures[k] for k in shown], [self.meant[k] for k in shown]


def ask(picture: np.ndarray, names: Sequence[str]) -> None:
    """Ask which class was meant, and save the drawing with the answer."""
    drawings = session.keep(Drawings)
    question, text = (
        "What did you draw?",
        "Saves the drawing below, to count how many of yours the network classifies correctly.",
    )
    if len(names) > MOST_PILLS:
        key = f"draw.named.{drawings.canvas}"
        answer = st.selectbox(question, names, None, key=key, help=text, placeholder="Any class")
    else:
        answer = st.pills(
            question, names, key=f"draw.meant.{drawings.canvas}", wrap=True, help=text
        )
    drawings.remember(picture, answer)


def show(names: Sequence[str]) -> None:
    """Show all saved drawings with the answers of the current network."""
    pictures, meant = session.keep(Drawings).among(names)
    run = current_network.run()
    probabilities = answers(np.stack(pictures), run) if pictures else None
    if probabilities is None:
        return
    said = [names[c] for c in probabilities.argmax(axis=1)]
    wrong = [k for k in range(len(meant)) if said[k] != meant[k]]
    right, count = len(meant) - len(wrong), counted(len(meant), "drawing")
    st.markdown(f"**Your own test set: {right} of {count} classified correctly**")
    captions = [f"{m} → {s}" for m, s in zip(meant, said, strict=True)]
    st.html(digits.strip(pictures, captions, size=56, marked=wrong))
    st.caption(
        "What you drew → the network's answer; mistakes are framed. Train another network and come "
        "back: it is tested on the same drawings."
    )
