"""The secret link of a teacher: it makes another browser a teacher of the class, too.

The token goes out of the address bar at once, since a teacher's screen is often on a projector.
"""

import streamlit as st

from ann.classroom.snapshot import Classroom
from ann.keeping.database import ArchiveError
from pages.classroom import chosen
from pages.ui import session
from pages.ui.classroom import arrival, tries
from pages.ui.links import handout
from pages.ui.server import public_address, stores
from pages.ui.server.visitor import browser_id

PARAMETER = "teacher"
NOT_GENUINE = (
    "This is not a teacher link for a class on this server, or the class has been deleted."
)


def take() -> None:
    """If the visitor has come by such a link, remember the browser, and clear the address."""
    token = st.query_params.get(PARAMETER)
    if token is None:
        return
    del st.query_params[PARAMETER]
    if not tries.wrong().allowed():
        session.say(arrival.TOO_MANY, "warning")
        return
    try:
        room = stores.classrooms().teach(token, browser_id())
    except ArchiveError as error:
        session.say(f"{error}.", "error")
        return
    if room is None:
        tries.wrong().count()
        session.say(NOT_GENUINE, "warning")
        return
    chosen.choose(room.id)
    session.say(f"You now teach the class {room.code} in this browser, too.", "success")


def popover(room: Classroom) -> None:
    """A box with the link, which is not on the page before it is opened."""
    with st.popover(
        "Teacher link",
        icon=":material/key:",
        key="classroom.teacher_link",
        on_change="rerun",
        help="Teach this class from another browser, too. Open it only where nobody else can see "
        "the screen.",
    ) as box:
        if box.open:
            st.markdown(
                "**Keep it secret.** Whoever opens this link can steer, export and delete the "
                "class. It also leads back to the class if this browser forgets it."
            )
            shown = st.toggle(
                "Show it",
                key="classroom.show_link",
                help="Show the link, with a button to copy it.",
            )
            if shown:
                token = stores.classrooms().teacher_token(room.id)
                handout.show(public_address.link("classroom", {PARAMETER: token}))
            else:
                st.code(_masked(), language=None)


def _masked() -> str:
    return f"{public_address.link('classroom', {PARAMETER: ''})}{12 * '•'}"
