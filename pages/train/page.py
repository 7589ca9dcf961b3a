"""Train a network: set the sliders, press Start, and watch it learn."""

from functools import partial

import streamlit as st

from pages.train import augment_preview, buttons, watch
from pages.train import presets as train_presets
from pages.ui import controls, frame, session
from pages.ui.buttons import log_scale
from pages.ui.live import chart
from pages.ui.networks import current, link, resume
from pages.ui.repeats import lanes as repeats_lanes
from pages.ui.repeats import view as repeats_view
from pages.ui.server import datasets

KEY = "train"
NEXT = (("evaluate", "Evaluate it"), ("draw", "Draw for it"), ("race", "Change one thing"))


def page() -> None:
    """Controls on the left; on the right, the buttons and the live view."""
    training = current.training()
    link.arrive(training)
    frame.open_page("Train", "Choose a network, press **Start**, and watch it learn.")
    busy, dataset = training.in_progress, datasets.chosen()
    left, right = frame.settings_and_results()
    with left:
        presets = st.container()  # above the sliders, but drawn after they have been read
        recipe = controls.edit(
            current.recipe(),
            training=busy,
            below={"Augmentation": partial(augment_preview.preview, dataset)},
            set_recipe=session.set_recipe,
        )
        current.update_recipe(recipe)
    with presets:
        train_presets.show(recipe, disabled=busy, set_recipe=session.set_recipe)
    status = training.carry_out(recipe, dataset, busy)
    with right:
        with st.container(horizontal=True, vertical_alignment="center"):
            buttons.show(training, status, KEY)
            st.space("stretch")
            log_loss = log_scale("log_loss")
        link.check(training, recipe, dataset, KEY)
        if status is None:
            resume.offer()
        watch.show(
            training,
            status,
            recipe,
            dataset,
            key=KEY,
            log_loss=log_loss,
            what_next=partial(what_next, training),
            set_recipe=session.set_recipe,
        )
        if ended := repeats_lanes.of_training(training):
            repeats_view.show(ended)
    chart.load()


def what_next(training: current.CurrentTraining) -> None:
    """What to do with a network whose training has ended."""
    for name, label in NEXT:
        frame.page_link(name, label)
    link.of_training(training, KEY)


page()
