"""What changes on a page: redrawn at the server's beat, and only where something has changed."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import streamlit as st

from ann.running.view import Status
from pages.ui import session
from pages.ui.live import chart as live_chart
from pages.ui.server import internals, workers

SLOW = 2.0  # seconds

T = TypeVar("T")


@dataclass
class Drawn:
    """What a visitor's pages drew last, so that nothing is made again without need.

    `pace` stretches this visitor's beat a little. Otherwise a class that presses Start together
    would request its pages at the same moments forever, and all others would have to wait.
    """

    pace: float = field(default_factory=lambda: random.uniform(0.9, 1.2))
    made: dict[str, tuple[Any, Any]] = field(default_factory=dict)  # name -> (version, thing)


def once(name: str, version: Any, make: Callable[[], T]) -> T:
    """What `make` returned when it was last called with this name and this version.

    A version refers to objects by weak references: an `id` may be reused for another object.
    """
    made = session.keep(Drawn).made
    if name not in made or made[name][0] != version:
        made[name] = (version, make())
    thing: T = made[name][1]
    return thing


def chart(
    name: str,
    version: Any,
    make: Callable[[], dict[str, Any]],
    look_for: str,
    *,
    caption: bool = True,
) -> None:
    """A chart that is made, and sent to the browser, only when its version has changed."""
    figure = once(name, version, lambda: live_chart.write(make()))
    live_chart.chart(figure, name, look_for, caption=caption)


def live(
    drawn: Status | None, status: Callable[[], Status | None], draw: Callable[[], None]
) -> None:
    """Draw something, and redraw it at every beat while it is running.

    It is a fragment, so the browser reruns only this part. The buttons above it were `drawn` for
    one status. If the status has changed, even before this is reached, the whole page runs once
    more: its buttons and the beat depend on the status.
    """
    beat = workers.beat() if drawn == Status.RUNNING else None
    seconds = beat and beat * session.keep(Drawn).pace

    def look_again() -> None:
        if status() != drawn or (beat and _off_beat(beat)):
            st.rerun()
        if seconds:
            internals.keep_beat(seconds)
        draw()

    workers.fragment(look_again, run_every=seconds)()


def slow() -> int:
    """A number that changes every two seconds: a version of what need not be redrawn more often."""
    return int(time.monotonic() / SLOW)


def _off_beat(drawn: float) -> bool:
    return not drawn / 2 <= workers.beat() <= drawn
