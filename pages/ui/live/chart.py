"""Charts that change in place while a network trains.

`st.plotly_chart` treats a changed figure as another chart: it removes the old one and builds a new
one, so a live curve would flicker at every beat and lose what the reader points at. Here, Plotly
itself moves the lines of the existing chart. Seen with Streamlit 1.67 and Plotly 7.
"""

import json
from base64 import b64encode
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import streamlit as st

from pages.ui import charts, session
from pages.ui.live import presentation, reel
from pages.ui.server import internals
from pages.ui.words import picture_name

NAME, LOADER = "ann_lab_chart", "ann_lab_loader"
SCRIPT = reel.SCRIPT + Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
# Plotly's own buttons are 22 pixels high: too small for some hands.
CSS = """.live-chart.clickable .nsewdrag { cursor: pointer; }
.live-chart .modebar-btn { height: 24px !important; min-width: 24px; }"""
HIDDEN = """<style>.st-key-plotly-loader {
  position: absolute; width: 1px; height: 1px; overflow: hidden; visibility: hidden;
}</style>"""
FIRST = {
    "data": [{"type": "scatter", "mode": "markers", "x": [0], "y": [0]}],
    "layout": {"height": 10, "margin": {"t": 0, "b": 0}},
}


class Written(NamedTuple):
    """A figure as text, ready for the browser."""

    figure: str  # JSON
    description: str  # with its numbers, for screen readers
    height: int  # pixels


def load() -> None:
    """Let the browser load Plotly and our script in advance; call it at the end of a page.

    Plotly comes with Streamlit's own chart; it is big, and slow to draw its first point. Components
    load their script when the first one is drawn. A curve's first point should wait for neither.
    """
    st.html(HIDDEN)
    with st.container(key="plotly-loader"):
        st.plotly_chart(internals.drawn(FIRST), key="plotly-loader-chart")
        st.components.v2.component(LOADER, js="export default () => {}")(key="script-loader")


def write(figure: dict[str, Any]) -> Written:
    """Write a figure as JSON, once for all the times that it is shown.

    >>> write({"data": [{"x": np.zeros(2, np.float32)}], "layout": {"height": 90}}).figure
    '{"data":[{"x":{"dtype":"f4","bdata":"AAAAAAAAAAA="}}],"layout":{"height":90}}'
    """
    text = json.dumps(figure, default=_typed, separators=(",", ":"))
    return Written(text, charts.describe(figure), figure["layout"]["height"])


class Film(NamedTuple):
    """A figure for each frame of a reel, packed for the browser."""

    packed: str
    descriptions: tuple[str, ...]  # of the frames
    height: int


def write_film(figures: Sequence[dict[str, Any]], look_for: str) -> Film:
    """Write a figure for each frame of a reel; a reader of the screen also gets `look_for`."""
    frames = [write(figure) for figure in figures]
    texts = [(frame.figure, f"{look_for} {frame.description}") for frame in frames]
    packed = reel.pack(json.dumps(texts).encode())
    return Film(packed, tuple(text for _, text in texts), frames[-1].height)


def film(made: Film, key: str, reel_name: str) -> None:
    """The chart of a film: it shows the frame that the player of the reel has chosen."""
    sent = {"film": made.packed, "reel": reel_name, "clickable": False}
    height = presentation.height(made.height)
    sent |= {"file": picture_name(key), "scale": presentation.scale(), "height": height}
    _component()(data=sent, key=key, height=height)


def chart(
    written: Written,
    key: str,
    look_for: str,
    *,
    caption: bool = True,
    on_click: Callable[[Any], None] | None = None,
    fill: bool = False,
) -> None:
    """A figure with a caption on what to look for, as in `frame.chart`; `key` identifies the chart.

    A drag zooms, a double click shows everything again, and a button downloads a picture of it.
    Without `caption`, only screen readers read it, because the page says it once for many charts.
    `on_click` is given [x, y] of a point or of a cell in a heat map, as the browser sent it: a
    forged message can contain anything. With `fill`, the chart of a wide window is as high as what
    is left of it, and its type is large enough for a projector.
    """
    component = _component()
    sent = {
        "figure": written.figure,
        "alt": f"{look_for} {written.description}",
        "clickable": on_click is not None,
    }
    height = presentation.height(written.height)
    sent |= {"file": picture_name(key), "scale": presentation.scale(), "height": height}
    sent |= {"fill": True} if fill else {}
    room: int | Literal["content"] = "content" if fill else height

    def clicked() -> None:
        if on_click:
            on_click(session.get_control(key)["clicked"])

    if on_click:
        component(data=sent, key=key, height=room, on_clicked_change=clicked)
    else:
        component(data=sent, key=key, height=room)
    if caption:
        st.caption(look_for)


def _component() -> Any:
    return st.components.v2.component(
        NAME,
        html='<div class="live-chart" role="figure"></div>',
        css=CSS,
        js=SCRIPT,
        isolate_styles=False,
    )


def _typed(values: npt.ArrayLike) -> dict[str, str]:
    """An array as one of Plotly's typed arrays, which take half as much text as numbers."""
    array = np.asarray(values)
    kind = array.dtype.newbyteorder("<")
    if kind.kind == "i":
        kind = np.dtype("<i4")  # JavaScript has no longer integers
    spec = {"dtype": f"{kind.kind}{kind.itemsize}"}
    spec["bdata"] = b64encode(np.ascontiguousarray(array, kind).tobytes()).decode("ascii")
    return spec | ({"shape": ", ".join(map(str, array.shape))} if array.ndim > 1 else {})
