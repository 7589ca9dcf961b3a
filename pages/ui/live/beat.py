"""What moves on a page: redrawn at the server's beat, and only where something has changed."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from ann.running.view import Status
from pages.ui import session
from pages.ui.live import chart as live_chart
from pages.ui.server import internals, workers

SLOW = 2.0  # seconds


@dataclass
class Screen:
    """What was drawn last, so that it is not made again where nothing changed.

    `pace` stretches this visitor's beat a little: a class that presses Start together would else
    ask for its pages at the same moments for good, and everybody else would wait meanwhile.
    """

    pace: float = field(default_factory=lambda: random.uniform(0.9, 1.2))
    drawn: dict[str, tuple[Any, Any]] = field(default_factory=dict)


def once(name: str, key: Any, make: Callable[[], Any]) -> Any:
    """What `make` returned when it was last called under this name with this key.

    A key names an object by a weak reference: its `id` may become another one's when it is gone.
    """
    drawn = session.keep(Screen).drawn
    if name not in drawn or drawn[name][0] != key:
        drawn[name] = (key, make())
    return drawn[name][1]


def chart(
    name: str, key: Any, make: Callable[[], dict], look_for: str, *, caption: bool = True
) -> None:
    """A chart that is made, and written for the browser, only when its key has changed."""
    live_chart.chart(
        once(name, key, lambda: live_chart.write(make())), name, look_for, caption=caption
    )


def live(
    drawn: Status | None, status: Callable[[], Status | None], draw: Callable[[], None]
) -> None:
    """Draw what moves, and again at every beat while something runs.

    It is a fragment: the browser asks for it alone, and the rest of the page stays as it is. The
    buttons above it were `drawn` for one status. When that has changed, be it before this is
    reached, the whole page runs once more, because its buttons and the beat belong to it.
    """
    beat = workers.beat() if drawn == Status.RUNNING else None
    seconds = beat and beat * session.keep(Screen).pace

    def look_again() -> None:
        if status() != drawn or (beat and _off_beat(beat)):
            st.rerun()
        if seconds:
            internals.keep_beat(seconds)
        draw()

    st.fragment(look_again, run_every=seconds)()


def slow() -> int:
    """A number that changes every two seconds: a key of what may be redrawn no more often."""
    return int(time.monotonic() / SLOW)


def _off_beat(drawn: float) -> bool:
    return not drawn / 2 <= workers.beat() <= drawn
