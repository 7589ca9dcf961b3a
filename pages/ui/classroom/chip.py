"""Who the visitor is in their class: on every page, in the line of its title to take no room."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from ann.keeping.classrooms import Membership
from ann.keeping.database import ArchiveError
from pages.ui import frame, looks, qr, session, site, words
from pages.ui.classroom import identity, join
from pages.ui.classroom.arrival import RETURN
from pages.ui.links import handout
from pages.ui.server import classes, public_address, stores

KEY = "class-chip"
PAGES = (("classroom", "Class"), ("board", "Board"))


def show() -> None:
    """Name and class code, as a button that opens the rest; nothing for whoever is in no class."""
    mine = classes.membership()
    if mine is None:
        return
    with st.popover(
        f"{looks.in_markdown(mine.member.name, mine.member.look)} · {mine.classroom.code}",
        key=KEY,
        on_change="rerun",
        width="content",
        help="Your name in the class: open the class and its board, continue on another device, "
        "or let someone else use this browser.",
    ) as box:
        if box.open:
            _opened(mine)


def notice() -> None:
    """While the teacher has paused the class: why nothing can be trained, and where to look."""
    if why := classes.hold():
        with st.container(horizontal=True, vertical_alignment="center", key="class-paused"):
            st.info(why, icon=":material/pause_circle:", width="stretch")
            _page_links(PAGES[1:])


def _page_links(pages: Sequence[tuple[str, str]]) -> None:
    known = {page.name for section in site.PAGES.values() for page in section}
    for name, label in pages:
        if name in known:
            frame.page_link(name, label)


def _opened(mine: Membership) -> None:
    with st.container(horizontal=True):
        _page_links(PAGES)
    st.caption(join.DELETED)
    st.markdown("**Continue on another device:** open this link there. It is for you alone.")
    try:
        token = stores.classrooms().return_token(mine.member.id)
    except ArchiveError as error:
        st.caption(f"{words.plain(str(error))}.")
    else:
        link = public_address.link(site.HOME, {RETURN: token})
        handout.show(link)
        if qr.fits(link):
            st.html(qr.picture(link))
    with st.container(horizontal=True):
        if not mine.classroom.ended:
            st.button(
                "Someone else",
                key="class.change",
                icon=":material/person_add:",
                on_click=partial(_someone_else, mine),
                help="Let someone else use this browser as a new member. They won't see anything "
                "of yours. Keep your return link.",
            )
        st.button(
            "Leave the class",
            key="class.leave",
            icon=":material/logout:",
            on_click=partial(_leave, mine),
            help=f"This browser forgets the class. Keep your return link. {identity.BACK}",
        )


def _someone_else(mine: Membership) -> None:
    if join.new_member(mine.classroom):
        identity.go_home()


def _leave(mine: Membership) -> None:
    try:
        identity.leave(mine)
    except ArchiveError as error:
        session.say(f"{words.plain(str(error))}.", "error")
