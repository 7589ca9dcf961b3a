"""Loss and accuracy of one training, side by side, redrawn while it goes on."""

from functools import partial

import streamlit as st

from ann.history import History
from pages.ui import charts
from pages.ui.live import beat

LOSS = (
    "Thin line: each batch as it is learned, with dropout and bending where they are on. "
    "Points: whole sets after each epoch, without. Where validation turns up while training falls "
    "on, it memorizes."
)


ACCURACY = (
    "The same for the share that is read rightly. A gap that opens between training and "
    "validation is overfitting."
)


def curves(name: str, version: tuple, history: History, *, log_loss: bool = False) -> None:
    """Loss and accuracy side by side, made anew only when the `version` has changed.

    The `name` tells them from other curves on the page.
    """
    left, right = st.columns(2)
    with left:
        loss = partial(charts.loss_curve, history, log_y=log_loss)
        beat.chart(f"{name}.loss", (*version, log_loss), loss, LOSS)
    with right:
        accuracy = partial(charts.accuracy_curve, history)
        beat.chart(f"{name}.accuracy", version, accuracy, ACCURACY)
