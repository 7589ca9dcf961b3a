"""The visitor's saved runs, and a box to choose one."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Literal

import streamlit as st

from ann.keeping.database import ArchiveError
from ann.keeping.summary import SavedRun
from pages.ui import words
from pages.ui.server import stores
from pages.ui.server.visitor import visitor_id


def mine() -> tuple[SavedRun, ...]:
    """The visitor's saved runs, the newest first; none, with a message, if they can't be read."""
    try:
        return stores.archive().list(visitor_id())
    except ArchiveError as error:
        st.error(words.plain(str(error)), icon=":material/error:")
        return ()


def choose(
    label: str,
    saved: Sequence[SavedRun],
    key: str,
    help: str,
    others: Mapping[int, str] = MappingProxyType({}),
    *,
    on_change: Callable[..., None] | None = None,
    args: tuple[Any, ...] = (),
    width: Literal["stretch"] | int = "stretch",
) -> SavedRun | None:
    """A box with the names of all runs; None if there are none or one of the `others` is chosen.

    `others` come first: numbers that no run has, and their names.
    """
    by_number = {one.id: one for one in saved}
    names = {**others, **{number: one.name for number, one in by_number.items()}}
    number = st.selectbox(
        label,
        list(names),
        format_func=names.__getitem__,
        key=key,
        help=help,
        on_change=on_change,
        args=args,
        width=width,
    )
    return None if number is None else by_number.get(number)
