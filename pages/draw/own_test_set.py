"""What was meant by the drawings: asked, kept with them, held against what the network reads."""

from dataclasses import dataclass, field

import numpy as np
import streamlit as st

from pages.draw.answer import answers
from pages.ui import digits, session
from pages.ui.networks import current as current_network

MOST_PILLS = 30  # classes to choose from by a click; more need a box to search in
MOST_DRAWINGS = 60


@dataclass
class Drawings:
    """What Draw remembers for a visitor: the pictures, and what was meant by each."""

    canvas: int = 0  # number of the present canvas; a new number is an empty canvas
    strokes: dict | None = None  # on the present canvas, as it tells them
    first_strokes: dict | None = None  # what the present canvas begins with
    pictures: dict[int, np.ndarray] = field(default_factory=dict)  # canvas -> (784,) uint8
    meant: dict[int, str] = field(default_factory=dict)  # canvas -> name of a class

    def clear(self) -> None:
        """Take an empty canvas."""
        self.canvas += 1
        self.strokes = self.first_strokes = None

    def fix_strokes(self) -> None:
        """Let the canvas begin with the strokes that are on it now.

        Streamlit 1.67 makes the canvas anew when two changes of its options, such as the brush's
        width, come in short succession. It would then be empty.
        """
        self.first_strokes = self.strokes

    def remember(self, picture: np.ndarray, meant: str | None) -> None:
        """Keep the present drawing with what was meant; None forgets it."""
        self.meant.pop(self.canvas, None)
        self.pictures.pop(self.canvas, None)
        if meant is not None:
            self.meant[self.canvas], self.pictures[self.canvas] = meant, picture
        for oldest in list(self.meant)[:-MOST_DRAWINGS]:
            del self.meant[oldest], self.pictures[oldest]

    def among(self, names) -> tuple[list[np.ndarray], list[str]]:
        """Pictures and what was meant, of those that one of these classes was meant by."""
        kept = [canvas for canvas, name in self.meant.items() if name in names]
        return [self.pictures[k] for k in kept], [self.meant[k] for k in kept]


def ask(picture: np.ndarray, names: tuple[str, ...]) -> None:
    """Which class was meant; the drawing is kept with the answer."""
    drawings = session.keep(Drawings)
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
    pictures, meant = session.keep(Drawings).among(names)
    run = current_network.current_run()
    probabilities = answers(np.stack(pictures), run) if pictures else None
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
