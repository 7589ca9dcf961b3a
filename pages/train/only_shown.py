"""A link can show some settings only: `show=learning_rate,batch_size`, for a class or a lesson."""

from dataclasses import dataclass

import streamlit as st

from ann.hyperparameters.field import short
from ann.recipe import FIELDS
from ann.recipes import wording
from pages.ui import session, words
from pages.ui.links import address

PARAMETER = "show"
MOST_TEXT = 2_000  # characters of a forged link that are read


@dataclass
class OnlyShown:
    """The settings that the visitor's link shows; () for all."""

    names: tuple[str, ...] = ()


def arrive() -> None:
    """Read the link, before the page's messages are shown."""
    arriving = address.arriving(PARAMETER)
    if PARAMETER in arriving:
        session.keep(OnlyShown).names = _read(arriving[PARAMETER])


def names(chosen: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The settings to show, () for all: those `chosen` by a lesson or a teacher, or of the link."""
    if chosen:
        return chosen
    kept = session.keep(OnlyShown)
    address.show(**{PARAMETER: ",".join(kept.names) or None})
    if kept.names:
        _note(kept.names)
    return kept.names


def _note(shown: tuple[str, ...]) -> None:
    labels = words.listed([wording.label(name) for name in shown])
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"This link shows only {labels}.")
        st.button(
            "Show all settings",
            key="only_shown.all",
            type="tertiary",
            icon=":material/tune:",
            on_click=_show_all,
        )


def _show_all() -> None:
    session.keep(OnlyShown).names = ()


def _read(text: str) -> tuple[str, ...]:
    wanted = [name.strip() for name in text[:MOST_TEXT].split(",") if name.strip()]
    for name in (name for name in wanted if name not in FIELDS):
        address.unusable(f"{PARAMETER}: {short(name)} is not a setting")
    return tuple(dict.fromkeys(name for name in wanted if name in FIELDS))
