"""A member's place in the class: name, lessons, and the runs that are on the board."""

import math

import streamlit as st

from ann.keeping.classrooms import Membership
from ann.recipes import wording
from pages.classroom import live
from pages.ui import frame, looks, tables, words
from pages.ui.lessons import shelf


def show(mine: Membership) -> None:
    """Who the visitor is in this class, what the class does, and what they have posted."""
    room, member = mine.classroom, mine.member
    named = looks.named(member.name, member.look)
    st.html(f'<p style="font-size: 1.6rem; margin: 0">You are <b>{named}</b> in {room.code}</p>')
    st.caption("Click your name in the title to get your link for another device, or to leave.")
    known = {lesson.name: lesson for lesson in shelf.lessons()}
    if picked := [known[name].title for name in room.settings.lessons if name in known]:
        st.markdown("**Lessons:** " + " → ".join(map(shelf.marked, picked)))
    with st.container(horizontal=True):
        frame.page_link("lessons", "Lessons")
        frame.page_link("train", "Train")
        frame.page_link("board", "Board")
    _runs(mine)


def _runs(mine: Membership) -> None:
    found = live.snapshot(mine.classroom.id)
    runs = found.runs_of(mine.member.id)[::-1] if found else ()
    if not runs:
        st.caption("None of your runs are on the board yet. Each one appears there when it ends.")
        return
    st.markdown(f"**{words.counted(len(runs), 'run')} of yours on the board**")
    rows = [
        {
            "Settings": wording.settings(run.recipe, list(run.recipe.differences())) or "defaults",
            "Validation accuracy (%)": 100 * run.validation_accuracy
            if math.isfinite(run.validation_accuracy)
            else None,
            "Epochs": run.epochs,
        }
        for run in (posted.run for posted in runs)
    ]
    st.dataframe(
        rows,
        hide_index=True,
        height=tables.height(len(rows)),
        key="classroom.own",
        column_config={
            "Validation accuracy (%)": st.column_config.NumberColumn(format="%.1f"),
            "Epochs": st.column_config.NumberColumn(format="%.3g"),
        },
    )
