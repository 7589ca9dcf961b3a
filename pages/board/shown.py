"""What a view of the board shows, made once for all who look at it."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import NamedTuple

import streamlit as st

from pages.ui.live.chart import Written

MOST_KEPT = 200  # views of all classes; each takes up to 100 kB


class Shown(NamedTuple):
    """A view: a headline, and below it pictures or bars, or a chart that fills the window."""

    headline: str  # Markdown
    html: str = ""
    chart: Written | None = None
    look_for: str = ""  # of the chart, for those who can't see it


@dataclass
class _View:
    """A view as it was made last, of one version of its class."""

    version: str = ""
    shown: Shown | None = None
    making: threading.Lock = field(default_factory=threading.Lock)


class Kept:
    """The views that were made last, for any number of threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._views: OrderedDict[Hashable, _View] = OrderedDict()

    def get(self, key: Hashable, version: str, make: Callable[[], Shown]) -> Shown:
        """The view named `key` of this version: made by whoever asks first, others wait for it.

        A newer version that shows the same is the same object, so that nothing is drawn again.
        """
        with self._lock:
            view = self._views.setdefault(key, _View())
            self._views.move_to_end(key)
            while len(self._views) > MOST_KEPT:
                self._views.popitem(last=False)
        with view.making:  # other views do not wait
            if view.shown is None or view.version != version:
                made = make()
                view.version, view.shown = version, view.shown if made == view.shown else made
            return view.shown


@st.cache_resource(show_spinner=False)
def kept() -> Kept:
    """The views of all classes on this server."""
    return Kept()
