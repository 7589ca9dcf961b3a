"""The open data sets: those that all visitors share, and those that a visitor brought for herself.

The latter are called `my:NAME`. Only their owner can list, open or find them.
"""

import logging
import os
import threading
import time
from collections import deque
from collections.abc import Sequence
from functools import lru_cache, partial
from typing import NamedTuple

import streamlit as st

import data
from ann.running.find_data import Source, is_here
from data import made
from data.finding.unpack import Room
from data.made import Made
from data.yours import brought
from pages.ui import session
from pages.ui.server import limits
from pages.ui.server.visitor import address, visitor_id

LOG = logging.getLogger(__name__)
HOUR = 3_600.0  # seconds
LOOK = 1.0  # seconds between two looks for the default data set
_came: deque[tuple[float, str, int]] = deque()  # what was brought: when, from where, bytes
_counting = threading.Lock()
CACHE = "data/cache"  # where a worker on another machine finds digits in its own copy of the lab


def source(digits: data.Dataset, n_train: int) -> Source:
    """Where workers find these digits; the first `n_train` are for training."""
    return Source(str(digits.folder), digits.fingerprint, n_train, CACHE)


def _is_here(found: data.Dataset) -> bool:
    """Whether the workers would find it: someone may have emptied data/cache in the meantime."""
    return is_here(source(found, n_train=0))


@st.cache_resource(show_spinner="Opening the digits…", max_entries=8, validate=_is_here)
def opened(name: str | None) -> data.Dataset:
    """A shared data set by its name in `data.available()`; None is the default one.

    Its arrays are memory-mapped, so all visitors and workers share one copy in memory.
    """
    return data.load(name)


def default_name() -> str:
    """As `data.default_name`, which looks into folders: too long for every run of every page."""
    return _default_name(os.environ.get("ANN_DATA", ""), int(time.monotonic() / LOOK))


@lru_cache(maxsize=4)
def _default_name(chosen: str, when: int) -> str:
    return data.default_name()


class Own(NamedTuple):
    """An open data set and whose it is."""

    owner: str
    digits: data.Dataset


def _is_kept(own: Own) -> bool:
    return brought.has(own.owner, own.digits.name) and _is_here(own.digits)


@st.cache_resource(show_spinner="Opening the digits…", max_entries=64, validate=_is_kept)
def opened_own(owner: str, name: str) -> Own:
    """A data set that its owner brought."""
    return Own(owner, brought.load(owner, name, _room()))


def by_name(name: str | None) -> data.Dataset:
    """A data set that this visitor may use: a shared one or their own. Raises DataError."""
    if is_own(name):
        return opened_own(visitor_id(), str(name)).digits
    return opened(name)


def is_own(name: str | None) -> bool:
    """Whether this is the name of a data set that a visitor brought."""
    return name is not None and name.startswith(brought.MARK)


def available() -> list[data.Info]:
    """The data sets that this visitor can choose, her own ones last."""
    return [*data.available(), *brought.listed(visitor_id())]


def bring(name: str, files: Sequence[tuple[str, bytes]]) -> data.Dataset:
    """Read files, given as (name, content), as a data set of this visitor. Raises DataError."""
    today = time.strftime("%Y-%m-%d")
    _count(sum(len(content) for _, content in files))
    return brought.bring(visitor_id(), name, files, _room(), today)


def _count(size: int) -> None:
    """Count what comes from the visitor's address. Raises DataError if it is too much.

    Files that hold no data set count too: looking at them takes time.
    """
    now, place = time.monotonic(), address()
    with _counting:
        while _came and now - _came[0][0] > HOUR:
            _came.popleft()
        taken = size + sum(one for _, where, one in _came if where == place)
        if taken > limits.MAX_BROUGHT_MB_PER_HOUR * 1_000_000:
            raise data.DataError(
                "From your network address, too many files have come within an hour; the limit is "
                f"{limits.MAX_BROUGHT_MB_PER_HOUR:,} MB. Try again later."
            )
        _came.append((now, place, size))


def delete(name: str) -> None:
    """Delete a data set of this visitor."""
    brought.delete(visitor_id(), name)


def maker() -> "partial[Made]":
    """A function that stores a training set for a purpose of this visitor, in any thread.

    It takes the purpose, the split and the names of the classes, and raises DataError, as
    `data.made.make` does.
    """
    return partial(made.make, visitor_id(), all_bytes=limits.MAX_ALL_MADE_MB * 1_000_000)


def forgetter() -> "partial[None]":
    """A function that deletes the set that was made for a purpose of this visitor."""
    return partial(made.forget, visitor_id())


def _room() -> Room:
    return Room(
        limits.MAX_BROUGHT_MB * 1_000_000,
        limits.MAX_BROUGHT_UNPACKED_MB * 1_000_000,
        limits.MAX_BROUGHT_IMAGES,
        limits.MAX_BROUGHT_SECONDS,
        limits.MAX_BROUGHT_SETS,
        limits.MAX_ALL_BROUGHT_MB * 1_000_000,
        limits.BROUGHT_DAYS,
    )


def chosen() -> data.Dataset:
    """The visitor's data set, or the default one, with a message, if it cannot be opened."""
    state = session.state()
    try:
        return by_name(state.dataset)
    except data.DataError as error:
        LOG.warning("%s", error)
        session.say(f"{error} The embedded digits are used instead.", "warning")
        state.dataset = data.DEFAULT
        return opened(state.dataset)


def find_shared(fingerprint: str) -> data.Dataset | None:
    """The data set with this fingerprint, if all visitors share it.

    Unlike `find`, it gives the same for everybody: what one visitor brought is shown to no other.
    """
    names = tuple(info.name for info in data.available() if info.here)
    name = _shared_name(fingerprint, names)
    return opened(name) if name else None


@lru_cache(maxsize=200)
def _shared_name(fingerprint: str, names: tuple[str, ...]) -> str | None:
    """Which of the shared data sets has this fingerprint; opening them all may take long."""
    for name in names:
        try:
            if opened(name).fingerprint == fingerprint:
                return name
        except data.DataError:
            continue
    return None


def find(fingerprint: str) -> tuple[str | None, data.Dataset] | None:
    """The data set with this fingerprint, after its name; None if this visitor has none."""
    here = [info for info in available() if info.here]
    right = [info.name for info in here if info.fingerprint == fingerprint]
    unknown = [info.name for info in here if not info.fingerprint]  # reading others takes long
    for name in dict.fromkeys([session.state().dataset, *right, *unknown]):
        try:
            found = by_name(name)
        except data.DataError:
            continue
        if found.fingerprint == fingerprint:
            return name, found
    return None
