"""How fast a training goes, so that it can be watched: a choice beside its buttons."""

import streamlit as st

from ann.batches import steps_per_epoch
from ann.recipe import Recipe
from ann.running.pace import FULL, Pace

KEY = "pace"
FASTEST, EPOCH = "full speed", "1 epoch/s"
PACES = {  # several steps at a time where single ones would keep the server busy
    "1 step/s": Pace(1, 1.0),
    "10": Pace(2, 0.2),
    "100": Pace(25, 0.25),
    EPOCH: FULL,  # its steps depend on the data and the batch size
    FASTEST: FULL,
}
BEATS = 4  # chunks per second at one epoch per second
HELP = (
    "How many steps per second the training takes. Slow it down to watch the curves grow point by "
    "point, also while it trains. The result stays the same, bit for bit: only the waiting is new."
)


def choose(recipe: Recipe, n_train: int) -> Pace:
    """Draw the choice; returns the pace for a training on `n_train` digits."""
    st.markdown("Pace", help=HELP, width="content")
    name = st.segmented_control(
        "Pace",
        list(PACES),
        default=FASTEST,
        required=True,
        key=KEY,
        persist_state="session",
        label_visibility="collapsed",
        width="content",
    )
    if name == EPOCH:
        return Pace(steps_per_epoch(recipe, n_train), 1.0).in_parts(BEATS)
    return PACES.get(name, FULL)
