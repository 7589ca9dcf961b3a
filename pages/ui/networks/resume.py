"""Continue a saved run that was interrupted by a reload, a closed page or a stopped server."""

import time
from collections.abc import Callable
from typing import Any

from ann.keeping.database import ArchiveError
from ann.keeping.summary import INTERRUPTED, SavedRun
from ann.running.absence import CLOSED
from ann.running.budget import NoRoomError
from ann.running.view import Status
from ann.saving.checkpoint import Progress
from pages.ui import buttons, session
from pages.ui.networks import current, opened
from pages.ui.server import classes, datasets, stores
from pages.ui.server.visitor import visitor_id

RECENT = 3600.0  # seconds; an older run waits for a click
MOMENTS = 60.0  # seconds
HELP = (
    "Continues where it was interrupted, as if it had never stopped: the same digits in the same "
    "order, and in the end the same network, bit for bit."
)
NO_DATA = "It can't continue: its data set is not on this machine."


def can_continue(saved: SavedRun) -> bool:
    """Whether its training was interrupted and no open page is training it."""
    return saved.has_state and not (saved.status == Status.RUNNING and _attended(saved))


def continue_run(saved: SavedRun) -> bool:
    """Make a saved run the visitor's current training; False, with a message, if that fails."""
    if classes.refused():
        return False
    job = current.training().job
    if job and stores.run_autosave().number(job) == saved.id and job.status == Status.PAUSED:
        opened.close()
        session.set_recipe(job.view().recipe)
        job.resume()
        return True
    try:
        current.take_up(progress_of(saved), saved.id)
    except (ArchiveError, NoRoomError, current.NoDataError) as error:
        session.say(f"{saved.name}: {error}", "error")
        return False
    return True


def progress_of(saved: SavedRun) -> Progress:
    """Where a saved run was interrupted. `ArchiveError` if it is damaged.

    A page that is training it stops.
    """
    stores.run_autosave().release(visitor_id(), saved.id)
    return stores.archive().progress(visitor_id(), saved.id)


def button(saved: SavedRun, key: str, on_click: Callable[[SavedRun], Any] | None = None) -> bool:
    """A button to continue a run; True in the run of the page after a click."""
    here = datasets.find(saved.fingerprint) is not None
    what = HELP if here else NO_DATA
    return buttons.begin(
        "Continue training", key, "resume", what, on_click, (saved,), possible=here
    )


def was_interrupted(saved: SavedRun) -> bool:
    """Whether it was interrupted a short while ago, and can continue."""
    broke_off = saved.status in (Status.RUNNING, INTERRUPTED) or saved.summary.message == CLOSED
    return broke_off and can_continue(saved) and time.time() - saved.updated < RECENT


def is_elsewhere(saved: SavedRun) -> bool:
    """Whether another tab or another server is training it."""
    return saved.status == Status.RUNNING and (_attended(saved) or _on_another_server(saved))


def latest() -> SavedRun | None:
    """The visitor's run that was changed last; None if there is none."""
    try:
        return stores.archive().latest(visitor_id())
    except ArchiveError:
        return None  # the Runs page says what is wrong


def _attended(saved: SavedRun) -> bool:
    return stores.run_autosave().attended(visitor_id(), saved.id)


def _on_another_server(saved: SavedRun) -> bool:
    try:
        return stores.archive().leases.is_elsewhere(saved.id)
    except ArchiveError:
        return False
