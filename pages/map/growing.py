"""t-SNE in a worker, a few steps at a time: it is watched, stopped and continued.

A beat of the page collects what a worker has done and sends it on. So nothing goes on for a page
that is closed, and a worker is never held for longer than a chunk of a training takes.
"""

from concurrent.futures import Future
from dataclasses import dataclass
from time import monotonic

import numpy as np
import streamlit as st

from ann.inside import projection
from ann.inside.projection import STEPS, Tsne
from ann.running.chunk import CHUNK_SECONDS
from pages.ui import session, words
from pages.ui.inside import computed
from pages.ui.inside.computed import Key
from pages.ui.server import workers

GUESS = 4e-9  # seconds for a step, times N², until it is measured


@dataclass
class Growth:
    """A visitor's t-SNE: one at a time."""

    key: Key | None = None
    tsne: Tsne | None = None
    future: Future[Tsne] | None = None
    stopped: bool = False
    problem: str = ""
    began: float = 0.0
    began_at: int = 0  # its step then

    @property
    def step(self) -> int:
        """How many steps are done."""
        return self.tsne.step if self.tsne else 0

    def seconds_left(self, n: int) -> float:
        """About how long it takes on, for n samples."""
        done = self.step - self.began_at
        pace = (monotonic() - self.began) / done if done > 0 else GUESS * n * n
        return pace * (STEPS - self.step)

    def stop(self) -> None:
        """Go no further."""
        self.stopped = True
        if self.future:
            self.future.cancel()

    def go_on(self) -> None:
        """Continue where it was stopped, or begin again if it failed."""
        self.stopped, self.problem = False, ""
        self.began, self.began_at = monotonic(), self.step


def of(key: Key) -> Growth:
    """This visitor's t-SNE with this key: another one that still grows is given up."""
    growth = session.keep(Growth)
    if growth.key != key:
        growth.stop()
        fresh = Growth(key, began=monotonic())
        session.state().kept[Growth] = growth = fresh
    return growth


def line(growth: Growth, n: int, what: str) -> None:
    """How far it is, for n samples, with a button that stops or continues it."""
    if growth.problem:
        st.warning(words.plain(growth.problem), icon=":material/warning:")
    with st.container(horizontal=True, vertical_alignment="center"):
        left = f"about {words.duration(growth.seconds_left(n))} left"
        how = "stopped" if growth.stopped else left
        st.progress(growth.step / STEPS, f"{what}, step {growth.step:,} of {STEPS:,}: {how}.")
        if growth.stopped:
            st.button("Continue", key="map.continue", on_click=growth.go_on)
        else:
            st.button("Stop", icon=":material/stop:", key="map.stop", on_click=growth.stop)


def grow(growth: Growth, samples: np.ndarray) -> None:
    """Take what a worker has done, and send it on unless it is stopped or done."""
    future = growth.future
    if future is not None and future.done():
        growth.future = None
        if not future.cancelled():
            if error := future.exception():
                growth.stopped, growth.problem = True, str(error) or type(error).__name__
            else:
                growth.tsne = future.result()
    if growth.tsne and growth.tsne.done and growth.key:
        computed.kept().put(growth.key, growth.tsne.places)
    elif growth.future is None and not growth.stopped:
        growth.future = workers.shares()[0].submit(chunk, growth.tsne, samples)


def chunk(tsne: Tsne | None, samples: np.ndarray) -> Tsne:
    """A chunk of the work, for a worker: the first one begins."""
    begun = projection.start(samples) if tsne is None else tsne
    return projection.advance(begun, CHUNK_SECONDS)
