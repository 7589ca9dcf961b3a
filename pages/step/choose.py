"""Choose what the step is on, the row of the batch, and the weight."""

import numpy as np
import streamlit as st

from ann.inside.step import OneStep
from pages.step import place
from pages.step.names import Names
from pages.step.place import StepPlace, Weight
from pages.step.taken import Taken
from pages.ui import digits, session
from pages.ui.inside import bar
from pages.ui.inside.subject import Digit

WHOLE, ROW, LABEL = (f"step.{n}" for n in ("batch", "row", "label"))
LAYER, FROM, TO = (f"step.{n}" for n in ("layer", "from", "to"))
ALONE, NEXT = "digit", "next"


def on_what(digit: Digit, here: StepPlace, names: Names) -> None:
    """Whether the step is on this digit or on the training's next batch."""

    def chosen() -> None:
        here.whole, here.row = session.get_control(WHOLE) == NEXT, None
        place.changed()

    def labeled() -> None:
        here.label = int(session.get_control(LABEL, 0))

    options = {ALONE: f"This {names.thing}", NEXT: "The training's next batch"}
    session.set_control(WHOLE, NEXT if here.whole else ALONE)
    st.segmented_control(
        "Step on",
        list(options),
        required=True,
        key=WHOLE,
        format_func=options.__getitem__,
        on_change=chosen,
        help=f"On this {names.thing}: what training would do with it alone. On the next batch: "
        "the very step that the training takes next, bit for bit.",
    )
    if digit.label is None and not here.whole:
        here.label = min(here.label, len(names.classes) - 1)
        session.set_control(LABEL, here.label)
        st.selectbox(
            "The right answer for your drawing",
            range(len(names.classes)),
            key=LABEL,
            format_func=lambda c: names.classes[c],
            on_change=labeled,
            width=240,
        )


def row(found: Taken, here: StepPlace, names: Names) -> None:
    """The row of the batch that is looked at, and its neighbors."""
    one = found.one
    if not here.whole or one.n == 1:
        return

    def picked() -> None:
        here.row = int(session.get_control(ROW, 0))
        place.changed()

    with st.container(horizontal=True, vertical_alignment="bottom", key="step.rows"):
        session.set_control(ROW, found.row)
        st.number_input(
            "Row of the batch",
            0,
            one.n - 1,
            key=ROW,
            on_change=picked,
            width=150,
            help=f"Which {names.thing} of the batch the numbers below belong to.",
        )
        st.html(_strip(one, found.row, names), width="stretch")


def _strip(one: OneStep, row: int, names: Names) -> str:
    """HTML: the chosen row of the batch and some more, as the network gets them."""
    first = max(0, min(row - 8, one.n - 16))
    rows = range(first, min(first + 16, one.n))
    scaling = one.before.scaling
    images = (one.layers[0].x[rows.start : rows.stop] - scaling.shift) / scaling.factor
    images = np.clip(np.rint(images), 0, 255).astype(np.uint8)
    titles = [f"Row {r}, labeled {names.classes[int(one.y[r])]}" for r in rows]
    return digits.strip(images, titles=titles, size=32, marked=[row - first])


def weight(found: Taken, here: StepPlace, names: Names) -> None:
    """The layer and the two units of the weight."""
    shapes = found.one.network.shapes
    layer, i, j = found.weight

    def typed() -> None:
        to = int(session.get_control(LAYER, layer))
        fan_in, width = shapes[to - 1]
        here.weight = Weight(
            to,
            min(int(session.get_control(FROM, i)), fan_in - 1),
            min(int(session.get_control(TO, j)), width - 1),
        )
        place.changed()

    def largest() -> None:
        here.weight = None
        place.changed()

    for key, value in ((LAYER, layer), (FROM, i), (TO, j)):
        session.set_control(key, value)
    st.selectbox(
        "Weight of layer",
        range(1, len(shapes) + 1),
        key=LAYER,
        on_change=typed,
        format_func=lambda n: "output" if n == len(shapes) else str(n),
        width=140,
    )
    st.number_input(
        "from pixel" if layer == 1 else "from unit",
        0,
        shapes[layer - 1][0] - 1,
        key=FROM,
        on_change=typed,
        width=130,
    )
    st.number_input("to unit", 0, shapes[layer - 1][1] - 1, key=TO, on_change=typed, width=130)
    st.button(
        "Largest step",
        key="step.largest",
        icon=":material/vertical_align_top:",
        on_click=largest,
        disabled=here.weight is None,
        help=f"The weight that this step moves most, of those that this {names.thing} has a "
        "gradient for.",
    )
    bar.link("look", f"Look at unit {layer}-{j}", unit=f"{layer}-{j}")
