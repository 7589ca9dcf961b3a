"""The server's workers: one pool for all visitors, how fast it is, and how many share it."""

from concurrent.futures import Future

import streamlit as st

from ann.evaluation.speed import Speed, measure_speed
from ann.running.chunk import CHUNK_SECONDS
from ann.running.pool import Pool, process_executor

# Seconds between two redraws of a page. Trainings take turns of CHUNK_SECONDS on the cores: redrawn
# more often, a page would show nothing new and keep the server busy.
BEATS = (0.5, 1.0, 2.0, 4.0)


@st.cache_resource(show_spinner=False, on_release=Pool.shutdown)
def pool() -> Pool:
    """The workers that compute the chunks of all trainings."""
    return Pool()


@st.cache_resource(show_spinner=False, on_release=lambda one: one and one.shutdown())
def express() -> Pool | None:
    """One more worker, only for the first moments of a training; a cluster needs none."""
    return Pool(lambda: process_executor(1)) if pool().folder else None


@st.cache_resource(show_spinner=False)
def measurement() -> Future[Speed]:
    """The measured speed of a worker, once it is known."""
    return pool().submit(measure_speed)


def start() -> None:
    """Start the workers and measure them, before the first visitor needs them."""
    pool().warm()
    measurement()
    if first := express():
        first.warm(1)


def stop() -> None:
    """End the workers, when the server ends."""
    for one in (pool(), express()):
        if one:
            one.shutdown()


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


def sharing() -> float:
    """How many times as long a new training will take because of those that run now."""
    return max(1.0, (pool().busy + 1) / pool().workers)


def beat() -> float:
    """Seconds between two redraws of a page that shows a training: about one turn of all."""
    turn = pool().busy * CHUNK_SECONDS / pool().workers
    return next((seconds for seconds in BEATS if turn <= seconds), BEATS[-1])
