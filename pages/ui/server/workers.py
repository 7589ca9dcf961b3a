"""The server's workers: one pool for all visitors, how fast it is and how many share it."""

from concurrent.futures import Future

import streamlit as st

from ann.evaluation.speed import Speed, measure_speed
from ann.running.chunk import CHUNK_SECONDS
from ann.running.pool import Pool, process_executor

# Seconds between two redrawings of a page. Those who train take turns of CHUNK_SECONDS on the
# cores: redrawn more often, a page would show nothing new and keep the server from the others.
BEATS = (0.5, 1.0, 2.0, 4.0)


@st.cache_resource(show_spinner=False, on_release=Pool.shutdown)
def pool() -> Pool:
    """The workers that the chunks of every training go to."""
    return Pool()


@st.cache_resource(show_spinner=False, on_release=lambda one: one and one.shutdown())
def express() -> Pool | None:
    """One more worker, for the first moments of a training only; a cluster has no need of it."""
    return Pool(lambda: process_executor(1)) if pool().folder else None


@st.cache_resource(show_spinner=False)
def measurement() -> Future:
    """The `ann.evaluation.speed.Speed` of a worker, as soon as it is known."""
    return pool().submit(measure_speed)


def start() -> None:
    """Start the workers and measure them, before the first visitor needs them."""
    pool().warm()
    measurement()
    if express():
        express().warm(1)


def stop() -> None:
    """End the workers, when the server ends."""
    for one in (pool(), express()):
        if one:
            one.shutdown()


def speed() -> Speed:
    """What the workers were measured to do; a usual computer's speed until then."""
    measured = measurement()
    if not measured.done():
        return Speed()
    if measured.cancelled() or measured.exception():  # a worker died, or there was no scheduler
        measurement.clear()  # the next who asks has them measured anew
        return Speed()
    return measured.result()


def trouble() -> str:
    """A sentence on why nothing is trained now; empty if all is well."""
    return pool().trouble


def sharing() -> float:
    """How much longer one more training takes because of those that run now; 1 is not at all."""
    return max(1.0, (pool().busy + 1) / pool().workers)


def beat() -> float:
    """Seconds between two redrawings of a page that shows a training: about one turn of all."""
    turn = pool().busy * CHUNK_SECONDS / pool().workers
    return next((seconds for seconds in BEATS if turn <= seconds), BEATS[-1])
