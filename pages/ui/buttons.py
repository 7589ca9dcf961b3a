"""Buttons that can be pressed exactly when they do something."""

from collections.abc import Callable, Container, Sequence
from typing import Any, NamedTuple

import streamlit as st

from ann.running.view import Status
from pages.ui.server import classes


class Button(NamedTuple):
    """A button: its part of the key, how it looks, what it does, and when it can be pressed."""

    key: str
    label: str
    icon: str  # one of the Material Symbols
    on_click: Callable[[], None]
    when: Container[Status | None]  # statuses in which it can be pressed; None: nothing yet
    help: str


# Parts of the keys of those that train something.
BEGINNING = ("start", "step", "epoch", "epochs", "resume")


def begin(
    label: str,
    key: str,
    icon: str,
    help_text: str,
    on_click: Callable[..., Any] | None,
    args: tuple[Any, ...] = (),
    *,
    possible: bool = True,
    main: bool = True,
) -> bool:
    """A button that trains something; True in the run of the page after a click.

    It can't be pressed while the teacher has paused the class, and says so.
    """
    why = classes.hold()
    return st.button(
        label,
        key=key,
        type="primary" if main else "secondary",
        icon=f":material/{icon}:",
        on_click=on_click,
        args=args,
        disabled=bool(why) or not possible,
        help=why or help_text,
    )


def show(
    button: Button, page: str, status: Status | None, *, main: bool = False, hold: str = ""
) -> None:
    """Draw a button for a status, with the key `page.key`. The `main` one of a row is colored.

    If it would train something, it can't be pressed while the teacher has paused the class, or if
    `hold` says why not.
    """
    why = (classes.hold() or hold) if button.key in BEGINNING else ""
    st.button(
        button.label,
        key=f"{page}.{button.key}",
        type="primary" if main else "secondary",
        icon=f":material/{button.icon}:",
        on_click=button.on_click,
        disabled=bool(why) or status not in button.when,
        help=why or button.help,
    )


def row(buttons: Sequence[Button], page: str, status: Status | None) -> None:
    """Draw these buttons beside each other."""
    for button in buttons:
        show(button, page, status)


def pause(on_click: Callable[[], None], what: str) -> Button:
    """The button that pauses `what`, such as "every lane"."""
    text = f"Pause {what}. Nothing is lost."
    return Button("pause", "Pause", "pause", on_click, (Status.RUNNING,), text)


def resume(on_click: Callable[[], None], what: str, more: str = "") -> Button:
    """The button that continues `what`; `more` is added to its help."""
    text = f"Continue {what} exactly where it paused.{more}"
    return Button("resume", "Resume", "play_arrow", on_click, (Status.PAUSED,), text)


def stop(on_click: Callable[[], None], text: str) -> Button:
    """The button that ends what trains; `text` is its help."""
    return Button("stop", "Stop", "stop", on_click, (Status.RUNNING, Status.PAUSED), text)


def log_scale(key: str) -> bool:
    """A switch that draws the loss on a logarithmic scale; returns whether it is on."""
    return st.toggle(
        "Log scale",
        key=key,
        persist_state="session",
        help="Draw the loss on a logarithmic scale, to tell small losses apart.",
    )
