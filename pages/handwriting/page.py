"""Your handwriting: write ten of each digit, and see what a network learns from them."""

import streamlit as st

from ann.keeping.database import ArchiveError
from pages.handwriting import collection, from_sheet, grid, pad, sharing, train
from pages.ui import frame, words

DRAW, SHEET, TRAIN = "Draw", "Fill in a sheet", "Train"
LEAD = "Can a network read **your handwriting**? Write ten of each digit, train it, and see."


def page() -> None:
    """Draw or bring digits, then train with and without them."""
    frame.open_page("Your handwriting", LEAD)
    try:
        written = collection.mine()
    except ArchiveError as error:
        st.error(words.plain(str(error)), icon=":material/error:")
        return
    step = st.segmented_control(
        "What to do",
        [DRAW, SHEET, TRAIN],
        default=DRAW,
        required=True,
        key="hand.step",
        persist_state="session",
        label_visibility="collapsed",
        help="Write digits on the screen or on paper; then train with them and without them.",
    )
    if step == TRAIN:
        train.show(written)
        return
    left, right = st.columns([2, 3], gap="large")
    with left:
        if step == DRAW:
            pad.show()
        else:
            from_sheet.show()
    with right:
        st.html(grid.html(written))
        st.caption(grid.LEGEND)
        sharing.show(written)


page()
