"""Results that take a worker a moment: asked for once, kept, and waited for without a hurry.

A result is a pure function of what its key names, such as the hash of a network's weights. So one
visitor's result serves all who have the same network, as in a class that trains the same one.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, field, replace
from typing import Any, ParamSpec, TypeVar

import streamlit as st

from ann.history import History
from ann.run import Run
from pages.ui import session, words
from pages.ui.server import workers

MOST_KEPT = 2_000  # results of all visitors; each takes about 5 kB
MOST_ASKED = 6  # of one visitor at the same time
BEAT = 0.4  # seconds between two looks whether a result is there
P = ParamSpec("P")
T = TypeVar("T")
Key = tuple[Hashable, ...]


class Kept:
    """The latest results of all visitors, by their keys."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._results: OrderedDict[Key, Any] = OrderedDict()

    def get(self, key: Key) -> Any:
        """The result, or None if there is none."""
        with self._lock:
            if key in self._results:
                self._results.move_to_end(key)
            return self._results.get(key)

    def put(self, key: Key, result: object) -> None:
        """Keep a result; the one that was not asked for the longest time is forgotten."""
        with self._lock:
            self._results[key] = result
            while len(self._results) > MOST_KEPT:
                self._results.popitem(last=False)


@st.cache_resource(show_spinner=False)
def kept() -> Kept:
    """The results of all visitors."""
    return Kept()


@dataclass
class Asked:
    """What a visitor has asked for and does not have yet."""

    futures: OrderedDict[Key, Future[Any]] = field(default_factory=OrderedDict)


def get(key: Key, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
    """What the function returns, never None itself; None while a worker computes it.

    `key` names the function and everything it depends on. Draw `progress(key, ...)` meanwhile.
    """
    found: T | None = kept().get(key)
    if found is not None:
        return found
    ask(key, function, *args, **kwargs)
    futures = session.keep(Asked).futures
    future = futures[key]
    workers.wait_for(future.done)
    if not future.done() or _problem(future):
        return None
    futures.pop(key, None)
    kept().put(key, future.result())
    return future.result()


def ask(key: Key, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> None:
    """Let a worker compute what `get` will return, unless it is kept or asked for already."""
    futures = session.keep(Asked).futures
    if key in futures or kept().get(key) is not None:
        return
    futures[key] = workers.shares()[0].submit(function, *args, **kwargs)
    while len(futures) > MOST_ASKED:
        futures.popitem(last=False)[1].cancel()


def here(key: Key, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What the function returns, computed here unless it is kept: for what takes only a moment."""
    found: T | None = kept().get(key)
    if found is None:
        found = function(*args, **kwargs)
        kept().put(key, found)
    return found


def progress(key: Key, what: str) -> None:
    """A line that says what is computed, until it is; or why it can't be had.

    `key` may also be that of something that is not asked for any more.
    """
    workers.fragment(_line, run_every=BEAT)(key, what)


def sent(run: Run) -> Run:
    """A run as it is sent to a worker: without its history, which can be long."""
    return replace(run, history=History())


def _line(key: Key, what: str) -> None:
    futures = session.keep(Asked).futures
    future = futures.get(key)
    if future is None or (future.done() and not _problem(future)):
        st.rerun()
        return
    if problem := _problem(future):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.warning(words.plain(problem), icon=":material/warning:", width="stretch")
            again = st.button("Try again", key=f"computed.again.{hash(key)}")
        if again:
            futures.pop(key, None)
            st.rerun()
        return
    st.markdown(f":material/hourglass_top: {what}…")


def _problem(future: Future[Any]) -> str:
    """Why a future that is done has no result; empty if it has one, or is not done."""
    if not future.done():
        return ""
    if future.cancelled():
        return "This was put aside for something newer."
    error = future.exception()
    if error is None:
        return ""
    if isinstance(error, (CancelledError, RuntimeError, OSError)):
        return "A worker could not finish this."
    return str(error) or type(error).__name__
