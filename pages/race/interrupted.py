"""Lanes that were trained before, such as those of a race that a reload interrupted."""

import streamlit as st

from ann.keeping.database import ArchiveError
from ann.keeping.summary import SavedRun
from ann.recipe import Recipe
from ann.running.budget import NoRoomError
from ann.running.job import Job
from ann.running.view import Status
from data import Dataset
from pages.race import current
from pages.race.current import Entry
from pages.ui import buttons, frame, session
from pages.ui.networks import choice, resume
from pages.ui.networks.jobs import finished_job, new_job
from pages.ui.repeats.lanes import Lane
from pages.ui.server import classes, datasets, stores
from pages.ui.server.visitor import visitor_id


def show(entries: list[Entry]) -> None:
    """Say which of these lanes are saved, and offer to continue a race that was interrupted.

    Some of its lanes may have ended before: they come back as they were saved.
    """
    saved = _saved(entries)
    if not saved:
        return
    some = f"{len(saved)} of these lanes {'was' if len(saved) == 1 else 'were'}"
    all_of_them = "These lanes were" if len(entries) > 1 else "This lane was"
    which = all_of_them if len(saved) == len(entries) else some
    left = [one for one in saved if one.status != Status.FINISHED]
    can_continue = bool(left) and all(map(resume.can_continue, left))
    interrupted = len(saved) == len(entries) and can_continue
    if interrupted and len(left) < len(entries):
        which = "This race was"
    with st.container(border=True):
        st.markdown(
            f":material/history: **{which} "
            f"{'interrupted' if interrupted else 'trained here before'}.** A newly loaded page "
            "shows no race yet, but every lane is saved among your runs."
        )
        with st.container(horizontal=True, vertical_alignment="center"):
            if interrupted:
                buttons.begin(
                    "Continue this race",
                    "race.continue",
                    "resume",
                    resume.HELP,
                    continue_race,
                    (entries, saved),
                    main=False,
                )
            frame.page_link("runs", "See them on Runs")


def continue_race(entries: list[Entry], saved: list[SavedRun]) -> None:
    """For a button's callback: continue a race whose lanes were interrupted."""
    if classes.refused():
        return
    digits = datasets.chosen()
    try:
        jobs = [_job(one, digits) for one in saved]
    except (ArchiveError, NoRoomError, ValueError) as error:
        session.say(f"The race can't continue: {error}", "error")
        return
    lanes = [Lane(*entry, job) for entry, job in zip(entries, jobs, strict=True)]
    current.begin(lanes, digits, [one.id for one in saved])


def _job(saved: SavedRun, digits: Dataset) -> Job:
    """A job that continues a saved run, or shows it as it has ended."""
    if resume.can_continue(saved):
        return new_job(saved.recipe, digits, resume.progress_of(saved))
    return finished_job(stores.archive().open(visitor_id(), saved.id), digits)


def _saved(entries: list[Entry]) -> list[SavedRun]:
    """The newest saved run of each entry's settings on the chosen data set, where there is one."""
    digits = datasets.chosen().fingerprint
    newest: dict[Recipe, SavedRun] = {}
    for one in choice.mine():
        if one.fingerprint == digits:
            newest.setdefault(one.recipe, one)
    return [newest[entry.recipe] for entry in entries if entry.recipe in newest]
