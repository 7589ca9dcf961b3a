"""Home: what the lab is, and where to go."""

import numpy as np
import streamlit as st

from pages.ui import digits, frame, site, words
from pages.ui.networks import current, quick
from pages.ui.server import datasets, listening
from pages.ui.words import fitting

STEPS = (
    ("data", "Look at the data", "Each digit is 784 pixel values."),
    ("train", "Train a network", "Move the sliders and watch it learn."),
    ("evaluate", "Find its mistakes", "Which digits does it confuse, and how confident is it?"),
    ("draw", "Draw for it", "Write a digit of your own. Does the network recognize it?"),
    ("race", "Change one thing", "Two settings side by side: which learns better?"),
    ("sweep", "Search for the best", "Many settings at once, on a map of what works."),
)
ACROSS = 3

frame.open_page(
    "ANN Lab",
    "Watch a neural network in plain NumPy learn to read handwriting. Move its sliders and see "
    "what changes.",
)
dataset = datasets.chosen()
n = len(dataset.labels)
picked = np.random.default_rng(7).choice(n, min(80, n), replace=False)
st.html(digits.strip(dataset.images[picked], size=48, rows=2))
st.caption(
    f"{words.plain(dataset.title)}: {n:,} {fitting('digits', dataset.class_names)} to learn from "
    f"and {len(dataset.test_labels):,} to test with, all on this machine."
)
with st.container(horizontal=True, vertical_alignment="center"):
    quick.button()
    if current.run():
        frame.page_link("draw", "Draw a digit for it")
        st.markdown(quick.outcome())
quick.progress()
for first in range(0, len(STEPS), ACROSS):
    row = STEPS[first : first + ACROSS]
    for column, (name, title, text) in zip(st.columns(ACROSS), row, strict=True):
        with column, st.container(border=True, height="stretch"):
            label = f":primary[{site.page(name).icon} **{title}**]"
            st.page_link(site.path(name), label=label, width="stretch")
            st.markdown(text)
st.caption(f":material/lan: {listening.audience()}")
