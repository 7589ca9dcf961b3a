"""Watch a class: what the board shows, who is how far, and one learner's runs."""

import time
from dataclasses import dataclass
from typing import Any

import streamlit as st

from ann.classroom.overview import Overview, State, overview
from ann.classroom.snapshot import Classroom, Snapshot
from ann.coach.findings import TITLES
from pages.classroom import live
from pages.classroom.watch import actions, learner, matrix, opening, removed
from pages.ui import session
from pages.ui.lessons import shelf
from pages.ui.live import beat
from pages.ui.server import workers
from pages.ui.words import counted

KEY = "classroom.matrix"


@dataclass
class Watched:
    """The learner whose runs a teacher looks at; 0 for none."""

    member: int = 0


def show(room: Classroom) -> None:
    """The buttons, then what is redrawn while the class works."""
    actions.show(room)
    workers.fragment(_live, run_every=live.BEAT)(room)


def choose(sent: Any) -> None:
    """Show a learner's runs, or hide them again. `sent` comes from the browser: distrust it."""
    mine = session.keep(Watched)
    number = int(sent) if isinstance(sent, str) and sent.isdecimal() and len(sent) < 15 else 0
    mine.member = 0 if number == mine.member else number


def close() -> None:
    """Look at no learner. A callback."""
    session.keep(Watched).member = 0


def _live(drawn: Classroom) -> None:
    found = live.snapshot(drawn.id)
    if found is None:
        return
    if (found.classroom.settings, found.classroom.ended) != (drawn.settings, drawn.ended):
        st.rerun()  # another teacher has changed something, or this page has: the buttons follow
    opening.go_on(found)
    seen = beat.once("classroom.overview", found.version, lambda: overview(found, shelf.lessons()))
    _numbers(seen, found)
    if not found.members:
        st.caption("Nobody has joined yet. Show the *Code*.")
        return
    member = session.keep(Watched).member
    minute, now = int(time.time() // matrix.MINUTE), time.time()
    version = found.version, minute, member, shelf.language()
    table = beat.once("classroom.table", version, lambda: matrix.table(seen, now, member))
    matrix.show(KEY, table, choose)
    if not seen.columns:
        st.caption("The cards of a lesson appear here once somebody has begun one.")
    learner.show(found, member, close)
    removed.show(found)


def _numbers(seen: Overview, found: Snapshot) -> None:
    """The class in one line, and what the coach has found."""
    here = [cell.state for row in seen.rows for cell in row.cells]
    parts = [
        f"**{counted(len(found.members), 'member')}**",
        f"{counted(len(found.runs), 'run')} on the board",
        f"{sum(not row.since for row in seen.rows):,} done" if seen.columns else "",
        f"{here.count(State.FORECAST):,} waiting for a result" if here else "",
    ]
    st.markdown(" · ".join(filter(None, parts)))
    if seen.findings:
        told = (f"{TITLES.get(name, name)} ({n:,})" for name, n in seen.findings)
        st.caption(f":material/lightbulb: The coach found: {', '.join(told)}.")
