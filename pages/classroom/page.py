"""Class: a teacher starts one, steers it and watches it; a member sees who they are in it."""

import streamlit as st

from ann.keeping.database import ArchiveError
from pages.classroom import newcomer, own
from pages.classroom.teacher import link, steps
from pages.ui import frame, words
from pages.ui.classroom import current
from pages.ui.server import workers

LEAD = "Everyone makes a forecast, everyone trains, and everyone sees the results."


def page() -> None:
    """What the visitor may see here: the classes they teach, their own place in one, or the way in.

    Somebody may be both, for example a teacher who tries out what learners see.
    """
    link.take()
    frame.open_page("Class", LEAD)
    try:
        mine, rooms = current.membership(), current.taught()
        if mine:
            own.show(mine)
        if rooms:
            workers.vouch()
            steps.show(rooms)
        elif not mine:
            newcomer.show()
    except ArchiveError as error:
        st.error(words.plain(f"{error}."), icon=":material/error:")


page()
