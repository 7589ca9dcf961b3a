"""What the server does once: before its first visitor and after its last."""

import asyncio
import contextlib
import gc
import importlib
import logging
import threading
from collections.abc import AsyncIterator

import streamlit as st
from threadpoolctl import threadpool_limits  # scikit-learn brings it along

from pages.ui.server import internals, listening, stores, workers

CLOSED_SECONDS = 5.0  # between two looks for closed tabs that will not come back
GARBAGE_SECONDS = 60.0  # between two collections: each holds up the server for a tenth of a second

LOG = logging.getLogger(__name__)


@contextlib.asynccontextmanager
async def life(app: st.App) -> AsyncIterator[None]:
    """The context that Streamlit enters when the server starts and leaves when it ends."""
    internals.leave_older_multipage_mode()
    listening.announce()
    # pandas takes half a second to import: time that the first browser needs to load the page.
    threading.Thread(target=importlib.import_module, args=("pandas",), daemon=True).start()
    # Pages compute little: starting several BLAS threads takes longer than finishing with one (to
    # prepare a drawing, 17 to 44 ms of processor time with two threads, 3 ms with one).
    threadpool_limits(1)
    workers.start()
    stores.run_autosave()
    stores.sweep_autosave()
    ended = threading.Event()
    threading.Thread(target=free, args=(ended,), name="ann-free", daemon=True).start()
    ending = asyncio.create_task(end_closed_tabs())
    yield
    ending.cancel()
    ended.set()
    stores.run_autosave().close()
    stores.sweep_autosave().close()
    workers.stop()


async def end_closed_tabs() -> None:
    """From time to time, end the sessions of tabs that were closed minutes ago."""
    closed = internals.ClosedTabs()
    while True:
        await asyncio.sleep(CLOSED_SECONDS)
        try:
            closed.end()
        except Exception:  # one session that cannot be ended must not keep all others
            LOG.exception("A session could not be ended")


def free(ended: threading.Event) -> None:
    """Until the server ends, free the memory of closed pages from time to time.

    Streamlit's sessions contain reference cycles, and hold the states of their trainings: files in
    memory, 20 MB each for a large network. Python's own collector counts objects, not bytes, so
    dozens of pages may be closed before it looks for such cycles.
    """
    while not ended.wait(GARBAGE_SECONDS):
        gc.collect()
