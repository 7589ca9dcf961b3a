"""The newest run of a browser comes back by itself, when a page is opened that shows a network.

`pages.ui.server.tabs` carries a tab over a reload. This is for all other visits: hours later, after
the server was restarted, by an address without settings. The newest saved run is the current
training again: it continues if it was interrupted a short while ago; otherwise it is paused or has
ended, as it was saved. A line says so, and leads to a new network.

The settings in a link come first: the Train page shows no other run in their place, but offers it.
"""

import time
from dataclasses import dataclass

import streamlit as st

from ann.finish import reached
from ann.keeping.database import ArchiveError
from ann.keeping.summary import SavedRun
from ann.recipes.naming import default_name
from ann.running.budget import NoRoomError
from ann.running.job import Job
from ann.running.view import Status
from pages.ui import session, site, words
from pages.ui.links import address
from pages.ui.networks import choice, current, opened, resume
from pages.ui.networks.jobs import finished_job, new_job
from pages.ui.networks.link import Repeatable
from pages.ui.server import classes, datasets, stores, workers
from pages.ui.server.visitor import visitor_id

TRAIN = "train"
LOOK = 2.0  # seconds between two looks whether another tab still trains it
CANNOT = (ArchiveError, NoRoomError, ValueError)


@dataclass
class Newest:
    """What a tab remembers of the run that came back."""

    visitor: str | None = None  # whose newest run was looked for
    job: Job | None = None  # the training that came back
    name: str = ""
    when: float = 0.0  # when it was last saved, in seconds since 1970
    continues: bool = False  # it was interrupted


def bring_back(*, sliders: bool = False) -> None:
    """Once per session, let the newest run be the current training if there is none.

    On the page with the `sliders`, it must fit the settings in the address, if there are any.
    """
    newest, training = session.keep(Newest), current.training()
    _carry_over(newest, training.job)
    if training.job or opened.current() or newest.visitor == visitor_id():
        return
    saved = resume.latest()
    if saved and (resume.is_elsewhere(saved) or (sliders and not _fits_address(saved))):
        return  # the other tab may close; another page may show it
    if saved and classes.hold() and resume.can_continue(saved):
        return  # once the teacher lets the class go on, so does the training
    newest.visitor = visitor_id()
    if saved:
        _take(saved)


def show() -> None:
    """A line on the run that came back, and a button for a new network; else nothing."""
    newest, job = session.keep(Newest), current.training().job
    if job is None or newest.job is not job or opened.current():
        return
    view = job.view()
    if view.status == Status.RUNNING and not newest.continues:
        return
    name, when = words.plain(newest.name), _ago(newest.when)
    if newest.continues:
        text = f"**{name}** continues: it was interrupted {when}."
    else:
        text = f"Your newest run is open: **{name}**, {when}"
        accuracy = reached(view.state, view.history)
        text += f", validation accuracy **{accuracy:.1%}**." if accuracy == accuracy else "."
    with st.container(horizontal=True, vertical_alignment="center", key="newest"):
        st.caption(f":material/history: {text}", width="stretch")
        if st.button(
            "New network",
            key="newest.new",
            type="tertiary",
            icon=":material/add:",
            help="Set up a new network on the Train page. This run stays saved on Runs.",
        ):
            current.training().reset()
            if session.state().page == TRAIN:
                st.rerun()
            st.switch_page(site.path(TRAIN))


def offer() -> bool:
    """Where no network is shown: offer the newest run of this browser; whether there is one."""
    saved = resume.latest()
    if saved is None:
        return False
    if resume.is_elsewhere(saved):
        workers.fragment(_offer_from_elsewhere, run_every=LOOK)()
    elif resume.was_interrupted(saved):
        _offer_to_continue(saved)
    else:
        accuracy = saved.summary.validation_accuracy
        known = f", validation accuracy {accuracy:.1%}" if accuracy == accuracy else ""
        with st.container(horizontal=True, vertical_alignment="center", key="newest"):
            st.caption(
                f":material/history: Your newest run: **{words.plain(saved.name)}**, "
                f"{_ago(saved.updated)}{known}.",
                width="stretch",
            )
            st.button(
                "Open it",
                key="newest.open",
                type="tertiary",
                icon=":material/folder_open:",
                on_click=_open,
                args=(saved,),
                help="Show this run here, with its settings on the sliders.",
            )
    return True


def _offer_to_continue(saved: SavedRun) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.info(
            f"Your last training was interrupted {_ago(saved.updated)}, at epoch "
            f"{saved.summary.epochs:,.1f} of {saved.recipe.epochs:,}.",
            icon=":material/history:",
            width="stretch",
        )
        resume.button(saved, "train.continue", on_click=resume.continue_run)


def _offer_from_elsewhere() -> None:
    """That it trains in another tab, until that one is closed or the training has ended."""
    saved = resume.latest()
    if current.training().job or saved is None or not resume.is_elsewhere(saved):
        st.rerun()  # it is here now, or has ended there
    with st.container(horizontal=True, vertical_alignment="center"):
        st.info(
            f"{words.plain(saved.name)} is training in another tab, at epoch "
            f"{saved.summary.epochs:,.1f} of {saved.recipe.epochs:,}.",
            icon=":material/tab:",
            width="stretch",
        )
        st.button(
            "Continue it here",
            key="newest.here",
            icon=":material/resume:",
            on_click=_continue_here,
            args=(saved,),
            help="Takes the training over: the other tab stops showing it.",
        )


def _continue_here(saved: SavedRun) -> None:
    resume.continue_run(saved)


def _open(saved: SavedRun) -> None:
    session.set_recipe(saved.recipe)
    _take(saved)


def _take(saved: SavedRun) -> None:
    """Let a saved run be the current training; a message says if that fails."""
    newest, found = session.keep(Newest), datasets.find(saved.fingerprint)
    if found is None:  # Evaluate and Draw say what can be done without its data set
        opened.show(saved.id, saved.name, None)
        return
    name, digits = found
    try:
        if resume.can_continue(saved):
            progress = resume.progress_of(saved)
            job = new_job(progress.state.recipe, digits, progress)
            continues = resume.was_interrupted(saved)
            if not continues:
                job.wait_at("")
        else:
            run = stores.archive().open(visitor_id(), saved.id)
            job, continues = finished_job(run, digits), False
        current.training().take(job, digits, saved.id)
    except CANNOT as error:
        session.say(f"{saved.name}: {error}", "warning")
        return
    if continues:
        job.resume()
    newest.job, newest.continues = job, continues
    newest.name, newest.when = saved.name, saved.updated
    state = session.state()
    if state.recipe == classes.blank():  # the address has no settings
        state.dataset = name
        session.set_recipe(saved.recipe)
        if state.page is not None:
            state.bare[state.page] = saved.recipe, name
    elif state.recipe == saved.recipe:
        state.dataset = name


def _carry_over(newest: Newest, job: Job | None) -> None:
    """After a reload, note a training that came back but is not running."""
    state = session.state()
    reloaded, state.reloaded = state.reloaded, False
    if not reloaded or job is None or not job.has_begun or job.status == Status.RUNNING:
        return
    number = stores.run_autosave().number(job)
    saved = next((one for one in choice.mine() if one.id == number), None)
    newest.job, newest.continues = job, False
    newest.name = saved.name if saved else default_name(job.view().recipe)
    newest.when = saved.updated if saved else time.time()


def _fits_address(saved: SavedRun) -> bool:
    """Whether the address asks for nothing, or for this very run."""
    link = address.arriving("result", "run")
    if "run" in link:
        return False
    if "result" in link:
        try:
            own = Repeatable.of(stores.archive().open(visitor_id(), saved.id)).result
        except ArchiveError:
            return False
        if link["result"] != str(own):
            return False
    state = session.state()
    if state.recipe == classes.blank() and state.dataset is None:
        return True
    return state.recipe == saved.recipe and datasets.chosen().fingerprint == saved.fingerprint


def _ago(when: float) -> str:
    seconds = time.time() - when
    return f"{words.duration(seconds)} ago" if seconds >= resume.MOMENTS else "moments ago"
