"""Controls whose value others change, too: a button that leads to the next digit, or a link.

A browser may still send the value that a control had before, such as when the visitor leaves a box
that shows an old number. That would undo what the button did. So whenever something else has
changed the value, the control gets a new key, and what is sent for the old one counts for nothing.
"""

from dataclasses import dataclass, field
from typing import Any

from pages.ui import session


@dataclass
class Controls:
    """The value that each control shows, and how often something else has changed it."""

    shown: dict[str, tuple[Any, int]] = field(default_factory=dict)


def key(name: str, value: Any) -> str:
    """The key of the control with this name, which is set to `value`. Draw it with that key."""
    shown = session.keep(Controls).shown
    last, turn = shown.get(name, (value, 0))
    shown[name] = (value, turn if last == value else turn + 1)
    found = _key(name)
    session.set_control(found, value)
    return found


def moved(name: str) -> Any:
    """For the callback of the control: the value that the visitor gave it."""
    shown = session.keep(Controls).shown
    value = session.get_control(_key(name))
    shown[name] = (value, shown[name][1])
    return value


def _key(name: str) -> str:
    return f"{name}.{session.keep(Controls).shown[name][1]}"
