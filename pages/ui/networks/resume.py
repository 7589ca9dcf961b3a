"""Going on with a kept run that was cut off: by a reload, a closed page, a killed server."""

import time

import streamlit as st

from ann.keeping.database import ArchiveError
from ann.keeping.summary import SavedRun
from ann.running.view import Status
from ann.saving.checkpoint import Progress
from pages.ui import session
from pages.ui.networks import current, opened
from pages.ui.server import datasets, stores
from pages.ui.server.visitor import visitor_id
from pages.ui.words import duration

RECENT = 3600.0  # seconds; what is older is on the Runs page
MOMENTS = 60.0
HELP = (
    "Goes on where it was cut off, as if nothing had been: the same digits in the same order, the "
    "same network in the end, bit for bit."
)
NO_DATA = "It could go on, but its data set is not on this machine."


def can_go_on(kept: SavedRun) -> bool:
    """Whether its training was cut off, and no open page trains it."""
    return kept.has_state and not (kept.status == Status.RUNNING and _attended(kept))


def go_on(kept: SavedRun) -> bool:
    """Make a kept run the visitor's present training; False, with a message, if that can't be."""
    job = current.training().job
    if job and stores.keeper().number(job) == kept.id and job.status == Status.PAUSED:
        opened.close()
        session.set_recipe(job.view().recipe)
        job.resume()
        return True
    try:
        current.take_up(progress_of(kept), kept.id)
    except (ArchiveError, current.NoDataError) as error:
        session.say(f"{kept.name}: {error}", "error")
        return False
    return True


def progress_of(kept: SavedRun) -> Progress:
    """Where a kept run was cut off; whoever had it lets it go. `ArchiveError` if it is lost."""
    stores.keeper().release(visitor_id(), kept.id)
    return stores.archive().progress(visitor_id(), kept.id)


def button(kept: SavedRun, key: str, **options) -> bool:
    """The button for a run that can go on; `options` go to `st.button`."""
    here = datasets.find(kept.fingerprint) is not None
    return st.button(
        "Continue training",
        icon=":material/resume:",
        key=key,
        disabled=not here,
        help=HELP if here else NO_DATA,
        **options,
    )


def offer() -> None:
    """On the Train page without a training: the visitor's last one, if it was cut off lately."""
    kept = _latest()
    if not kept or not can_go_on(kept) or _attended(kept):
        return
    seconds = time.time() - kept.updated
    when = f"{duration(seconds)} ago" if seconds >= MOMENTS else "moments ago"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.info(
            f"Your last training was cut off {when}, at epoch {kept.summary.epochs:,.1f} of "
            f"{kept.recipe.epochs:,}.",
            icon=":material/history:",
            width="stretch",
        )
        button(kept, "train.continue", type="primary", on_click=go_on, args=(kept,))


def _latest() -> SavedRun | None:
    try:
        kept = stores.archive().latest(visitor_id())
    except ArchiveError:
        return None  # the Runs page says what is wrong with it
    return kept if kept and time.time() - kept.updated < RECENT else None


def _attended(kept: SavedRun) -> bool:
    return stores.keeper().attended(visitor_id(), kept.id)
