"""What belongs to one visitor: the only module that touches `st.session_state`.

A visitor is a browser tab. A reload makes a new one; a short loss of the network does not.
"""

from dataclasses import dataclass, field
from typing import Any, TypeVar

import streamlit as st

from ann.recipe import FIELDS, Recipe

T = TypeVar("T")
STATE = "lab"
WIDTHS = "hidden_sizes."  # the keys of the controls that make up hidden_sizes begin so


@dataclass
class Session:
    """One visitor's state. Change its attributes; nothing needs to be written back."""

    recipe: Recipe = field(default_factory=Recipe)
    dataset: str | None = None  # a name for data.load; None is the default data set
    messages: list[tuple[str, str]] = field(default_factory=list)  # (kind, text), shown once
    page: str | None = None  # the page of the last run; None: this is the first
    bare: dict[str, Recipe] = field(default_factory=dict)  # what a page's empty query stands for
    arrived: bool = False  # whether this run comes from the address; see `pages.ui.links.address`
    shown: dict[str, str | None] = field(default_factory=dict)  # the page's part of the address
    kept: dict[type, Any] = field(default_factory=dict)  # see `keep`


def state() -> Session:
    """This visitor's session, made on the first call."""
    if STATE not in st.session_state:
        st.session_state[STATE] = Session()
    return st.session_state[STATE]


def keep(kind: type[T]) -> T:
    """This visitor's own `kind`, made on the first call: what one page remembers for itself."""
    return state().kept.setdefault(kind, kind())


def say(text: str, kind: str = "info") -> None:
    """Show a message at the top of the page, once. `kind` is info, success, warning or error."""
    state().messages.append((kind, text))


def take_messages() -> list[tuple[str, str]]:
    """The waiting messages, which are then gone."""
    messages, state().messages = state().messages, []
    return messages


def set_recipe(recipe: Recipe) -> None:
    """Replace the recipe, and let the controls show the new one.

    Call it in a callback or before the controls are drawn in a run, for example
    `st.button("Use it", on_click=set_recipe, args=(preset,))`.
    """
    state().recipe = recipe
    forget_controls()


def forget_controls(prefix: str = "") -> None:
    """Let the controls whose keys begin with `prefix` be drawn anew, from their recipe.

    A control that stands on two pages is two widgets under one key: what is left of the first
    would keep `seed_control` from giving the second its value.
    """
    for key in list(st.session_state):
        if _is_control(str(key), prefix):
            del st.session_state[key]


def _is_control(key: str, prefix: str) -> bool:
    name = key.removeprefix(prefix)
    return key.startswith(prefix) and (
        name in FIELDS or name == "dataset" or name.startswith(WIDTHS)
    )


def seed_control(key: str, value: Any) -> None:
    """Give a control its value, unless the learner has set one on this page already."""
    if key not in st.session_state:
        st.session_state[key] = value


def turn(key: str, on: bool) -> int:
    """A counter that goes on by one when `on`: for a button that shows something else each time."""
    st.session_state[key] = st.session_state.get(key, 0) + bool(on)
    return st.session_state[key]


def set_control(key: str, value: Any) -> None:
    """Move a control. Call it in a callback or before the control is drawn in a run."""
    st.session_state[key] = value


def get_control(key: str, default: Any = None) -> Any:
    """Where a control stands; `default` if it is not on the page, or was not in the last run."""
    return st.session_state.get(key, default)
