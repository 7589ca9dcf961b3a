"""Loss and accuracy of one training, side by side, redrawn while it runs."""

from functools import partial
from typing import Any

import streamlit as st

from ann.history import History
from pages.ui import charts
from pages.ui.live import beat, styles

LOSS = (
    "Thin line: each batch, with dropout and augmentation. Points: after each epoch, without. If "
    "the validation loss rises, the network grows more confident in its mistakes. It may "
    "still make fewer of them: look at the accuracy, too."
)
ACCURACY = (
    "The same for accuracy, the share classified correctly. Validation is what counts: images that "
    "the network never learns from. Nearly every network does better on those that it learns from, "
    "and a gap of a few points is no fault."
)


def curves(
    name: str,
    version: tuple[Any, ...],
    history: History,
    *,
    log_loss: bool = False,
    forecasts: tuple[charts.Forecast, ...] = (),
) -> None:
    """Loss and accuracy side by side, drawn again only when the `version` has changed.

    `name` is unique to these curves on the page. `forecasts` of a learner are drawn into them.
    """
    version = (*version, forecasts)
    left, right = st.container(key=f"{styles.CURVES}{name}").columns(2)
    with left:
        loss = partial(charts.loss_curve, history, log_y=log_loss, forecasts=forecasts)
        beat.chart(f"{name}.loss", (*version, log_loss), loss, LOSS)
    with right:
        accuracy = partial(charts.accuracy_curve, history, forecasts=forecasts)
        beat.chart(f"{name}.accuracy", version, accuracy, ACCURACY)
