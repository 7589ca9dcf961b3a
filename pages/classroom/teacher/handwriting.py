"""The class's handwriting: what goes on the wall, and which writer a network cannot read."""

import streamlit as st

from ann.classroom.snapshot import Classroom
from ann.keeping.database import ArchiveError
from pages.classroom import steer
from pages.classroom.teacher import wall
from pages.ui import session, words
from pages.ui.server import stores
from pages.ui.writers import view

WALL, NAMED = "classroom.wall", "classroom.named"
ABOUT = (
    "Learners write on *Your handwriting* and share their digits there. Only you see what they "
    "share; the class sees what you show."
)


def show(room: Classroom) -> None:
    """The wall first, then leaving one writer out, with all digits that the members share."""
    st.caption(ABOUT)
    session.set_control(WALL, room.settings.wall)
    st.toggle(
        "Wall",
        key=WALL,
        on_change=_switch,
        args=(room.id,),
        help="The board shows drawings that their writers share and you approve.",
    )
    wall.show(room)
    st.header("Whom can the network not read?", anchor=False)
    named = st.toggle(
        "Names",
        key=NAMED,
        help="Off, writers have numbers: nobody in the room knows whose digits are read worst.",
    )
    try:
        names = wall.writers(room.id)
        shared = stores.drawings().shared_by(list(names), approved_only=False)
    except ArchiveError as error:
        st.caption(f":material/warning: {words.plain(str(error))}.")
        return
    drawings = [(names[one.owner], one.label, one.picture, one.aside) for one in shared]
    view.show(view.of_drawings(drawings), named=named, key="classroom.writers")


def _switch(class_id: int) -> None:
    steer.change(class_id, wall=bool(session.get_control(WALL)))
