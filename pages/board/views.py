"""The views of the board: which there are, which one is open, and what it shows now."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import streamlit as st

from ann.classroom.snapshot import Snapshot
from pages.board import confusions, dots, forecasts, missed, ranking, shown, tested, waiting, wall
from pages.ui import session, site
from pages.ui.lessons import shelf
from pages.ui.links import address
from pages.ui.live import beat
from pages.ui.server import public_address

PARAMETER, ROTATES = "view", "rotate"  # in the address
ON = "on"
SECONDS = 20.0  # that each view stays when the board rotates
CONTROL = "board.view"


class View(NamedTuple):
    """A view by its name on the control."""

    title: str
    make: Callable[[Snapshot], shown.Shown]


VIEWS = {
    "forecasts": View("Forecasts", forecasts.view),
    "dots": View("Dots", dots.view),
    "confusions": View("Confusions", confusions.view),
    "missed": View("Missed by all", missed.view),
    "test": View("Test set", tested.view),
    "ranking": View("Ranking", ranking.view),
    "wall": View("Wall", wall.view),
}
JOIN = "join"


@dataclass
class Open:
    """Which view is open in this tab."""

    name: str = ""
    next: str = ""  # what the rotation opens in the next run of the page
    rotates: bool = False
    turned: float = 0.0  # monotonic seconds


def offered(snapshot: Snapshot) -> dict[str, str]:
    """The names and titles of the views that this class has now."""
    titles = {JOIN: "Join"} | {name: view.title for name, view in VIEWS.items()}
    settings = snapshot.classroom.settings
    off = {"ranking": not settings.ranking, "wall": not settings.wall}
    return {name: title for name, title in titles.items() if not off.get(name)}


def first(snapshot: Snapshot) -> str:
    """The view for who has not picked one: what the class is at."""
    settings = snapshot.classroom.settings
    if settings.forecast_card and not (settings.revealed and snapshot.runs):
        return "forecasts"
    return "dots" if snapshot.runs else JOIN


def choose(snapshot: Snapshot) -> str:
    """Draw the control; returns the name of the open view."""
    mine, titles = session.keep(Open), offered(snapshot)
    arriving = address.arriving(PARAMETER, ROTATES)
    if ROTATES in arriving:
        mine.rotates = arriving[ROTATES] == ON
    wanted = mine.next or arriving.get(PARAMETER, "")
    mine.next = ""
    if wanted in titles and wanted != mine.name:
        mine.name = wanted
        session.set_control(CONTROL, wanted)
    if mine.name not in titles:
        mine.name = first(snapshot)
    if session.get_control(CONTROL) not in titles:
        session.set_control(CONTROL, mine.name)
    name = st.segmented_control(
        "View",
        list(titles),
        required=True,
        format_func=lambda one: titles.get(one, one),
        key=CONTROL,
        label_visibility="collapsed",
        help="What the board shows. It is part of the address, so you can bookmark it.",
    )
    mine.name = name or mine.name
    session.seed_control("board.rotates", mine.rotates)
    rotates = st.toggle(
        "Rotate",
        key="board.rotates",
        help=f"Show one view after the other, each for {SECONDS:.0f} seconds.",
    )
    if rotates != mine.rotates or not mine.turned:
        mine.rotates, mine.turned = rotates, time.monotonic()
    address.show(**{PARAMETER: mine.name, ROTATES: ON if rotates else None})
    return mine.name


def turn(snapshot: Snapshot) -> bool:
    """Whether it is time for the next view, which the next run of the page then opens."""
    mine = session.keep(Open)
    if not mine.rotates or time.monotonic() - mine.turned < SECONDS:
        return False
    names = [name for name in offered(snapshot) if name != JOIN]
    mine.turned = time.monotonic()
    mine.next = names[(names.index(mine.name) + 1) % len(names)] if mine.name in names else names[0]
    return True


def now(snapshot: Snapshot, name: str) -> shown.Shown:
    """What a view shows of this snapshot: made once for all visitors with the same language."""
    key: tuple[object, ...] = snapshot.classroom.id, name
    version = snapshot.version
    if name == "wall":  # no part of the snapshot
        version = f"{version} {beat.slow()}"
    if name == JOIN:
        link = public_address.link(site.HOME, {"class": snapshot.classroom.code})
        key, make = (*key, link), partial(waiting.view, snapshot, link)
    else:
        key, make = (*key, shelf.language()), partial(VIEWS[name].make, snapshot)
    return shown.kept().get(key, version, make)
