"""What the server does once: before its first visitor and after its last."""

import asyncio
import contextlib
import gc
import importlib
import logging
import threading
from collections.abc import AsyncIterator

import streamlit as st

import ann.keeping.limits  # noqa: F401 - a limit that can't be used stops the server
from ann.keeping.database import ArchiveError
from pages.ui.server import compressed, first_page, given_address, internals

CLOSED_SECONDS = 5.0  # between two looks for closed tabs that will not come back
FREE_SECONDS = 60.0  # between two rounds: a collection holds up the server for a tenth of a second

NOBODY_SECONDS = 4.0  # without a visitor, after which the server uses the time to warm up
PAINT_SECONDS = 0.5  # from the end of the first page's script until a browser has painted it

LOG = logging.getLogger(__name__)


@contextlib.asynccontextmanager
async def life(app: st.App) -> AsyncIterator[None]:
    """The context that Streamlit enters when the server starts and leaves when it ends."""
    internals.leave_older_multipage_mode()
    internals.draw_the_whole_page_first()
    internals.draw_the_first_element_at_once()
    internals.send_at_once()
    given_address.given()  # an address that can't be used stops the server
    threading.Thread(target=compressed.compress, daemon=True).start()
    ended = threading.Event()
    warming = threading.Thread(target=warm_up, args=(ended,), name="ann-warm-up", daemon=True)
    warming.start()
    threading.Thread(target=free, args=(ended,), name="ann-free", daemon=True).start()
    ending = asyncio.create_task(end_closed_tabs())
    yield
    ending.cancel()
    ended.set()
    first_page.drawn.set()  # nobody waits for a visitor any more
    await asyncio.to_thread(warming.join)
    finish()


def begin() -> None:
    """Import and open what every page needs, and say in the terminal who can open the lab."""
    first_page.get_ready()
    from threadpoolctl import threadpool_limits  # scikit-learn brings it along

    from pages.ui.server import listening, stores

    # Pages compute little: starting several BLAS threads takes longer than finishing with one (to
    # prepare a drawing, 17 to 44 ms of processor time with two threads, 3 ms with one).
    threadpool_limits(1)
    listening.announce()
    listening.announce_classes()
    stores.run_autosave()
    stores.sweep_autosave()


def start() -> None:
    """Start the workers, and import what the first chart needs."""
    from pages.ui.server import workers

    workers.start()
    for name in ("pandas", "plotly.graph_objects"):
        importlib.import_module(name)


def finish() -> None:
    """Save what is not saved yet, and end the workers."""
    from pages.ui.server import stores, workers

    stores.run_autosave().close()
    stores.sweep_autosave().close()
    workers.stop()


def warm_up(ended: threading.Event) -> None:
    """Make ready what every page needs, then what the first training and the first chart need.

    The latter two take a second or two of processor time, which the first visitor's browser needs
    to show the page. So they wait for that, unless nobody comes. The worker for first moments
    starts first.
    """
    gc.disable()  # while modules are imported, garbage is looked for and hardly any found: 60 ms
    try:
        begin()
        first_page.drawn.wait(NOBODY_SECONDS)
        if ended.wait(PAINT_SECONDS):
            return
        start()
        # What is there now stays. Looking through it for garbage takes most of a collection's time.
        gc.collect()
        gc.freeze()
    finally:
        gc.enable()


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
    """Until the server ends, delete old classes and free closed pages' memory from time to time.

    Streamlit's sessions contain reference cycles, and hold the states of their trainings: files in
    memory, 20 MB each for a large network. Python's own collector counts objects, not bytes, so
    dozens of pages may be closed before it looks for such cycles.
    """
    while not ended.wait(FREE_SECONDS):
        gc.collect()
        delete_old_classes()


def delete_old_classes() -> None:
    """Delete the classes whose time is over, with all that their members have saved."""
    from pages.ui.server import stores

    try:
        stores.classrooms().expire()
    except ArchiveError as error:  # the disk is full, or the file is busy: the next round comes
        LOG.warning("Old classes cannot be deleted now: %s", error)
