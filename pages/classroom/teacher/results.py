"""What is left of a class: files to take away; then end it, or delete it with everything."""

import time
from functools import partial

import streamlit as st

from ann.classroom import export
from ann.classroom.codes import clean_code
from ann.classroom.overview import overview
from ann.classroom.report import report
from ann.classroom.snapshot import Classroom, Snapshot
from pages.classroom import chosen, steer
from pages.ui import session, tables
from pages.ui.lessons import shelf

CONFIRM = "classroom.confirm"
DATE = "%Y-%m-%d"


def show(found: Snapshot) -> None:
    """The files, then the end."""
    room = found.classroom
    st.markdown(
        "Everything in this class is deleted on "
        f"**{time.strftime(DATE, time.localtime(room.expires))}** "
        "at the latest. Download what you want to keep before then."
    )
    with st.container(horizontal=True):
        _files(found)
    with st.container(horizontal=True):
        _end(room)
        _delete(found)


def _files(found: Snapshot) -> None:
    """Each file is made when it is asked for."""
    lessons, code = shelf.lessons(), found.classroom.code
    seen = overview(found, lessons)
    for name, label, icon, make, kind, help in (
        (
            "cards.csv",
            "Cards (CSV)",
            "table",
            lambda: tables.csv_file(export.cards(seen, found)),
            "text/csv",
            "A row for each member and card: progress, tries, forecast and result.",
        ),
        (
            "runs.csv",
            "Runs (CSV)",
            "table",
            lambda: tables.csv_file(export.runs(found)),
            "text/csv",
            "A row for each run: settings, accuracies and what the coach found.",
        ),
        (
            "results.html",
            "Worksheet",
            "print",
            partial(report, seen, found, shelf.style()),
            "text/html",
            "To print for the class: results, forecasts and questions to discuss.",
        ),
        (
            "class.json",
            "Everything (JSON)",
            "data_object",
            partial(export.document, found, lessons),
            "application/json",
            "For programs: settings, names, forecasts, and runs with their curves.",
        ),
    ):
        st.download_button(
            label,
            data=make,
            file_name=f"{code}-{name}",
            mime=kind,
            key=f"classroom.export.{name}",
            icon=f":material/{icon}:",
            on_click="ignore",
            help=help,
        )


def _end(room: Classroom) -> None:
    with st.popover(
        "End the class",
        icon=":material/stop:",
        key="classroom.end",
        disabled=bool(room.ended),
        help="Nobody can join or post any more. Everyone can still look at what is there.",
    ):
        st.markdown("Nobody can join or post any more. The class cannot be opened again.")
        st.button(
            "End it now",
            key="classroom.end_now",
            type="primary",
            on_click=steer.end,
            args=(room.id,),
            help="Learners keep what they have; the board stays.",
        )


def _delete(found: Snapshot) -> None:
    room = found.classroom
    with st.popover(
        "Delete everything",
        icon=":material/delete_forever:",
        key="classroom.delete",
        help="Deletes the class and all that its members have saved.",
    ):
        st.markdown(
            f"**{len(found.members):,} members** and all that they have saved are deleted for "
            "good: runs, lessons with their forecasts, and drawings, not only what is on the board."
        )
        st.text_input(
            f"Type {room.code} to confirm",
            key=CONFIRM,
            max_chars=20,
            help="So that nobody deletes a class by accident.",
        )
        st.button(
            "Delete the class",
            key="classroom.delete_now",
            type="primary",
            on_click=_delete_now,
            args=(room.id, room.code),
            disabled=clean_code(session.get_control(CONFIRM) or "") != room.code,
            help="This can't be undone.",
        )


def _delete_now(class_id: int, code: str) -> None:
    if clean_code(session.get_control(CONFIRM) or "") != code:
        return
    steer.delete(class_id)
    chosen.choose(0)
