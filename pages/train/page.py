"""Train a network: set the sliders, press Start, and watch it learn."""

from functools import partial

import streamlit as st

from ann.recipe import Recipe
from pages.train import augment_preview, buttons, only_shown, pace, watch
from pages.train import presets as train_presets
from pages.ui import controls, frame, session, words
from pages.ui.buttons import log_scale
from pages.ui.inside import from_digits
from pages.ui.lessons import train_page as lesson
from pages.ui.live import chart, presentation, styles
from pages.ui.networks import current, link, newest, undo
from pages.ui.repeats import lanes as repeats_lanes
from pages.ui.repeats import view as repeats_view
from pages.ui.server import classes, datasets, stores
from pages.ui.server.visitor import visitor_id

KEY = "train"
NEXT = (
    ("evaluate", "Evaluate it"),
    ("draw", "Draw for it"),
    ("look", "Look inside"),
    ("race", "Change one thing"),
)


def page() -> None:
    """Controls on the left; on the right, the buttons and the live view."""
    training = current.training()
    newest.bring_back(sliders=True)
    link.arrive(training)
    only_shown.arrive()
    frame.open_page("Train", "Choose a network, press **Start**, and watch it learn.")
    busy, dataset = training.in_progress, datasets.chosen()
    left, right = frame.settings_and_results()
    with left:
        only = only_shown.names(lesson.shown() or classes.settings().controls)
        presets = st.container()  # above the sliders, but drawn after they have been read
        recipe = controls.edit(
            current.recipe(),
            training=busy,
            below={"Augmentation": partial(augment_preview.preview, dataset)},
            set_recipe=session.set_recipe,
            only=only,
            defaults=classes.blank(),
        )
        current.update_recipe(recipe)
    if not only:
        with presets:
            train_presets.show(recipe, disabled=busy, set_recipe=begin_with)
    status = training.carry_out(recipe, dataset, busy)
    with right:
        newest.show()
        undo.offer()
        st.html(styles.STYLE)
        with st.container(horizontal=True, vertical_alignment="center", key=styles.CONTROLS):
            buttons.show(training, status, KEY, hold=lesson.hold())
        with st.container(horizontal=True, vertical_alignment="center", key=styles.OPTIONS):
            split = dataset.split(recipe.validation_fraction)
            training.set_pace(pace.choose(recipe, len(split.train_images)))
            st.space("stretch")
            log_loss = log_scale("log_loss")
            presentation.toggle()
        link.check(training, recipe, dataset, KEY)
        unsaved = stores.run_autosave().unsaved(visitor_id())
        if unsaved and unsaved[0] is training.job:
            st.warning(f"{words.plain(unsaved[1])}.", icon=":material/warning:")
        if status is None:
            newest.offer()
        watch.show(
            training,
            status,
            recipe,
            dataset,
            key=KEY,
            log_loss=log_loss,
            what_next=partial(what_next, training),
            set_recipe=session.set_recipe,
            forecasts=lesson.forecasts(),
        )
        if ended := repeats_lanes.of_training(training):
            repeats_view.show(ended)
    chart.load()
    from_digits.listen()


def begin_with(recipe: Recipe) -> None:
    """For a callback: set all sliders; a member of a class keeps a seed of their own."""
    session.set_recipe(classes.seeded(recipe))


def what_next(training: current.CurrentTraining) -> None:
    """What to do with a network whose training has ended."""
    if training.job and training.job.can_continue:
        buttons.more_epochs(training, KEY, session.set_recipe)
    for name, label in NEXT:
        frame.page_link(name, label)
    link.of_training(training, KEY)


page()
