"""The tools below the canvas. All but the brush also work without a mouse or a finger."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from data.checks import PIXELS
from data.checks import SIDE as PIXELS_ALONG
from pages.draw.sheet import RUBBER, Sheet
from pages.ui import session
from pages.ui.canvas import PEN
from pages.ui.networks import current as current_network
from pages.ui.networks import opened
from pages.ui.words import fitting

BRUSHES = {  # width in pixels, and color
    "Thin": (10, PEN[0]),
    "Medium": (PEN[1], PEN[0]),
    "Thick": (30, PEN[0]),
    "Eraser": (RUBBER[1], RUBBER[0]),
}
ARROWS = {  # where to: its icon, pixels to the right, pixels down
    "left": ("arrow_back", -1, 0),
    "right": ("arrow_forward", 1, 0),
    "up": ("arrow_upward", 0, -1),
    "down": ("arrow_downward", 0, 1),
}


def show(sheet: Sheet, names: Sequence[str]) -> None:
    """All tools but the brush, which the canvas needs to know before it is drawn."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.button(
            "Undo stroke",
            icon=":material/undo:",
            key="draw.undo",
            on_click=sheet.undo,
            disabled=not sheet.objects,
            help="Removes the latest stroke.",
        )
        st.button(
            "Clear",
            icon=":material/delete:",
            key="draw.clear",
            on_click=sheet.clear,
            help="Starts the next drawing on an empty canvas.",
        )
        _take(sheet, names)
    # Folded, so that on a phone the answer is not far below the canvas.
    label, unfolded = "Move it, or draw with the keyboard", bool(sheet.title)
    with st.expander(label, unfolded, icon=":material/keyboard:"):
        _move(sheet)
        _keyboard(sheet)


def prepared(sheet: Sheet) -> bool:
    """Whether the drawing is centered and scaled before the network gets it."""
    return bool(session.get_control(_key(sheet), sheet.prepared))


def _key(sheet: Sheet) -> str:
    return f"draw.prepared.{sheet.canvas}"


def _move(sheet: Sheet) -> None:
    """Arrows, and whether the network gets the drawing where it is."""
    with st.container(horizontal=True, vertical_alignment="center"):
        for name, (icon, right, down) in ARROWS.items():
            st.button(
                name.capitalize(),
                icon=f":material/{icon}:",
                key=f"draw.{name}",
                on_click=sheet.shift,
                args=(right, down),
                disabled=not sheet.objects,
                help=f"Moves the drawing {name} by one pixel of the network's input.",
            )
    sheet.prepared = st.toggle(
        "Center and scale it first",
        sheet.prepared,
        key=_key(sheet),
        help="On: the drawing is prepared as MNIST's digits were, so its place and size do not "
        "matter. Off: the network gets the canvas as it is. Then move the drawing with the arrows: "
        "this network knows digits only in the middle.",
    )


def brush(sheet: Sheet) -> tuple[int, str]:
    """The width of the strokes, in pixels of the canvas, and their color."""
    # Not a slider: the canvas cannot cope with so many changes in quick succession.
    name = st.segmented_control(
        "Brush",
        list(BRUSHES),
        default="Medium",
        required=True,
        key="draw.brush",
        persist_state="session",
        on_change=sheet.fix_strokes,
        help="The width of your strokes. It hardly matters to the network: every stroke is made as "
        "thick as MNIST's before the network gets it. Try it. The eraser takes ink away.",
    )
    return BRUSHES[name]


def _take(sheet: Sheet, names: Sequence[str]) -> None:
    """A button that puts a validation digit on the canvas."""
    saved, run = opened.current(), current_network.run()
    digits = saved.digits if saved else current_network.dataset()
    split = digits.split(run.recipe.validation_fraction) if digits and run else None
    count = len(split.validation_labels) if split else 0
    fits = split is not None and split.validation_images.shape[1] == PIXELS

    def take() -> None:
        if split is not None:
            number = int(np.random.default_rng(sheet.canvas).integers(count))
            name = names[split.validation_labels[number]]
            title = fitting(f"Validation digit {number + 1:,} of {count:,}, labeled {name}", names)
            sheet.take(np.asarray(split.validation_images[number]), title)

    st.button(
        fitting("Take a validation digit", names),
        icon=":material/add_photo_alternate:",
        key="draw.take",
        on_click=take,
        disabled=not (count and fits),
        help="Puts one of the digits that the network was tested on, but did not learn, on the "
        "canvas. Move it, erase a part or add a stroke, and see when the network changes its mind.",
    )


def _keyboard(sheet: Sheet) -> None:
    """Lines from point to point, for those who cannot use a mouse or a finger."""
    column = st.slider("Column", 1, PIXELS_ALONG, 14, key="draw.column", help="1 is left.")
    row = st.slider("Row", 1, PIXELS_ALONG, 14, key="draw.row", help="1 is at the top.")
    with st.container(horizontal=True):
        for label, erase, start in (
            ("Start here", False, True),
            ("Line to here", False, False),
            ("Erase to here", True, False),
            ("Erase here", True, True),
        ):
            st.button(
                label,
                key=f"draw.keyboard.{label}",
                on_click=sheet.line,
                args=(int(column), int(row)),
                kwargs={"erase": erase, "start": start},
            )
    if sheet.at:
        st.caption(f"The pen is at column {sheet.at[0]}, row {sheet.at[1]}.")
