"""Set the sliders, train, and watch."""

import streamlit as st

from pages.ui import (
    buttons,
    controls,
    frame,
    live,
    luck,
    luck_view,
    preset_box,
    run_link,
    steady,
    training,
)

run_link.arrive()
frame.open_page("Train", "Choose a network, press **Start**, and watch it learn.")
busy = training.in_progress()
left, right = frame.settings_and_results()
with left:
    presets = st.container()  # above the sliders, but drawn when they have been read
    recipe = controls.edit_recipe(training=busy)
with presets:
    preset_box.show(recipe, disabled=busy)
status = training.obey(recipe, busy)
with right:
    with st.container(horizontal=True, vertical_alignment="center"):
        buttons.show(status)
        st.space("stretch")
        log_loss = st.toggle(
            "Log loss",
            key="log_loss",
            persist_state="session",
            help="Draw the loss on a logarithmic axis, where small losses can be told apart.",
        )
    run_link.check(recipe)
    live.show(status, log_loss=log_loss)
    if ended := luck.of_training():
        luck_view.show(ended)
steady.load()
