"""What a card shows of the learner's network: answers to what is no digit, or its signature."""

import streamlit as st

from ann.lessons.measures import noise
from pages.ui import digits
from pages.ui.lessons import own, shelf
from pages.ui.networks import current
from pages.ui.networks.subject import weights_hash
from pages.ui.words import percent

SHOWN = 6


def show(kind: str) -> None:
    """Noise or inverted digits with the network's answer below each, or its weights' signature."""
    run = own.network()
    if run is None:
        st.caption(shelf.word("no_network"))
        return
    if kind == "signature":
        st.code(weights_hash(run), language=None)
        return
    dataset = current.dataset()
    images = noise(run.n_features, SHOWN)
    if kind == "inverted":
        held_out = dataset.split(run.recipe.validation_fraction)[2]
        images = 255 - held_out[:SHOWN]
    if images.shape[1] != run.n_features or not len(images):
        return
    probabilities = run.predict_proba(images)
    names = dataset.class_names
    captions = [
        f"{names[int(p.argmax())] if len(names) == len(p) else int(p.argmax())}\n{percent(p.max())}"
        for p in probabilities
    ]
    st.caption(shelf.word("network_answers"))
    st.html(digits.strip(images, captions, size=44))
