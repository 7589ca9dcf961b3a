"""Set the sliders, train, and watch."""

import streamlit as st

from pages.train import buttons, watch
from pages.train import presets as train_presets
from pages.ui import controls, frame
from pages.ui.live import chart
from pages.ui.networks import current as current_network
from pages.ui.networks import link as networks_link
from pages.ui.repeats import lanes as repeats_lanes
from pages.ui.repeats import view as repeats_view

networks_link.arrive()
frame.open_page("Train", "Choose a network, press **Start**, and watch it learn.")
busy = current_network.in_progress()
left, right = frame.settings_and_results()
with left:
    presets = st.container()  # above the sliders, but drawn when they have been read
    recipe = controls.edit_recipe(training=busy)
with presets:
    train_presets.show(recipe, disabled=busy)
status = current_network.obey(recipe, busy)
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
    networks_link.check(recipe)
    watch.show(status, log_loss=log_loss)
    if ended := repeats_lanes.of_training():
        repeats_view.show(ended)
chart.load()
