"""What belongs to one visitor: the only module that touches `st.session_state`.

A visitor is one browser tab. Reloading it starts a new session; losing the network for a short
while does not.
"""

from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

import streamlit as st

from ann.recipe import FIELDS, Recipe

T = TypeVar("T")
Kind = Literal["info", "success", "warning", "error"]  # of a message
STATE = "lab"
WIDTHS = "hidden_sizes."  # begins the keys of the controls that make up hidden_sizes


@dataclass
class Session:
    """One visitor's state. Change its attributes; nothing needs to be written back."""

    recipe: Recipe = field(default_factory=Recipe)
    dataset: str | None = None  # a name for data.load; None is the default data set
    messages: list[tuple[Kind, str]] = field(default_factory=list)  # (kind, text), shown once
    page: str | None = None  # the page of the last run; None: this is the first run
    bare: dict[str, Recipe] = field(default_factory=dict)  # page -> recipe of its empty query
    arrived: bool = False  # whether the visitor came to this run by a link, or by Back or Forward
    shown: dict[str, str | None] = field(default_factory=dict)  # the page's own query parameters
    kept: dict[type, Any] = field(default_factory=dict)  # see `keep`


def state() -> Session:
    """This visitor's session, created on the first call."""
    if STATE not in st.session_state:
        st.session_state[STATE] = Session()
    found: Session = st.session_state[STATE]
    return found


def keep(kind: type[T]) -> T:
    """This visitor's object of the class `kind`, created on the first call.

    Modules use it to remember things between runs, each with a class of its own.
    """
    found: T = state().kept.setdefault(kind, kind())
    return found


def say(text: str, kind: Kind = "info") -> None:
    """Show a message at the top of the page, once."""
    state().messages.append((kind, text))


def take_messages() -> list[tuple[Kind, str]]:
    """The waiting messages, which are then removed."""
    messages, state().messages = state().messages, []
    return messages


def set_recipe(recipe: Recipe) -> None:
    """Replace the visitor's recipe and let its controls show the new one.

    Call it in a callback or before the controls are drawn in a run, for example
    `st.button("Use it", on_click=set_recipe, args=(preset,))`.
    """
    state().recipe = recipe
    forget_controls()


def forget_controls(prefix: str = "") -> None:
    """Let the controls of a recipe start from its values again, not from where they stood.

    `prefix` begins their keys. A control that is drawn on two pages is two widgets with one key:
    a value left over from the first would keep `seed_control` from setting the second.
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
    """Give a control its first value, unless the learner has already set one on this page."""
    if key not in st.session_state:
        st.session_state[key] = value


def turn(key: str, on: bool) -> int:
    """A counter that grows by one when `on`: for a button that shows something else each time."""
    count: int = st.session_state.get(key, 0) + int(on)
    st.session_state[key] = count
    return count


def set_control(key: str, value: Any) -> None:
    """Move a control. Call it in a callback or before the control is drawn in a run."""
    st.session_state[key] = value


def get_control(key: str, default: Any = None) -> Any:
    """The value of a control; `default` if it is not on the page or was not in the last run."""
    return st.session_state.get(key, default)
