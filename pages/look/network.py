"""The picture of a network in the browser: mosaics, lines of one unit, and its sums."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

from pages.ui import palette, session

NAME = "ann_lab_network"
SCRIPT = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
CSS = re.sub(  # the names of colors in the style sheet are those of the palette
    r"\b[A-Z]{4,}\b",
    lambda found: getattr(palette, found[0]),
    Path(__file__).with_suffix(".css").read_text(encoding="utf-8"),
)


def show(key: str, picture: dict[str, Any], on_choose: Callable[[Any], None]) -> None:
    """Draw the network as `picture` says (see `pages.look.view`).

    `on_choose` is given the name of the unit that was chosen, as the browser sent it: a forged
    message can contain anything.
    """
    component = st.components.v2.component(
        NAME, html='<div class="look-net"></div>', css=CSS, js=SCRIPT, isolate_styles=False
    )

    def chosen() -> None:
        on_choose(session.get_control(key)["chosen"])

    component(data=picture, key=key, on_chosen_change=chosen)
