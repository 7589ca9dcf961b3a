"""The controls that change units on a copy of the network, and what they have changed."""

import streamlit as st

from ann.inside.look import Unit
from pages.look.edits import RANDOM, STRONGEST, Edits, Kept, Tuning, current
from pages.ui import session
from pages.ui.inside.subject import Subject
from pages.ui.words import counted, fitting, listed

MOST_SHIFT, MOST_SCALE = 5.0, 3.0


def controls(subject: Subject, unit: Unit) -> None:
    """Switch the unit off, shift its bias, scale its weights; keep only some of its layer on."""
    edits, hidden = current(), unit.layer < len(subject.run.network.sizes) - 1
    tuning = edits.of_units.get(unit, Tuning())
    suffix = f"{unit}.{edits.round}"
    keys = [f"look.{name}.{suffix}" for name in ("off", "shift", "scale")]

    def tune() -> None:
        found = Tuning(
            bool(session.get_control(keys[0], False)),
            float(session.get_control(keys[1], 0.0)),
            float(session.get_control(keys[2], 1.0)),
        )
        edits.of_units.pop(unit, None)
        if found != Tuning():
            edits.of_units[unit] = found

    left, right = st.columns(2, gap="large")
    with left:
        if hidden:
            st.toggle(
                f"Switch unit {unit} off",
                tuning.off,
                key=keys[0],
                on_change=tune,
                help="Sets all weights that leave the unit to 0, so that the next layer no longer "
                "sees it.",
            )
        st.slider(
            "Shift its bias by",
            -MOST_SHIFT,
            MOST_SHIFT,
            tuning.shift,
            0.1,
            key=keys[1],
            on_change=tune,
            help="Adds this to the bias (with batch norm, to beta): the unit fires more or less "
            "easily.",
        )
        st.slider(
            "Multiply its weights by",
            0.0,
            MOST_SCALE,
            tuning.scale,
            0.1,
            key=keys[2],
            on_change=tune,
            help="Multiplies all weights that enter the unit: 0 makes it the same for each "
            f"{fitting('digit', subject.digits.class_names)}, 1 leaves it as it is.",
        )
    if hidden:
        with right:
            _layer_controls(subject, edits, unit.layer)


def _layer_controls(subject: Subject, edits: Edits, layer: int) -> None:
    width = subject.run.network.sizes[layer]
    kept = edits.of_layers.get(layer, Kept(width, STRONGEST))
    keys = [f"look.{name}.{layer}.{edits.round}" for name in ("keep", "which")]

    def keep() -> None:
        found = Kept(int(session.get_control(keys[0], width)), session.get_control(keys[1]))
        edits.of_layers.pop(layer, None)
        if found.number < width:
            edits.of_layers[layer] = found

    def half() -> None:
        session.set_control(keys[0], width // 2)
        keep()

    st.number_input(
        f"Units of layer {layer} that stay on, of {width:,}",
        0,
        width,
        kept.number,
        key=keys[0],
        on_change=keep,
        help="All other units of the layer are switched off.",
    )
    st.segmented_control(
        "Which stay on",
        [STRONGEST, RANDOM],
        default=kept.which,
        required=True,
        key=keys[1],
        on_change=keep,
        help="The strongest have the largest mean activation times the length of the weights that "
        "leave them.",
    )
    st.button(
        "Switch half the layer off", key=f"look.half.{layer}", on_click=half, disabled=width < 2
    )


def banner(subject: Subject) -> None:
    """Say what was changed, that it is a copy, and that leaving drops it; offer to drop it now."""
    edits = current()
    if not edits:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.info(
            f"Below is a copy of the network with {_listed(edits)}. Your network and its run stay "
            "as they are. Leaving this page drops the changes.",
            icon=":material/content_copy:",
            width="stretch",
        )
        st.button("Drop the changes", icon=":material/undo:", key="look.drop", on_click=edits.drop)


def _listed(edits: Edits, most: int = 4) -> str:
    """The edits in words."""
    parts = [f"only {k.number:,} units of layer {n} on" for n, k in edits.of_layers.items()]
    for unit, tuning in edits.of_units.items():
        done = []
        if tuning.off:
            done.append("off")
        if tuning.shift:
            done.append(f"bias {tuning.shift:+.1f}".replace("-", "−"))
        if tuning.scale != 1:
            done.append(f"weights × {tuning.scale:.1f}")
        parts.append(f"unit {unit} {listed(done)}")
    more = len(parts) - most
    if more > 0:
        parts = [*parts[:most], counted(more, "more change")]
    return listed(parts)
