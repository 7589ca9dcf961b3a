"""One saved run: its curves, its name and note, and all that can be done with it."""

import re
from collections.abc import Callable
from functools import partial

import streamlit as st

from ann.coach.advice import Advice, advise
from ann.keeping.database import ArchiveError
from ann.keeping.limits import MAX_NAME, MAX_NOTE
from ann.keeping.summary import SavedRun
from ann.recipes.naming import default_name
from data import DIGITS
from pages.runs import deletion
from pages.ui import session, site, words
from pages.ui.coach import box
from pages.ui.lessons import train_page
from pages.ui.live import beat, chart
from pages.ui.live import curves as live_curves
from pages.ui.networks import current, opened, resume
from pages.ui.networks import link as networks_link
from pages.ui.server import datasets, stores
from pages.ui.server.visitor import visitor_id


def show(saved: SavedRun) -> None:
    """What the run is, its buttons, its curves."""
    usual = default_name(saved.recipe)
    what = "" if saved.name == usual else f"{words.plain(usual)}. "
    st.caption(f"{what}{words.plain(saved.summary.message)}")
    if saved.note:
        st.markdown(words.plain_lines(saved.note))
    with st.container(horizontal=True):
        if resume.can_continue(saved) and resume.button(saved, "runs.continue"):
            if resume.continue_run(saved):
                st.switch_page(site.path("train"))
            st.rerun()  # to show its message at the top
        _go_button("Evaluate it", "evaluate", "See where this network fails.", saved)
        _go_button("Draw for it", "draw", "Let it recognize digits that you draw.", saved)
        _go_button("Look inside", "look", "See what it computes for one digit.", saved)
        if st.button(
            "Use its settings",
            icon=":material/tune:",
            key="runs.settings",
            help="Sets the sliders of the Train page to the settings of this run.",
        ):
            _take_settings(saved)
        st.download_button(
            "Download",
            partial(stores.archive().file, visitor_id(), saved.id),
            file_name=file_name(saved.name),
            mime="application/octet-stream",
            icon=":material/download:",
            key="runs.download",
            on_click="ignore",
            help="One file with weights, settings and curves. Plain NumPy can open it: "
            "np.load(file)['theta'].",
        )
        networks_link.of_saved(saved)
        with st.popover("Name and note", icon=":material/edit:"):
            _name_and_note(saved)
        deletion.popover([saved], f"runs.delete.{saved.id}")
    if not train_page.is_meant(saved.recipe):
        _coach(saved)
    _curves(saved)


def _coach(saved: SavedRun) -> None:
    """What the coach found, with the evidence; the file is read only if it found something."""
    if not saved.summary.finding:
        return
    try:
        advice = beat.once("runs.coach", (saved.id, saved.updated), partial(_advice, saved))
    except ArchiveError:
        return  # the curves below say so
    if advice:
        found = datasets.find(saved.fingerprint)
        name, names = (found[0], found[1].class_names) if found else (None, DIGITS)
        box.show(advice, saved.recipe, name, names, key="runs")


def _advice(saved: SavedRun) -> Advice | None:
    run = stores.archive().open(visitor_id(), saved.id)
    return advise(run, run.history)


def _curves(saved: SavedRun) -> None:
    """The curves, drawn only on request: loading what draws them would delay the table."""
    box = st.expander(
        "Learning curves", icon=":material/show_chart:", key="runs.curves", on_change="rerun"
    )
    if not box.open:
        return
    with box:
        try:
            live_curves.curves("runs", (saved.id, saved.updated), stores.history_of(saved))
        except ArchiveError as error:
            st.warning(words.plain(str(error)))
    chart.load()


def file_name(name: str) -> str:
    """A run's name as the name of a file.

    >>> file_name("learning rate 0.01, dropout 0.5"), file_name("…")
    ('learning-rate-0.01-dropout-0.5.npz', 'run.npz')
    """
    return (re.sub(r"[^\w.]+", "-", name, flags=re.ASCII).strip("-.")[:80] or "run") + ".npz"


def _go_button(label: str, page: str, text: str, saved: SavedRun) -> None:
    pressed = st.button(label, icon=site.page(page).icon, key=f"runs.{page}", help=text)
    if not pressed:
        return
    if not opened.show(saved.id, saved.name, current.training().job):
        st.rerun()  # to show its message at the top
    st.switch_page(site.path(page))


def _take_settings(saved: SavedRun) -> None:
    found = datasets.find(saved.fingerprint)
    if found:
        session.state().dataset = found[0]
        session.say(f"These are the settings of the saved run {saved.name}.")
    else:
        session.say(
            f"These are the settings of the saved run {saved.name}. Its data set is not on this "
            "machine.",
            "warning",
        )
    session.set_recipe(saved.recipe)
    st.switch_page(site.path("train"))


def _name_and_note(saved: SavedRun) -> None:
    with st.form(f"runs.words.{saved.id}", border=False):
        name = st.text_input(
            "Name",
            saved.name,
            max_chars=MAX_NAME,
            key=f"runs.name.{saved.id}",
            help="Shown in every list of runs.",
        )
        note = st.text_area(
            "Note",
            saved.note,
            max_chars=MAX_NOTE,
            key=f"runs.note.{saved.id}",
            help="What did you expect, and what did you see?",
        )
        if st.form_submit_button("Save", type="primary"):
            attempt(partial(_write, saved, name, note), "Saved.")
            st.rerun()


def _write(saved: SavedRun, name: str, note: str) -> None:
    archive = stores.archive()
    if name != saved.name:
        archive.rename(visitor_id(), saved.id, name)
    archive.note(visitor_id(), saved.id, note)


def attempt(action: Callable[[], object], done: str) -> None:
    """Change the saved runs, and say at the top of the page that it is done, or what went wrong."""
    try:
        action()
    except ArchiveError as error:
        session.say(str(error), "error")
    else:
        session.say(done, "success")
