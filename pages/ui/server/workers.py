"""The server's workers: one pool for all visitors, how fast it is, and how many share it."""

import functools
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import ParamSpec

import streamlit as st

from ann.evaluation.speed import Speed, measure_speed
from ann.running import absence
from ann.running.budget import Owner
from ann.running.chunk import CHUNK_SECONDS
from ann.running.pool import Pool, process_executor
from ann.running.turns import Share, Turns
from pages.ui import session
from pages.ui.server import first_page
from pages.ui.server.page_turns import PageTurns
from pages.ui.server.visitor import address, browser_id

# Seconds between two redraws of a page. Trainings take turns of CHUNK_SECONDS on the cores: redrawn
# more often, a page would show nothing new and keep the server busy.
BEATS = (0.5, 1.0, 2.0, 4.0)
# In a lecture hall, where a turn takes longer than this: drawing pages takes the time of training.
SLOW_BEAT = 8.0
MOMENT = 0.3  # seconds that a page waits for something; more would make a click feel slow
LOOKS = 0.01, 0.1  # seconds between two looks whether it is there: the shortest and the longest
P = ParamSpec("P")


def _shutdown(turns: Turns | None) -> None:
    if turns:
        turns.pool.shutdown()


@st.cache_resource(show_spinner=False, on_release=_shutdown)
def turns() -> Turns:
    """The workers that compute the chunks of all trainings, and whose turn it is there."""
    return Turns(Pool())


@st.cache_resource(show_spinner=False, on_release=_shutdown)
def express() -> Turns | None:
    """One more worker, only for the first moments of a training; a cluster needs none."""
    if not pool().folder:
        return None
    return Turns(Pool(lambda: process_executor(1)), others=turns())


def pool() -> Pool:
    """The pool of workers."""
    return turns().pool


def shares() -> tuple[Share, Share | None]:
    """This visitor's share of the workers, and of the one for first moments."""
    mine, first = owner(), express()
    return turns().share(mine), first.share(mine) if first else None


def owner() -> Owner:
    """This browser, as one of those who share the server: whoever uses it, it has one share."""
    return Owner(address(), browser_id())


@st.cache_resource(show_spinner=False)
def page_turns() -> PageTurns:
    """Whose page is drawn next."""
    return PageTurns()


@contextmanager
def page_turn() -> Iterator[None]:
    """Wait for this visitor's turn to have a page drawn.

    If they were away, what has been paused meanwhile continues first: the page shows it running.
    """
    absence.look_again()
    with page_turns().turn(owner()):
        yield
    first_page.drawn.set()


def vouch() -> None:
    """Draw this visitor's next pages without waiting behind a class: they teach one."""
    page_turns().vouch(owner())


def fragment(function: Callable[P, None], run_every: float | None = None) -> Callable[P, None]:
    """As `st.fragment`, but each time it is redrawn it waits for this visitor's turn."""

    @functools.wraps(function)
    def in_turn(*args: P.args, **kwargs: P.kwargs) -> None:
        with page_turn():
            function(*args, **kwargs)

    return st.fragment(in_turn, run_every=run_every)


def wait_for(condition: Callable[[], bool], seconds: float = MOMENT) -> None:
    """Wait for something short, so that this run of the page can already show it.

    Meanwhile, others have their pages drawn, and a click ends the wait and this run. The longer it
    takes, the less often the page looks: a whole class may wait here.
    """
    shortest, longest = LOOKS
    began = time.monotonic()
    with page_turns().aside():
        while not condition() and (waited := time.monotonic() - began) < seconds:
            session.heed_clicks()
            time.sleep(min(max(shortest, waited / 10), longest))


@st.cache_resource(show_spinner=False)
def measurement() -> Future[Speed]:
    """The measured speed of a worker, once it is known."""
    return pool().submit(measure_speed)


def start() -> None:
    """Start the workers and measure them, before a visitor needs them."""
    if first := express():
        first.pool.warm(1)
    pool().warm()
    measurement()


def stop() -> None:
    """End the workers, when the server ends."""
    for one in (turns(), express()):
        _shutdown(one)


def speed() -> Speed:
    """The measured speed of the workers, or a typical computer's until it is known."""
    measured = measurement()
    if not measured.done():
        return Speed()
    if measured.cancelled() or measured.exception():  # a worker died, or there was no scheduler
        measurement.clear()  # the next caller measures again
        return Speed()
    return measured.result()


def trouble() -> str:
    """A sentence on why nothing can be trained now; empty if all is well."""
    return pool().trouble


def sharing(more: int = 1) -> float:
    """How many times as long `more` new trainings will take because of those that run now.

    Each visitor gets the same share of the workers, and divides it among their own trainings.
    """
    others, mine = turns().load(owner())
    return max(1.0, (others + 1) * (mine + more) / pool().workers)


def beat() -> float:
    """Seconds between two redraws of a page that shows a training: about one turn of it.

    The more a visitor trains at once, the less often each of their pages is redrawn.
    """
    others, mine = turns().load(owner())
    turn = (others + 1) * max(mine, 1) * CHUNK_SECONDS / pool().workers
    if turn > SLOW_BEAT:
        return SLOW_BEAT
    return next((seconds for seconds in BEATS if turn <= seconds), BEATS[-1])
