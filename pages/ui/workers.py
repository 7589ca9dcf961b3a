"""The server's workers: one pool for all visitors, how fast it is and how many share it."""

import os
from concurrent.futures import Future

import streamlit as st

from ann.cost import Speed, measure_speed
from ann.pool import Pool

# Trainings at once, and the seconds between two redrawings of each page. Redrawing more often
# would keep the server so busy that nobody's page answers.
BEATS = ((4, 0.5), (16, 1.0), (32, 2.0), (64, 4.0))
SLOWEST = 8.0


@st.cache_resource(show_spinner=False, on_release=Pool.shutdown)
def pool() -> Pool:
    """The workers that the chunks of every training go to."""
    return Pool()


@st.cache_resource(show_spinner=False)
def measurement() -> Future:
    """The `ann.cost.Speed` of a worker, as soon as it is known."""
    return pool().submit(measure_speed)


def start() -> None:
    """Start the workers and measure them, before the first visitor needs them."""
    pool().warm()
    measurement()


def stop() -> None:
    """End the workers, when the server ends."""
    pool().shutdown()


def speed() -> Speed:
    """What the workers were measured to do; a usual computer's speed until then."""
    measured = measurement()
    failed = measured.done() and (measured.cancelled() or measured.exception())
    return measured.result() if measured.done() and not failed else Speed()


def sharing() -> float:
    """How much longer one more training takes because of those that run now; 1 is not at all."""
    return max(1.0, (pool().busy + 1) / (os.cpu_count() or 1))


def beat() -> float:
    """Seconds between two redrawings of a page that shows a training."""
    busy = pool().busy
    return next((seconds for most, seconds in BEATS if busy <= most), SLOWEST)
