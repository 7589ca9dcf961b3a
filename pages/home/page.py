"""Home: what the lab is, and where to go."""

import numpy as np
import streamlit as st

from pages.home import classes, join
from pages.ui import digits, frame, site, words
from pages.ui.lessons import tally
from pages.ui.networks import current, newest, quick, undo
from pages.ui.server import datasets
from pages.ui.words import fitting

FIRST = (  # three things to do, in this order
    (
        "train",
        "1. Watch it learn",
        "Press **Start** and see a network's curves. Then move a slider.",
    ),
    ("draw", "2. Draw for it", "Write a digit of your own. Does the network recognize it?"),
    ("race", "3. Change one thing", "Train two settings side by side: which one learns better?"),
)
MORE = (
    ("lessons", "Take a lesson"),
    ("data", "Look at the data"),
    ("evaluate", "Find its mistakes"),
    ("sweep", "Search for the best settings"),
    ("runs", "Open your saved runs"),
)
IDEAS = """A **neuron** multiplies each of its inputs by a weight, adds up the products, and passes
the sum on through a simple function. A network is layers of neurons, and at first all weights are
random, so it guesses. The **loss** says how wrong its answers are. Training looks at a few digits
at a time and moves every weight a little in the direction that makes the loss smaller. After one
**epoch** it has seen every training digit once."""

newest.bring_back()
frame.open_page(
    "ANN Lab",
    "Watch a neural network in plain NumPy learn to read handwriting. Move its sliders and see "
    "what changes.",
)
classes.show()
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
undo.offer()
if forecasts := tally.sentence():
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(forecasts, width="content")
        frame.page_link("lessons", "Lessons")
st.markdown(fitting(IDEAS, dataset.class_names))
for column, (name, title, text) in zip(st.columns(len(FIRST)), FIRST, strict=True):
    with column, st.container(border=True, height="stretch"):
        label = f":primary[{site.page(name).icon} **{title}**]"
        st.page_link(site.path(name), label=label, width="stretch")
        st.markdown(text)
with st.container(horizontal=True):
    for name, title in MORE:
        frame.page_link(name, title)
join.show()
