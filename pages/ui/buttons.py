"""Buttons that can be pressed exactly when they do something."""

from collections.abc import Callable, Container
from typing import NamedTuple

import streamlit as st

from ann.running.view import Status


class Button(NamedTuple):
    """A button: its part of the key, how it looks, what it does, and when it can be pressed."""

    key: str
    label: str
    icon: str  # one of the Material Symbols
    on_click: Callable[[], None]
    when: Container[Status | None]  # statuses in which it can be pressed; None: nothing yet
    help: str


BEGINNING = ("start", "step", "epoch", "resume")  # parts of the keys of those that train something


def held(button: Button, why: str) -> Button:
    """The button, which cannot be pressed if it would train something and there is a `why` not."""
    return button._replace(when=(), help=why) if why and button.key in BEGINNING else button


def show(button: Button, page: str, status: Status | None, *, main: bool = False) -> None:
    """Draw a button for a status, with the key `page.key`. The `main` one of a row is colored."""
    st.button(
        button.label,
        key=f"{page}.{button.key}",
        type="primary" if main else "secondary",
        icon=f":material/{button.icon}:",
        on_click=button.on_click,
        disabled=status not in button.when,
        help=button.help,
    )


def pause(on_click: Callable[[], None], what: str) -> Button:
    """The button that pauses `what`, such as "every lane"."""
    text = f"Pause {what}. Nothing is lost."
    return Button("pause", "Pause", "pause", on_click, (Status.RUNNING,), text)


def resume(on_click: Callable[[], None], what: str, more: str = "") -> Button:
    """The button that continues `what`; `more` is added to its help."""
    text = f"Continue {what} exactly where it paused.{more}"
    return Button("resume", "Resume", "play_arrow", on_click, (Status.PAUSED,), text)


def log_scale(key: str) -> bool:
    """A switch that draws the loss on a logarithmic scale; returns whether it is on."""
    return st.toggle(
        "Log scale",
        key=key,
        persist_state="session",
        help="Draw the loss on a logarithmic scale, to tell small losses apart.",
    )
