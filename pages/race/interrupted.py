"""Lanes that were trained before, such as those of a race that a reload interrupted."""

import streamlit as st

from ann.keeping.database import ArchiveError
from ann.keeping.summary import SavedRun
from ann.recipe import Recipe
from ann.running.budget import NoRoomError
from pages.race import current
from pages.race.current import Entry
from pages.ui import frame, session
from pages.ui.networks import choice, resume
from pages.ui.networks.jobs import new_job
from pages.ui.repeats.lanes import Lane
from pages.ui.server import datasets


def show(entries: list[Entry]) -> None:
    """Say which of these lanes are saved, and offer to continue them if all were interrupted."""
    saved = _saved(entries)
    if not saved:
        return
    some = f"{len(saved)} of these lanes {'was' if len(saved) == 1 else 'were'}"
    all_of_them = "These lanes were" if len(entries) > 1 else "This lane was"
    which = all_of_them if len(saved) == len(entries) else some
    interrupted = len(saved) == len(entries) and all(map(resume.can_continue, saved))
    with st.container(border=True):
        st.markdown(
            f":material/history: **{which} "
            f"{'interrupted' if interrupted else 'trained here before'}.** A newly loaded page "
            "shows no race yet, but every lane is saved among your runs."
        )
        with st.container(horizontal=True, vertical_alignment="center"):
            if interrupted:
                st.button(
                    "Continue this race",
                    icon=":material/resume:",
                    key="race.continue",
                    on_click=continue_race,
                    args=(entries, saved),
                    help=resume.HELP,
                )
            frame.page_link("runs", "See them on Runs")


def continue_race(entries: list[Entry], saved: list[SavedRun]) -> None:
    """For a button's callback: continue a race whose lanes were interrupted."""
    digits = datasets.chosen()
    try:
        begun = [resume.progress_of(one) for one in saved]
        lanes = [
            Lane(*entry, new_job(entry.recipe, digits, progress))
            for entry, progress in zip(entries, begun, strict=True)
        ]
    except (ArchiveError, NoRoomError) as error:
        session.say(f"The race can't continue: {error}", "error")
        return
    current.begin(lanes, digits, [one.id for one in saved])


def _saved(entries: list[Entry]) -> list[SavedRun]:
    """The newest saved run of each entry's settings on the chosen data set, where there is one."""
    digits = datasets.chosen().fingerprint
    newest: dict[Recipe, SavedRun] = {}
    for one in choice.mine():
        if one.fingerprint == digits:
            newest.setdefault(one.recipe, one)
    return [newest[entry.recipe] for entry in entries if entry.recipe in newest]
