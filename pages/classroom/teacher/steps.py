"""A teacher's class, step by step: lessons, code, watching, handwriting, results."""

from collections.abc import Sequence

import streamlit as st

from ann.classroom.snapshot import Classroom
from pages.classroom import chosen, live, newcomer
from pages.classroom.teacher import code, handwriting, picks, results
from pages.classroom.watch import view
from pages.ui import site


def show(rooms: Sequence[Classroom]) -> None:
    """The chosen class at the chosen step."""
    found = live.snapshot(chosen.room(rooms).id)
    if found is None:
        return
    room = found.classroom  # as what is redrawn below it will compare it
    with st.container(horizontal=True, vertical_alignment="center"):
        chosen.pick(rooms)
        at = chosen.step(room, len(found.members))
        _board(room)
        newcomer.new_class()
    if room.ended:
        st.info("This class has ended: nobody can join it or post in it.", icon=":material/stop:")
    if at == chosen.LESSONS:
        picks.show(room)
    elif at == chosen.CODE:
        code.show(room)
    elif at == chosen.WATCH:
        view.show(room)
    elif at == chosen.HANDWRITING:
        handwriting.show(room)
    else:
        results.show(found)


def _board(room: Classroom) -> None:
    """A link to what the projector shows."""
    board = site.page("board")
    st.page_link(
        site.path(board.name),
        label=board.title,
        icon=board.icon,
        query_params={"code": room.code},
        help="What the class sees on the projector. Open it in a window of its own.",
    )
