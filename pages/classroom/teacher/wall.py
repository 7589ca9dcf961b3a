"""Drawings that learners share: the teacher sees each of them before the class does."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from ann.classroom.snapshot import Classroom
from ann.keeping.database import ArchiveError, owner_of
from ann.keeping.drawings import Drawing
from pages.classroom import live, steer
from pages.ui import digits, session, words
from pages.ui.server import stores, workers

BEAT = 2 * live.BEAT  # seconds: whether somebody has drawn is not as urgent
MOST = 24  # drawings that are shown at once
SIDE = 56  # pixels


def show(room: Classroom) -> None:
    """Those that wait, each with a button; then those on the wall, to take off again."""
    workers.fragment(_show, run_every=BEAT)(room.id)


def _show(class_id: int) -> None:
    try:
        names = writers(class_id)
        n_waiting, waiting = stores.drawings().to_approve(list(names), approved=False, most=MOST)
        n_shown, shown = stores.drawings().to_approve(list(names), approved=True, most=MOST)
    except ArchiveError as error:
        st.caption(f":material/warning: {words.plain(str(error))}.")
        return
    label = f"Wall: {n_waiting:,} waiting, {n_shown:,} shown"
    with st.expander(label, icon=":material/wallpaper:", expanded=True, key="classroom.wall_box"):
        if not waiting and not shown:
            st.caption("Nobody has shared a drawing yet. Learners do so on *Your handwriting*.")
        _row(class_id, waiting, names, approve=True)
        if shown and st.toggle(
            "Take drawings off the wall",
            key="classroom.wall_shown",
            help="Shows the drawings that are on the wall now, each with a button.",
        ):
            _row(class_id, shown, names, approve=False)


def _row(class_id: int, drawings: Sequence[Drawing], names: dict[str, str], approve: bool) -> None:
    with st.container(horizontal=True):
        for one in drawings:
            with st.container(width="content"):
                picture = np.frombuffer(one.picture, np.uint8)[None]
                st.html(digits.strip(picture, size=SIDE))
                st.button(
                    f"{'Show' if approve else 'Take off'} {one.label}",
                    key=f"classroom.wall.{one.id}",
                    on_click=_approve,
                    args=(class_id, one.id, approve),
                    help=f"A {one.label} by {names[one.owner]}. "
                    + ("Nobody sees it before you show it." if approve else "It is on the wall."),
                )


def _approve(class_id: int, number: int, on: bool) -> None:
    """Put a drawing of a member of this class on the wall, or take it off."""
    if not steer.teaches(class_id):
        return
    try:
        stores.drawings().approve([number], on, list(writers(class_id)))
    except ArchiveError as error:
        session.say(f"{error}.", "error")


def writers(class_id: int) -> dict[str, str]:
    """The names of the members by the owners of their drawings."""
    found = live.snapshot(class_id)
    names = {member.id: member.name for member in found.members} if found else {}
    visitors = stores.classrooms().visitors(class_id)
    return {
        owner_of(visitors[number]): name for number, name in names.items() if number in visitors
    }
