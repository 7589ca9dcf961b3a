"""The canvas with a prompt: one digit after the other, each saved when it is done."""

import time
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import streamlit as st

from ann.keeping.database import ArchiveError
from ann.keeping.drawings import Drawing, Medium
from data import DIGITS
from data.writing import drawing
from pages.handwriting import collection
from pages.handwriting.collection import EACH, WANTED
from pages.ui import session, words
from pages.ui.canvas import PEN, Content, canvas, paper
from pages.ui.server import workers

PAPER = "hand-paper"  # the key of the canvas's container
COLOR, WIDTH = PEN
PAUSE = 1.5  # seconds after a stroke until a drawing counts as done
BEAT = 0.5  # seconds between two looks whether it does
LATE = 1.0  # seconds by which the browser may report a stroke after a click that came later
EMPTY = "Nothing is drawn yet, so nothing was saved."
TWICE = "You have saved exactly this drawing before, so it was left out."


@dataclass
class Pad:
    """What is on a visitor's canvas."""

    canvas: int = 0  # grows by one to start with an empty canvas
    picture: npt.NDArray[np.uint8] | None = None  # (784,), as the network would get it
    reported: object = None  # the strokes that the browser reported last
    changed: float = 0.0  # when it did, by a clock that nobody can set
    done: bool = False  # a click on Next
    in_vain: float = -LATE  # when there was such a click with nothing on the canvas
    removed: bool = False  # the picture of all drawings is no longer right
    problem: str = ""

    def see(self, content: Content) -> None:
        """Take over what the browser reports."""
        if content.problem:
            self.picture, self.problem = None, content.problem
        elif content.strokes != self.reported:
            self.reported, self.changed = content.strokes, time.monotonic()
            self.picture = _prepared(content.image)
            if self.picture is not None:
                self.problem = ""
                self.done = self.done or self.changed - self.in_vain < LATE

    def is_at_rest(self) -> bool:
        """Whether something is drawn, and no stroke has been added for a while."""
        return self.picture is not None and time.monotonic() - self.changed >= PAUSE

    def clear(self) -> None:
        """Start an empty canvas."""
        self.canvas += 1
        self.picture, self.reported, self.in_vain = None, None, -LATE

    def next(self) -> None:
        """For a button's callback: what is on the canvas is done."""
        self.done = True

    def undo(self) -> None:
        """For a button's callback: empty the canvas or, if it is empty, delete the last drawing."""
        empty = self.picture is None and not self.problem
        self.problem = collection.remove_last() if empty else ""
        self.removed = empty
        self.clear()


def _prepared(image: npt.NDArray[np.uint8] | None) -> npt.NDArray[np.uint8] | None:
    """A canvas (H, W, 4) as a picture (784,) of a data set; None if nothing is drawn."""
    made = None if image is None else drawing.to_mnist(image)
    return None if made is None else np.rint(made * 255).astype(np.uint8).reshape(-1)


def show() -> None:
    """The prompt, the canvas and its buttons; a stroke reruns only this part of the page."""
    workers.fragment(_pad)()


def _pad() -> None:
    pad = session.keep(Pad)
    if pad.removed:
        pad.removed = False
        st.rerun()  # the picture of all drawings stands outside this fragment
    try:
        written = collection.mine()
    except ArchiveError as error:
        st.error(words.plain(str(error)), icon=":material/error:")
        return
    above = st.container()
    with paper(PAPER):
        content = canvas(WIDTH, COLOR, None, f"hand.canvas.{pad.canvas}")
    # After the canvas: whoever reads which digit is next may draw at once.
    above.markdown(prompt(written))
    pad.see(content)
    auto = _buttons(pad, written)
    if pad.done or (auto and pad.is_at_rest()):
        saved = pad.picture is not None
        _save(pad, collection.following(written))
        if saved:
            st.rerun()
    if pad.problem:
        st.warning(words.plain(pad.problem), icon=":material/warning:")
    if auto and pad.picture is not None:
        workers.fragment(_wait, run_every=BEAT)()


def prompt(written: list[Drawing]) -> str:
    """Which digit is next, in Markdown."""
    digit, count = DIGITS[collection.following(written)], len(written)
    if count >= WANTED and min(collection.counts(written)) >= EACH:
        return f"## Done: {count} drawings\nDraw more if you like. Next is a **{digit}**."
    return f"## Draw a {digit}  ·  {count + 1} of {WANTED}"


def _buttons(pad: Pad, written: list[Drawing]) -> bool:
    """What can be done with the canvas; returns whether a drawing is saved after a pause."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Next",
            icon=":material/arrow_forward:",
            key="hand.next",
            type="primary",
            on_click=pad.next,
            help="Saves this drawing and clears the canvas for the next digit.",
        )
        st.button(
            "Undo",
            icon=":material/undo:",
            key="hand.undo",
            on_click=pad.undo,
            disabled=pad.picture is None and not (written or pad.problem),
            help="Clears the canvas. If it is empty, deletes your last drawing, so that you can "
            "draw it again.",
        )
        return st.toggle(
            f"Next after {PAUSE:g} s",
            True,
            key="hand.auto",
            persist_state="session",
            help="Saves each drawing when you have paused. If you write slowly, in several "
            "strokes, turn it off and press Next.",
        )


def _save(pad: Pad, digit: int) -> None:
    """Save what is on the canvas and empty it; an empty one stays, and a message says so."""
    pad.done = False
    if pad.picture is None:
        pad.problem, pad.in_vain = pad.problem or EMPTY, time.monotonic()
        return
    try:
        if not collection.add([digit], [pad.picture], Medium.CANVAS):
            session.say(TWICE)
    except ArchiveError as error:
        session.say(str(error), "error")
    pad.clear()


def _wait() -> None:
    """Look whether the pen has rested long enough; then the whole page is drawn anew."""
    if session.keep(Pad).is_at_rest():
        st.rerun()
