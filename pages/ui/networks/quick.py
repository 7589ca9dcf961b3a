"""One click to a trained network: the button on Home and Draw, and its progress bar.

It sets every slider and takes the place of the current training, which is paused and not ended: a
click brings back both (`pages.ui.networks.undo`).
"""

from dataclasses import replace
from math import isfinite

import streamlit as st

from ann.finish import reached
from ann.recipe import Recipe
from ann.recipes.presets import PRESETS
from ann.running.budget import NoRoomError
from ann.running.view import Status
from pages.ui import buttons, session
from pages.ui.networks import current, made_for, opened, undo
from pages.ui.server import classes, datasets, workers
from pages.ui.words import fitting, time_left

# Chosen on pen drawings, with the data set that `start` uses (see the README of ann.recipes).
PRESET = PRESETS["quick"]
QUICK = PRESET.recipe
IMAGES = 265_000  # to train on in total; about seven seconds on one core
MOST_EPOCHS = 45
BEAT = 0.4  # seconds between two updates of the progress bar


def recipe(n_images: int) -> Recipe:
    """QUICK, with fewer epochs the more images there are, but at least two.

    >>> recipe(4_000).epochs, recipe(12_212).epochs, recipe(60_000).epochs
    (45, 21, 4)
    """
    epochs = min(MOST_EPOCHS, max(2, IMAGES // n_images))
    return replace(QUICK, epochs=epochs)


def button(label: str = "Train a quick network", key: str = "quick") -> bool:
    """The button that trains it; True in the run of the page after a click."""
    digits = datasets.chosen()
    more = made_for.candidates(PRESET, digits)
    chosen = QUICK if more else recipe(len(digits.images))
    widths = " and ".join(str(width) for width in chosen.hidden_sizes)
    text = (
        f"Trains a network with hidden layers of {widths} neurons for {chosen.epochs} epochs, in "
        "seconds, and sets the sliders on the Train page to the same settings."
    )
    if more or digits.name == PRESET.data_set:
        text += " Besides MNIST's digits, it learns from 8,212 digits by Turkish writers."
    return buttons.begin(label, key, "bolt", text, start)


def start() -> None:
    """Set the sliders to the quick recipe and train it. For a button's callback.

    In place of MNIST's digits, the embedded ones or all, it uses the embedded set with more
    writers: people who draw for it may write a 7 with a bar. Any other data set that the visitor
    has chosen stays.
    """
    name = made_for.find(PRESET, datasets.chosen()) or session.state().dataset
    begin(classes.seeded(recipe(len(datasets.by_name(name).images))), name)


def begin(recipe: Recipe, dataset: str | None) -> None:
    """Set the sliders to this recipe and train it on the data set with this name, with a way back.

    For a button's callback.
    """
    if classes.refused():
        return
    state, training = session.state(), current.training()
    before = undo.Before.now()
    training.pause()
    training.job = None  # so that it is not ended
    state.dataset = dataset
    session.set_recipe(recipe)
    try:
        job = training.begin(recipe, datasets.chosen())
    except NoRoomError as error:
        before.restore()
        session.say(str(error), "error")
        return
    job.resume()
    undo.remember(before, job)


def outcome() -> str:
    """The accuracy of the current training in a sentence; empty if it is not known.

    Empty also while a saved run is opened: the sentence would seem to be about that run.
    """
    job = None if opened.current() else current.training().job
    view = job.view() if job else None
    if view is None or view.status == Status.RUNNING:
        return ""
    share = reached(view.state, view.history)
    text = f"It classifies **{share:.1%}** of the validation digits correctly."
    return fitting(text, current.dataset().class_names) if isfinite(share) else ""


def progress() -> None:
    """A progress bar while the visitor's network trains, nothing otherwise.

    It moves by itself; when the training ends, the whole page runs once more. Its container is
    always there, so that nothing below it is drawn again: a canvas would lose its strokes.
    """
    job = current.training().job
    with st.container():
        if job and job.status == Status.RUNNING:
            workers.fragment(_bar, run_every=BEAT)()


def _bar() -> None:
    job = current.training().job
    view = job.view() if job else None
    if view is None or view.status != Status.RUNNING:
        st.rerun()
    epochs = view.history.steps["epoch"]
    done = float(epochs[-1]) if len(epochs) else 0.0
    share = min(done / view.recipe.epochs, 1.0)
    text = f"The network is learning: epoch {done:.1f} of {view.recipe.epochs}"
    if view.place:
        text = f"The network is {time_left(view.seconds_left, view.place)}."
    st.progress(share, text)
