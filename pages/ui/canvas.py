"""The canvas, and the checks of what a browser sends as its content.

Whoever writes requests by hand can send anything as a drawing. `st_canvas` of
streamlit-drawable-canvas 0.13 passes it on as it came: the strokes as any JSON, and the picture as
a PNG that its `image_data` would decode whatever its size. So `data.formats.png` reads the picture.
"""

import json
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from data.formats.png import read_png
from pages.ui.server import css
from pages.ui.server.limits import MAX_STROKES_BYTES

SIDE = 280  # pixels, the side of the canvas; `paper` enlarges it for the screen
PEN = ("#ffffff", 18)  # color and width of strokes, in pixels


class Content(NamedTuple):
    """What is on the canvas."""

    image: npt.NDArray[np.uint8] | None = None  # (SIDE, SIDE, 4); None if nothing was sent yet
    strokes: dict[str, Any] | None = None  # as the canvas takes them for its first drawing
    problem: str = ""  # why what was sent cannot be used


def paper(key: str) -> DeltaGenerator:
    """A container with this key for the canvas, which is enlarged to suit the screen."""
    st.html(css.large_canvas(key, SIDE))
    st.space(16)  # for the canvas's own tools, which appear above it
    return st.container(key=key)


def canvas(brush: int, color: str, first_strokes: dict[str, Any] | None, key: str) -> Content:
    """Show a canvas, and return what is on it. `brush` is the width of its strokes, in pixels."""
    from streamlit_drawable_canvas import st_canvas  # can only be imported in a server

    try:
        drawn = st_canvas(
            stroke_width=brush,
            stroke_color=color,
            background_color="#000000",
            width=SIDE,
            height=SIDE,
            drawing_mode="freedraw",
            return_image_data=True,
            initial_drawing=first_strokes,
            key=key,
        )
        strokes, file = drawn.json_data, drawn.image_bytes
    except (AttributeError, KeyError, TypeError, ValueError):  # it reads whatever was sent
        return Content(problem="drawing: it is not one that a canvas sends")
    try:
        return Content(_image(file), _strokes(strokes))
    except ValueError as error:
        return Content(problem=str(error))


def _image(file: bytes | None) -> npt.NDArray[np.uint8] | None:
    return None if file is None else read_png(file, SIDE, SIDE)


def _strokes(sent: Any) -> dict[str, Any] | None:
    """The strokes, which are sent back when the canvas is made again for another brush."""
    if sent is None:
        return None
    if not isinstance(sent, dict) or not isinstance(sent.get("objects"), list):
        raise ValueError("strokes: they are not a drawing")
    try:
        size = len(json.dumps(sent))
    except RecursionError:
        raise ValueError("strokes: they are nested too deeply") from None
    if size > MAX_STROKES_BYTES:
        raise ValueError(f"strokes: {size:,} bytes; a drawing may have {MAX_STROKES_BYTES:,}")
    return sent
