"""The way from Home into a class: a box for its code, or the codes that this browser teaches."""

import streamlit as st

from ann.keeping.database import ArchiveError
from pages.ui import frame
from pages.ui.classroom import current, join


def show() -> None:
    """One line; nothing for a member, whose name stands in the title."""
    try:
        mine, taught = current.membership(), current.taught()
    except ArchiveError:
        return  # the page Class says what is wrong
    codes = [room.code for room in taught if not room.ended]
    if codes:
        with st.container(horizontal=True, vertical_alignment="center"):
            text = "Your class" if len(codes) == 1 else "Your classes"
            st.markdown(f"{text}: **{', '.join(codes)}**", width="content")
            frame.page_link("classroom", "Watch it" if len(codes) == 1 else "Watch them")
    elif mine is None:
        with st.popover(
            "Join a class",
            icon=":material/login:",
            key="home.class",
            help="For the code that your teacher shows.",
        ):
            join.form()
