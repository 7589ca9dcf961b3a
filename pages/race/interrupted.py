"""A race that is not there any more, as after a reload: its lanes are kept, and can go on."""

import streamlit as st

from ann.keeping.database import ArchiveError
from ann.keeping.summary import SavedRun
from pages.race import current
from pages.race.current import Entry
from pages.ui import session, site
from pages.ui.networks import choice, resume
from pages.ui.networks import current as current_network
from pages.ui.repeats.lanes import Lane
from pages.ui.server import datasets


def show(entries: list[Entry]) -> None:
    """Where lanes have been trained here already: where they are, and a way to go on with all."""
    kept = _kept(entries)
    if not kept:
        return
    some = f"{len(kept)} of these lanes {'was' if len(kept) == 1 else 'were'}"
    all_of_them = "These lanes were" if len(entries) > 1 else "This lane was"
    which = all_of_them if len(kept) == len(entries) else some
    cut_off = len(kept) == len(entries) and all(map(resume.can_go_on, kept))
    with st.container(border=True):
        st.markdown(
            f":material/history: **{which} {'cut off' if cut_off else 'trained here before'}.** "
            "A page that is loaded anew has no race yet, but every lane is kept among your runs."
        )
        with st.container(horizontal=True, vertical_alignment="center"):
            if cut_off:
                st.button(
                    "Continue this race",
                    icon=":material/resume:",
                    key="race.continue",
                    on_click=go_on,
                    args=(entries, kept),
                    help=resume.HELP,
                )
            st.page_link(site.path("runs"), label="See them on Runs", icon=":material/inventory_2:")


def go_on(entries: list[Entry], kept: list[SavedRun]) -> None:
    """For a button's callback: race on with lanes that were cut off."""
    digits = datasets.chosen()
    try:
        begun = [resume.progress_of(one) for one in kept]
    except ArchiveError as error:
        session.say(f"The race can't go on: {error}", "error")
        return
    lanes = [
        Lane(*entry, current_network.job_for(entry.recipe, digits, progress))
        for entry, progress in zip(entries, begun, strict=True)
    ]
    current.begin(lanes, digits, [one.id for one in kept])


def _kept(entries: list[Entry]) -> list[SavedRun]:
    """For each entry the newest run of its settings on this data set; none where there is none."""
    digits, newest = datasets.chosen().fingerprint, {}
    for one in choice.mine():
        if one.fingerprint == digits:
            newest.setdefault(one.recipe, one)
    return [newest[entry.recipe] for entry in entries if entry.recipe in newest]
