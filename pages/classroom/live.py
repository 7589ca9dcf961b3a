"""What changes while a class works: looked at every few seconds."""

import streamlit as st

from ann.classroom.snapshot import Snapshot
from ann.keeping.database import ArchiveError, MissingError
from pages.ui.classroom import current

BEAT = 2.5  # seconds between two looks


def snapshot(class_id: int) -> Snapshot | None:
    """The class now, within a fragment. None, after saying so, while it cannot be read.

    If it has been deleted meanwhile, the whole page runs again.
    """
    try:
        return current.snapshot(class_id)
    except MissingError:
        st.rerun()
    except ArchiveError as error:
        st.caption(f":material/warning: {error}.")
    return None
