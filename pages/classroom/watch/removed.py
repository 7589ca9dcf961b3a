"""What a teacher has removed, to put back."""

import streamlit as st

from ann.classroom.snapshot import Removed, Snapshot
from ann.keeping.database import ArchiveError
from pages.classroom import steer
from pages.ui.live import beat
from pages.ui.server import stores


def show(found: Snapshot) -> None:
    """A box with a button for each; nothing if nothing was removed."""
    class_id = found.classroom.id
    gone = beat.once("classroom.removed", found.version, lambda: _removed(class_id))
    if not gone.members and not gone.runs:
        return
    with st.expander("Removed", icon=":material/undo:"):
        for member in gone.members:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(member.name, width="stretch")
                st.button(
                    "Put back",
                    key=f"classroom.back.{member.id}",
                    on_click=steer.remove_member,
                    args=(class_id, member.id, False),
                    help="The learner and their runs are on the board again.",
                )
        for posted in gone.runs:
            member_of = found.member(posted.member)
            with st.container(horizontal=True, vertical_alignment="center"):
                name = member_of.name if member_of else "?"
                st.markdown(
                    f"A run of {name}: {posted.run.validation_accuracy:.1%}", width="stretch"
                )
                st.button(
                    "Put back",
                    key=f"classroom.run_back.{posted.id}",
                    on_click=steer.remove_run,
                    args=(class_id, posted.id, False),
                    help="The run is on the board again.",
                )


def _removed(class_id: int) -> Removed:
    try:
        return stores.classrooms().removed(class_id)
    except ArchiveError:
        return Removed()  # the next look tries again
