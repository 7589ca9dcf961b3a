"""Charts that change in place while a network trains.

`st.plotly_chart` takes a changed figure for another chart: it removes the old one and builds the
new one, so that a live curve blinks at every beat and loses what the reader points at. Here Plotly
itself moves the lines of the chart that is there.
"""

import json
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import streamlit as st

from pages.ui import frame, session

NAME, LOADER = "ann_lab_steady", "ann_lab_loader"
SCRIPT = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
HIDDEN = """<style>.st-key-plotly-loader {
  position: absolute; width: 1px; height: 1px; overflow: hidden; visibility: hidden;
}</style>"""


FIRST = {
    "data": [{"type": "scatter", "mode": "markers", "x": [0], "y": [0]}],
    "layout": {"height": 10, "margin": {"t": 0, "b": 0}},
}


class Written(NamedTuple):
    """A figure on its way to the browser."""

    figure: str  # JSON
    height: int  # pixels


def load() -> None:
    """Let the browser load what draws, before the first click; call it at a page's end.

    Plotly, which comes with Streamlit's chart, is big and slow to draw a first point; what runs
    our own script is loaded with the first one. The first point of a curve need not wait for them.
    """
    st.html(HIDDEN)
    with st.container(key="plotly-loader"):
        st.plotly_chart(frame.drawn(FIRST), key="plotly-loader-chart")
        st.components.v2.component(LOADER, js="export default () => {}")(key="script-loader")


def write(figure: dict) -> Written:
    """Write a figure as JSON, once, for the many times that it is shown.

    >>> write({"data": [{"x": np.zeros(2, np.float32)}], "layout": {"height": 90}}).figure
    '{"data":[{"x":{"dtype":"f4","bdata":"AAAAAAAAAAA="}}],"layout":{"height":90}}'
    """
    text = json.dumps(figure, default=_typed, separators=(",", ":"))
    return Written(text, figure["layout"]["height"])


def chart(
    written: Written,
    key: str,
    look_for: str,
    *,
    caption: bool = True,
    on_click: Callable[[Any], None] | None = None,
) -> None:
    """A figure with a line on what to look for, as `frame.chart`; `key` is the chart's for good.

    Without `caption` the line is read to the blind only: the page says it once for many charts.
    `on_click` gets [x, y] of a point or a heat map's cell, as the browser says it: whoever forges
    a message can send anything.
    """
    component = st.components.v2.component(
        NAME,
        html='<div class="steady" role="figure"></div>',
        css=".steady.clickable .nsewdrag { cursor: pointer; }",
        js=SCRIPT,
        isolate_styles=False,
    )
    told = {"figure": written.figure, "alt": look_for, "clickable": on_click is not None}
    asked = {}
    if on_click:
        asked["on_clicked_change"] = lambda: on_click(session.get_control(key)["clicked"])
    component(data=told, key=key, height=written.height, **asked)
    if caption:
        st.caption(look_for)


def _typed(array):
    """An array as Plotly's typed array: half the text, and no number is written out."""
    array = np.asarray(array)
    kind = array.dtype.newbyteorder("<")
    if kind.kind == "i":
        kind = np.dtype("<i4")  # JavaScript has no longer ones
    spec = {"dtype": f"{kind.kind}{kind.itemsize}"}
    spec["bdata"] = b64encode(np.ascontiguousarray(array, kind)).decode("ascii")
    return spec | ({"shape": ", ".join(map(str, array.shape))} if array.ndim > 1 else {})
