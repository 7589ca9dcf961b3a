"""One click to a network that reads digits: the button on Home and Draw, and its progress bar."""

from dataclasses import replace
from math import isfinite

import streamlit as st

import data
from ann.finish import reached
from ann.recipe import Recipe
from ann.recipes.presets import PRESETS
from ann.running.view import Status
from pages.ui import session
from pages.ui.networks import current, opened
from pages.ui.server import datasets
from pages.ui.words import fitting

# Chosen by pen drawings, with the digits that `start` takes: of 100, five such networks read 94 to
# 96; on the embedded MNIST digits alone 87, and 82 without the bending.
QUICK = PRESETS["quick"].recipe
IMAGES = 175_000  # shown in all; seven seconds or so on one core
BEAT = 0.4  # seconds between two looks at the progress


def recipe(n_images: int) -> Recipe:
    """QUICK, with fewer epochs where there are more images; two are the least that pay.

    >>> recipe(5_797).epochs, recipe(60_000).epochs
    (30, 2)
    """
    epochs = min(QUICK.epochs, max(2, IMAGES // n_images))
    return replace(QUICK, epochs=epochs)


def button(label: str = "Train a quick network", key: str = "quick") -> bool:
    """The button that starts it; True in the run after the click."""
    digits = datasets.chosen()
    chosen = recipe(len(digits.images))
    widths = " and ".join(str(width) for width in chosen.hidden_sizes)
    text = (
        f"Trains hidden layers of {widths} neurons for {chosen.epochs} epochs, which takes "
        "seconds. The sliders on the Train page are set to the same."
    )
    if digits.name == data.DEFAULT:
        text += " Besides MNIST's digits it learns from 1,797 of Turkish hands."
    return st.button(
        label, icon=":material/bolt:", type="primary", key=key, on_click=start, help=text
    )


def start() -> None:
    """Put the sliders to the quick recipe and train it. For a button's callback.

    In place of the embedded MNIST digits it takes those with more hands in them: who draws for it
    may write a 7 with a bar. What the visitor has chosen otherwise stays.
    """
    if datasets.chosen().name == data.DEFAULT:
        session.state().dataset = data.MORE_WRITERS
    chosen = recipe(len(datasets.chosen().images))
    session.set_recipe(chosen)
    current.training().begin(chosen, datasets.chosen()).resume()


def outcome() -> str:
    """What the present training has come to, in a sentence; empty if that is not known.

    Also while a kept run is opened: the sentence would be read as being of that.
    """
    job = None if opened.current() else current.training().job
    view = job.view() if job else None
    if view is None or view.status == Status.RUNNING:
        return ""
    share = reached(view.state, view.history)
    text = f"It reads **{share:.1%}** of the digits kept for validation."
    return fitting(text, current.dataset().class_names) if isfinite(share) else ""


def progress() -> None:
    """A bar while the visitor's network trains, nothing when it does not.

    It moves by itself; when the training ends, the whole page runs once more. Its box is always
    there, so that nothing below is remade when it is empty: a canvas would lose its strokes.
    """
    job = current.training().job
    with st.container():
        if job and job.status == Status.RUNNING:
            st.fragment(_bar, run_every=BEAT)()


def _bar() -> None:
    job = current.training().job
    view = job.view() if job else None
    if view is None or view.status != Status.RUNNING:
        st.rerun()
    epochs = view.history.steps["epoch"]
    done = float(epochs[-1]) if len(epochs) else 0.0
    share = min(done / view.recipe.epochs, 1.0)
    st.progress(share, f"The network is learning: epoch {done:.1f} of {view.recipe.epochs}")
