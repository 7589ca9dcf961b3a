"""What belongs to one visitor: the only module that touches `st.session_state`.

A visitor is one browser tab. Losing the network for a short while does not end its session.
Reloading it starts a new one, which takes over what the old one held (`pages.ui.server.tabs`).
"""

from collections.abc import Callable
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
    came_from: str | None = None  # the page of the run before; the same unless the visitor moved
    # page -> recipe and data set of its empty query
    bare: dict[str, tuple[Recipe, str | None]] = field(default_factory=dict)
    arrived: bool = False  # whether the visitor came to this run by a link, or by Back or Forward
    shown: dict[str, str | None] = field(default_factory=dict)  # the page's own query parameters
    query: dict[str, str] = field(default_factory=dict)  # of the address after the last run
    reloaded: bool = False  # whether another session held this before its page was loaded again
    # what the page does when the visitor goes to another one; not on a reload
    on_leaving: Callable[[], None] | None = None
    kept: dict[type, Any] = field(default_factory=dict)  # see `keep`


def state() -> Session:
    """This visitor's session, created on the first call."""
    if STATE not in st.session_state:
        st.session_state[STATE] = Session()
    found: Session = st.session_state[STATE]
    return found


def take_over(held: Session) -> None:
    """Continue with what the session held that this tab had before it was loaded again."""
    held.reloaded = True
    st.session_state[STATE] = held


def renew(*kinds: type) -> None:
    """Begin anew on the page that is open, for another learner in the same tab.

    Nothing of the last one stays: no settings, no network, no value of a control. Only what
    `keep` holds of these kinds does, and the messages that wait.
    """
    old = state()
    if old.on_leaving:
        old.on_leaving()
    for key in list(st.session_state):
        del st.session_state[key]
    st.session_state[STATE] = Session(
        messages=old.messages,
        page=old.page,
        came_from=old.came_from,
        arrived=old.arrived,
        query=old.query,
        kept={kind: old.kept[kind] for kind in kinds if kind in old.kept},
    )


def keep(kind: type[T]) -> T:
    """This visitor's object of the class `kind`, created on the first call.

    Modules use it to remember things between runs, each with a class of its own.
    """
    kept = state().kept
    found: T = kept[kind] if kind in kept else kept.setdefault(kind, kind())
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


def heed_clicks() -> None:
    """End this run of the page here if the visitor has clicked something or left meanwhile.

    Streamlit looks for that whenever a page draws something, or reads the session's state.
    """
    _ = STATE in st.session_state


def get_control(key: str, default: Any = None) -> Any:
    """The value of a control; `default` if it is not on the page or was not in the last run."""
    return st.session_state.get(key, default)
