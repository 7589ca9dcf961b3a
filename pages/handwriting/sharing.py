"""Who can see a visitor's drawings, and deleting them."""

from collections.abc import Sequence

import streamlit as st

from ann.keeping.database import ArchiveError
from ann.keeping.drawings import Drawing
from pages.handwriting import collection
from pages.ui import session
from pages.ui.server import classes

KEY = "hand.share"
PRIVATE = "Only you can see your drawings, in this browser."
SHARED = (
    "Your teacher can see your drawings. Your class sees only those that your teacher approves, "
    "under your name in the class. Turn this off, and nobody sees them any more."
)


def show(written: Sequence[Drawing]) -> None:
    """For members of a class a switch and what it means, and a way to delete everything."""
    shared = any(one.shared for one in written)
    session.set_control(KEY, shared)
    with st.container(horizontal=True, vertical_alignment="center"):
        if classes.membership():
            st.toggle(
                "Share my drawings with my class",
                key=KEY,
                on_change=_share,
                disabled=not written,
                help="Off: nobody else sees them. On: your teacher sees them first, and decides "
                "which ones the class sees.",
            )
        with st.popover("Delete", icon=":material/delete:", disabled=not written):
            st.markdown("Delete **all** of your drawings? This can't be undone.")
            st.button("Delete all", key="hand.delete", type="primary", on_click=_delete)
    st.caption(SHARED if shared else PRIVATE)


def _share() -> None:
    try:
        collection.share(bool(session.get_control(KEY)))
    except ArchiveError as error:
        session.say(str(error), "error")


def _delete() -> None:
    if problem := collection.remove_all():
        session.say(problem, "error")
