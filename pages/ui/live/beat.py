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
from pages.ui.server import classes, internals, workers

SLOW = 2.0  # seconds
FIRST_NEWS = 1.5  # seconds that a run of the page waits for the first news
SOON = 0.5  # seconds to the next run, if one has waited in vain

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
    drawn: Status | None,
    status: Callable[[], Status | None],
    draw: Callable[[], None],
    has_news: Callable[[], bool] = lambda: True,
) -> None:
    """Draw something, and redraw it at every beat while it is running.

    It is a fragment, so the browser reruns only this part. The buttons above it were `drawn` for
    one status. If the status has changed, even before this is reached, the whole page runs once
    more: its buttons and the beat depend on the status. So do they on whether the teacher has
    paused the class. The beat follows how many train.

    Until it `has_news`, such as the first point of a curve, each run waits for that: whoever has
    just clicked should see what comes of it, however slow the beat of a class is.
    """
    hold = classes.hold()

    def look_again() -> None:
        if drawn == Status.RUNNING:
            workers.wait_for(has_news, FIRST_NEWS)
        if status() != drawn or classes.hold() != hold:
            st.rerun()
        try:
            draw()
        finally:
            if drawn == Status.RUNNING:
                beat = workers.beat() if has_news() else min(workers.beat(), SOON)
                internals.keep_beat(beat * session.keep(Drawn).pace)

    workers.fragment(look_again)()


def slow() -> int:
    """A number that changes every two seconds: a version of what need not be redrawn more often."""
    return int(time.monotonic() / SLOW)
