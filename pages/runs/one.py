"""What can be done with one kept run, and bringing one back from a file."""

import re
from dataclasses import dataclass
from functools import partial
from pathlib import PurePath

import streamlit as st

from ann.keeping.limits import MAX_NAME, MAX_NOTE, MAX_RUN_BYTES
from ann.keeping.runs import ArchiveError
from ann.keeping.summary import SavedRun
from ann.recipes.naming import default_name
from pages.ui import session, site, words
from pages.ui.live import chart
from pages.ui.live import curves as live_curves
from pages.ui.networks import current, opened, resume
from pages.ui.networks import link as networks_link
from pages.ui.server import datasets, stores
from pages.ui.server.visitor import visitor_id


@dataclass
class Desk:
    """Where the visitor is with uploads: each needs a new box, else it would come again."""

    uploads: int = 0


def show(kept: SavedRun) -> None:
    """The run in a line, its buttons, its curves."""
    usual = default_name(kept.recipe)
    what = "" if kept.name == usual else f"{words.plain(usual)}. "
    st.caption(f"{what}{words.plain(kept.summary.message)}")
    if kept.note:
        st.markdown(words.plain_lines(kept.note))
    with st.container(horizontal=True):
        if resume.can_go_on(kept) and resume.button(kept, "runs.continue", type="primary"):
            if resume.go_on(kept):
                st.switch_page(site.path("train"))
            st.rerun()  # its message stands at the top
        _go_button("Evaluate it", "evaluate", "fact_check", "Judge this network.", kept)
        _go_button("Draw for it", "draw", "draw", "Let this network read your digits.", kept)
        if st.button(
            "Settings to Train",
            icon=":material/tune:",
            key="runs.settings",
            help="Puts the sliders of the Train page to what this run was trained with.",
        ):
            _take_settings(kept)
        st.download_button(
            "Download",
            partial(stores.archive().file, visitor_id(), kept.id),
            file_name=file_name(kept.name),
            mime="application/octet-stream",
            icon=":material/download:",
            key="runs.download",
            on_click="ignore",
            help="One file with weights, recipe and curves. It opens with plain NumPy: "
            "np.load(file)['theta'].",
        )
        networks_link.of_kept(kept)
        with st.popover("Name and note", icon=":material/edit:"):
            _name_and_note(kept)
        with st.popover("Delete", icon=":material/delete:"):
            st.markdown(f"Delete **{words.plain(kept.name)}**? It can't be brought back.")
            st.button(
                "Delete it",
                type="primary",
                key=f"runs.delete.{kept.id}",
                on_click=_do,
                args=(partial(stores.archive().delete, visitor_id(), kept.id), "It is deleted."),
                help="Weights, curves and note are gone for good. A download is a copy.",
            )
    _curves(kept)


def _curves(kept: SavedRun) -> None:
    """Drawn only when asked for: loading what draws would hold the table of runs up."""
    box = st.expander(
        "How it learned", icon=":material/show_chart:", key="runs.curves", on_change="rerun"
    )
    if not box.open:
        return
    with box:
        try:
            live_curves.curves("runs", (kept.id, kept.updated), stores.history_of(kept))
        except ArchiveError as error:
            st.warning(words.plain(str(error)))
    chart.load()


def bring() -> None:
    """A box for a run's file, from this lab or another."""
    desk = session.keep(Desk)
    file = st.file_uploader(
        "Bring a run back",
        type="npz",
        key=f"runs.upload.{desk.uploads}",
        max_upload_size=MAX_RUN_BYTES // 1_000_000,
        help="A file that was downloaded here, in another lab, or written by "
        "`python -m ann train --out run.npz`.",
    )
    if file is None:
        return
    desk.uploads += 1
    name = PurePath(file.name).stem[:MAX_NAME]
    keep = partial(stores.archive().save_file, visitor_id(), file.getvalue(), name)
    _do(keep, "The run is back.")
    st.rerun()


def file_name(name: str) -> str:
    """A run's name as a file's.

    >>> file_name("learning rate 0.01, dropout 0.5"), file_name("…")
    ('learning-rate-0.01-dropout-0.5.npz', 'run.npz')
    """
    return (re.sub(r"[^\w.]+", "-", name, flags=re.ASCII).strip("-.")[:80] or "run") + ".npz"


def _go_button(label: str, page: str, icon: str, text: str, kept: SavedRun) -> None:
    pressed = st.button(label, icon=f":material/{icon}:", key=f"runs.{page}", help=text)
    if not pressed:
        return
    if not opened.show(kept.id, kept.name, current.training().job):
        st.rerun()  # its message stands at the top
    st.switch_page(site.path(page))


def _take_settings(kept: SavedRun) -> None:
    found = datasets.find(kept.fingerprint)
    if found:
        session.state().dataset = found[0]
        session.say(f"These are the settings of the kept run {kept.name}.")
    else:
        session.say(
            f"These are the settings of the kept run {kept.name}; its data set is not on this "
            "machine.",
            "warning",
        )
    session.set_recipe(kept.recipe)
    st.switch_page(site.path("train"))


def _name_and_note(kept: SavedRun) -> None:
    with st.form(f"runs.words.{kept.id}", border=False):
        name = st.text_input(
            "Name", kept.name, max_chars=MAX_NAME, key=f"runs.name.{kept.id}", help="Its name."
        )
        note = st.text_area(
            "Note",
            kept.note,
            max_chars=MAX_NOTE,
            key=f"runs.note.{kept.id}",
            help="What you expected, and what you saw.",
        )
        if st.form_submit_button("Save", type="primary"):
            _do(partial(_write, kept, name, note), "Saved.")
            st.rerun()


def _write(kept: SavedRun, name: str, note: str) -> None:
    archive = stores.archive()
    if name != kept.name:
        archive.rename(visitor_id(), kept.id, name)
    archive.note(visitor_id(), kept.id, note)


def _do(action, said: str) -> None:
    """Do something to the archive, and say how it went at the top of the page."""
    try:
        action()
    except ArchiveError as error:
        session.say(str(error), "error")
    else:
        session.say(said, "success")
