"""The controls of Look: what is explained, which unit, and how many terms of its sum."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from ann.inside.look import Look, Unit
from pages.look import place
from pages.look.mosaics import CONTRIBUTION, INDEX
from pages.look.names import Names
from pages.ui import session
from pages.ui.inside.subject import Subject
from pages.ui.links import address

ORDER, TARGET, AGAINST = "look.order", "look.target", "look.against"  # keys of controls
LAYER, NUMBER, TERMS, CHANGE = "look.layer", "look.unit", "look.terms", "look.change"
ORDERS = {INDEX: "index", CONTRIBUTION: "contribution"}
RIVAL, NOBODY = -1, -2  # in place of a class that the target is compared with
ANSWER = -1  # in place of a class that is explained
FEW, MORE = 5, 10  # terms of a sum that are shown


def show(subject: Subject, seen: Look, names: Names) -> int:
    """What is shown, in which order; returns how many terms of a sum."""
    here, classes = place.place(), names.classes
    with st.container(horizontal=True, vertical_alignment="bottom", key="look.controls"):
        here.order = st.segmented_control(
            "Cells in order of",
            list(ORDERS),
            default=here.order,
            required=True,
            key=ORDER,
            format_func=ORDERS.__getitem__,
            help="Contribution: an activation times the slope of the explained logit with respect "
            "to it. The first cell speaks most for the answer, the last one most against it.",
        )
        st.selectbox(
            "Explain",
            [ANSWER, *range(len(classes))],
            key=TARGET,
            format_func=lambda c: "the answer" if c == ANSWER else str(classes[c]),
            width=130,
            help="The class whose logit the contributions are measured on.",
        )
        st.selectbox(
            "compared with",
            [RIVAL, NOBODY, *range(len(classes))],
            key=AGAINST,
            format_func=lambda c: (
                {RIVAL: "true class or next best", NOBODY: "nothing"}.get(c) or str(classes[c])
            ),
            width=210,
            help="Then contributions are those to the difference of the two logits. If the answer "
            "is wrong, it is compared with the true class; otherwise, with the second-best class.",
        )
        _choose_unit(subject, names)
        more = st.toggle("10 terms", key=TERMS, help="Shows the 10 strongest terms, not only 5.")
    return MORE if more else FEW


def _choose_unit(subject: Subject, names: Names) -> None:
    here, sizes = place.place(), subject.run.network.sizes

    def typed() -> None:
        layer = int(session.get_control(LAYER))
        number = int(session.get_control(NUMBER, 0) or 0)
        _choose(subject, Unit(layer, min(number, sizes[layer] - 1)))

    st.selectbox(
        "Layer",
        range(1, len(sizes)),
        key=LAYER,
        on_change=typed,
        format_func=lambda n: "output" if n == names.last else str(n),
        width=110,
    )
    st.number_input(
        "Unit",
        0,
        sizes[here.unit.layer] - 1,
        key=NUMBER,
        on_change=typed,
        width=120,
        help="Or click a cell. By keyboard: Tab to a mosaic, the arrow keys, and Enter.",
    )


def clicked(subject: Subject) -> Callable[[Any], None]:
    """What to do with the unit that a browser says was clicked."""

    def take(sent: object) -> None:
        """Choose the unit that was clicked; ignore anything that is not one."""
        try:
            unit = place.read(str(sent)[:20], subject.run.network)
        except ValueError:
            return
        _choose(subject, unit)

    return take


def _choose(subject: Subject, unit: Unit) -> None:
    """Show this unit. For a callback."""
    place.choose(unit)
    set_unit(subject)
    address.write()


def set_unit(subject: Subject) -> None:
    unit = place.place().unit
    session.set_control(LAYER, unit.layer)
    session.set_control(NUMBER, unit.number)
