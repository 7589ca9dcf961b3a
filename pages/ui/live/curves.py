"""Loss and accuracy of one training, side by side, redrawn while it runs."""

from functools import partial
from typing import Any

import streamlit as st

from ann.history import History
from pages.ui import charts
from pages.ui.live import beat

LOSS = (
    "Thin line: each batch, with dropout and augmentation. Points: after each epoch, without. If "
    "validation rises while training keeps falling, the network is overfitting: it memorizes the "
    "training set."
)
ACCURACY = (
    "The same for accuracy, the share classified correctly. A growing gap between training and "
    "validation is a sign of overfitting."
)


def curves(
    name: str, version: tuple[Any, ...], history: History, *, log_loss: bool = False
) -> None:
    """Loss and accuracy side by side, drawn again only when the `version` has changed.

    `name` is unique to these curves on the page.
    """
    left, right = st.columns(2)
    with left:
        loss = partial(charts.loss_curve, history, log_y=log_loss)
        beat.chart(f"{name}.loss", (*version, log_loss), loss, LOSS)
    with right:
        accuracy = partial(charts.accuracy_curve, history)
        beat.chart(f"{name}.accuracy", version, accuracy, ACCURACY)
