"""Board: what a whole class sees of itself, on a projector and on every member's own screen."""

import streamlit as st

from ann.classroom.snapshot import Snapshot
from ann.keeping.database import ArchiveError
from pages.board import members, subject, views
from pages.board.shown import Shown
from pages.ui import frame, session
from pages.ui.classroom import current, join
from pages.ui.live import beat, board
from pages.ui.live import chart as live_chart
from pages.ui.server import internals, workers

EVERY = 2.0  # seconds between two looks whether something has changed
# The projector comes first: in a class of more than MANY, members' own screens look less often.
MANY, EVERY_OF_MANY = 20, 3.0
OUTSIDE = "A board belongs to a class, and only the class sees it."
GONE = "This class has been deleted or has expired, or you are no longer in it."
ENDED = "This class has ended. You can still look at what it did."


def show() -> None:
    """The board of the visitor's class, or the form to join one."""
    st.set_page_config(initial_sidebar_state="collapsed")  # a projector needs the room
    st.html(board.STYLE)
    classroom = subject.chosen()
    if classroom is None:
        frame.open_page("Board", "The forecasts and results of a whole class.")
        st.info(GONE if subject.was_shown() else OUTSIDE)
        join.form()
        return
    mine = current.membership()  # whose name and class are beside the title already
    frame.open_page("Board", "" if mine else f"Class **{classroom.code}**")
    subject.show(classroom)
    is_taught = subject.is_taught(classroom)
    if is_taught:
        workers.vouch()
    try:
        snapshot = current.snapshot(classroom.id)
    except ArchiveError:
        st.info(GONE)
        return
    if snapshot.classroom.ended:
        st.info(ENDED, icon=":material/event_busy:")
    with st.container(horizontal=True, key=board.CONTROLS, vertical_alignment="center"):
        name = views.choose(snapshot)
        with st.popover("Who is who", help="The color and shape of each member's points."):
            st.html(members.listed(snapshot.members))
    shown = views.now(snapshot, name)
    draw(name, shown)
    projector = len(snapshot.members) <= MANY or is_taught
    look_again(name, face(snapshot, shown), EVERY if projector else EVERY_OF_MANY)
    live_chart.load()


def draw(name: str, shown: Shown) -> None:
    """What a view shows."""
    with st.container(key=board.HEADLINE):
        st.markdown(shown.headline)
    if shown.html:
        st.html(shown.html)
    if shown.chart:
        live_chart.chart(shown.chart, f"board.{name}", shown.look_for, caption=False, fill=True)


def face(snapshot: Snapshot, shown: Shown) -> tuple[object, ...]:
    """All that the page shows of a snapshot: where it is the same, nothing is drawn again."""
    names = tuple(member.id for member in snapshot.members)
    return shown, tuple(views.offered(snapshot)), bool(snapshot.classroom.ended), names


def look_again(name: str, drawn: tuple[object, ...], every: float) -> None:
    """Look every few seconds whether the class has changed; only then draw the page again.

    It draws nothing itself, so a board of a class that does nothing costs no more than this look.
    """
    seconds = every * session.keep(beat.Drawn).pace

    def look() -> None:
        classroom = subject.chosen()
        if classroom is None:
            st.rerun()
        try:
            snapshot = current.snapshot(classroom.id)
        except ArchiveError:
            st.rerun()
        if views.turn(snapshot) or face(snapshot, views.now(snapshot, name)) != drawn:
            st.rerun()
        internals.keep_beat(seconds)

    workers.fragment(look, run_every=seconds)()


show()
