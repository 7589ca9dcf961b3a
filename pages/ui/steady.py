"""Charts that change in place while a network trains.

`st.plotly_chart` takes a changed figure for another chart: it removes the old one and builds the
new one, so that a live curve blinks at every beat and loses what the reader points at. Here Plotly
itself moves the lines of the chart that is there.
"""

from pathlib import Path

import plotly.graph_objects as go
import streamlit as st

NAME = "ann_lab_steady"
SCRIPT = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
HIDDEN = """<style>.st-key-plotly-loader {
  position: absolute; width: 1px; height: 1px; overflow: hidden; visibility: hidden;
}</style>"""


def load() -> None:
    """Let the browser load Plotly, which comes with Streamlit's chart; call it at a page's end.

    It is big. Loaded before the first click, it does not keep the first point waiting.
    """
    st.html(HIDDEN)
    with st.container(key="plotly-loader"):
        st.plotly_chart(go.Figure(layout={"height": 10}), key="plotly-loader-chart")


def chart(figure: go.Figure, key: str, look_for: str) -> None:
    """A figure with a line on what to look for, as `frame.chart`; `key` is the chart's for good."""
    component = st.components.v2.component(
        NAME, html='<div class="steady" role="figure"></div>', js=SCRIPT, isolate_styles=False
    )
    component(
        data={"figure": figure.to_json(), "alt": look_for}, key=key, height=figure.layout.height
    )
    st.caption(look_for)
