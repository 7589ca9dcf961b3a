"""Charts that change in place while a network trains.

`st.plotly_chart` treats a changed figure as another chart: it removes the old one and builds a new
one, so a live curve would flicker at every beat and lose what the reader points at. Here, Plotly
itself moves the lines of the existing chart. Seen with Streamlit 1.67 and Plotly 7.
"""

import json
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import streamlit as st

from pages.ui import session
from pages.ui.server import internals

NAME, LOADER = "ann_lab_chart", "ann_lab_loader"
SCRIPT = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
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
    return Written(text, figure["layout"]["height"])


def chart(
    written: Written,
    key: str,
    look_for: str,
    *,
    caption: bool = True,
    on_click: Callable[[Any], None] | None = None,
) -> None:
    """A figure with a caption on what to look for, as in `frame.chart`; `key` identifies the chart.

    Without `caption`, only screen readers read it, because the page says it once for many charts.
    `on_click` is given [x, y] of a point or of a cell in a heat map, as the browser sent it: a
    forged message can contain anything.
    """
    component = st.components.v2.component(
        NAME,
        html='<div class="live-chart" role="figure"></div>',
        css=".live-chart.clickable .nsewdrag { cursor: pointer; }",
        js=SCRIPT,
        isolate_styles=False,
    )
    sent = {"figure": written.figure, "alt": look_for, "clickable": on_click is not None}

    def clicked() -> None:
        if on_click:
            on_click(session.get_control(key)["clicked"])

    if on_click:
        component(data=sent, key=key, height=written.height, on_clicked_change=clicked)
    else:
        component(data=sent, key=key, height=written.height)
    if caption:
        st.caption(look_for)


def _typed(values: npt.ArrayLike) -> dict[str, str]:
    """An array as one of Plotly's typed arrays, which take half as much text as numbers."""
    array = np.asarray(values)
    kind = array.dtype.newbyteorder("<")
    if kind.kind == "i":
        kind = np.dtype("<i4")  # JavaScript has no longer integers
    spec = {"dtype": f"{kind.kind}{kind.itemsize}"}
    spec["bdata"] = b64encode(np.ascontiguousarray(array, kind).tobytes()).decode("ascii")
    return spec | ({"shape": ", ".join(map(str, array.shape))} if array.ndim > 1 else {})
