"""Digits of the data set side by side, each a button that makes the bar choose it."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import streamlit as st

from pages.ui import digits, palette, session
from pages.ui.inside import place

NAME = "ann_lab_pictures"
SCRIPT = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
CSS = f""".pictures {{ display: flex; flex-wrap: wrap; gap: 6px; }}
.pictures button {{ font: inherit; color: inherit; background: none; border: 0; padding: 2px;
  cursor: pointer; border-radius: 8px; text-align: center; }}
.pictures button:is(:hover, :focus-visible) {{ outline: 3px solid {palette.TRAINING}; }}
.pictures .marked img {{ outline: 2px solid {palette.CHANGE}; }}
.pictures img {{ display: block; width: 48px; height: 48px; image-rendering: pixelated;
  border-radius: 6px; margin: 0 auto; }}
.pictures span {{ display: block; font-size: 0.75rem; line-height: 1.3; margin-top: 3px;
  max-width: 6rem; }}"""


class Picture(NamedTuple):
    """One digit, what is written below it, and what is said when the pointer is on it."""

    code: str  # of the digit, as in the address
    image: np.ndarray  # (784,) uint8
    caption: str
    title: str


def show(key: str, pictures: Sequence[Picture], label: str, chosen: str = "") -> None:
    """Draw the pictures; a click on one chooses its digit for all pages of Inside.

    `label` says to a screen reader what they are; the one with the code `chosen` gets a frame.
    """
    component = st.components.v2.component(
        NAME,
        html='<div class="pictures" role="group"></div>',
        css=CSS,
        js=SCRIPT,
        isolate_styles=False,
    )
    sent = [
        {
            "code": one.code,
            "src": digits.data_uri(one.image),
            "caption": one.caption,
            "title": one.title,
            "marked": one.code == chosen,
        }
        for one in pictures
    ]
    offered = {one.code for one in pictures}

    def clicked() -> None:
        code = session.get_control(key)["chosen"]
        if isinstance(code, str) and code in offered:  # a forged message can contain anything
            place.place().code = code
            session.keep(Clicked).now = True

    component(data={"pictures": sent, "label": label}, key=key, on_chosen_change=clicked)


class Clicked:
    """Whether a picture was clicked in this run."""

    now = False


def forget_click() -> None:
    """The whole page is being drawn, so that nothing needs to be drawn again."""
    session.keep(Clicked).now = False


def rerun_if_clicked() -> None:
    """Draw the whole page again after a click: the bar stands outside of what is being redrawn.

    Call it first in a fragment that shows pictures.
    """
    clicked = session.keep(Clicked)
    if clicked.now:
        clicked.now = False
        st.rerun()
