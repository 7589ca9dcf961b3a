"""The visitor's saved runs, to choose one of."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import streamlit as st

from ann.keeping.runs import ArchiveError
from ann.keeping.summary import SavedRun
from pages.ui import words
from pages.ui.server import stores
from pages.ui.server.visitor import visitor_id


def mine() -> tuple[SavedRun, ...]:
    """The visitor's kept runs, the newest first; none, with a message, if they can't be read."""
    try:
        return stores.archive().list(visitor_id())
    except ArchiveError as error:
        st.error(words.plain(str(error)), icon=":material/error:")
        return ()


def choose(
    label: str,
    kept: Sequence[SavedRun],
    key: str,
    help: str,
    others: Mapping[int, str] = MappingProxyType({}),
    **options,
) -> SavedRun | None:
    """A box with all runs by name; None if there are none, or one of the `others` is chosen.

    `others` stand first: number, which no run has, and name. `options` go to `st.selectbox`.
    """
    by_number = {one.id: one for one in kept}
    names = {**others, **{number: one.name for number, one in by_number.items()}}
    number = st.selectbox(label, list(names), format_func=names.get, key=key, help=help, **options)
    return by_number.get(number)
