"""A map of the digits: what does each layer of the network bring together, and what apart?"""

import streamlit as st

from pages.map import picture, points
from pages.ui import words
from pages.ui.inside import bar
from pages.ui.live import chart


def page() -> None:
    """Choose a layer and a way to draw it; then the map, its neighbors, and all layers' numbers."""
    shown = bar.open_page("Map", "What is alike for the network lies near each other on the map.")
    if shown is None:
        return
    subject = shown.subject
    found = points.of(shown)
    if int(found.known.sum()) < points.LEAST:
        st.info(
            words.fitting(
                f"A map needs {points.LEAST} digits or more; this data set has fewer.",
                subject.digits.class_names,
            )
        )
        return
    picture.show(shown, found)
    chart.load()


page()
