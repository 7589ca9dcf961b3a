"""Set the sliders, train, and watch."""

import streamlit as st

from pages.ui import buttons, controls, frame, live, training

frame.open_page("Train", "Choose a network, press start, and watch it learn.")
left, right = st.columns([1, 2.6], gap="large")
with left:
    recipe = controls.edit_recipe(training=training.in_progress())
training.obey(recipe)
with right:
    with st.container(horizontal=True):
        buttons.show()
    live.show()
