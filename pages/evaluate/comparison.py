"""Is another network better? Both classify the same digits, so they are compared digit by digit."""

import streamlit as st

from ann.evaluation.metrics import Evaluation
from ann.keeping.database import ArchiveError
from ann.keeping.summary import SavedRun
from ann.run import Run
from pages.evaluate import differences, subject
from pages.evaluate.differences import Side
from pages.evaluate.subject import VALIDATION
from pages.ui import words
from pages.ui.networks import choice, opened
from pages.ui.networks.subject import Subject
from pages.ui.server import stores
from pages.ui.server.visitor import visitor_id


def show(judged: Subject, result: Evaluation, names: tuple[str, ...]) -> None:
    """A box with the saved runs that have the same validation digits, and the comparison."""
    job = judged.job
    if isinstance(job, opened.Opened):
        here: int | None = job.number
    else:
        here = stores.run_autosave().number(job)
    saved = [one for one in choice.mine() if one.id != here and _same_digits(one, judged.run)]
    if not saved:
        st.caption(
            "Train another network with the same data set and validation fraction to compare the "
            "two."
        )
        return
    other = choice.choose(
        "Compare with",
        saved,
        "evaluate.other",
        f"A saved run with the same validation {judged.things}. Both networks classify the same "
        f"{judged.things}, so even a small difference can be real.",
        others={0: "Choose a run"},
        width=480,
    )
    if other is None:
        return
    theirs = _evaluate(other, judged)
    if theirs is not None:
        sides = (
            Side("this network", "Only this network gets wrong", result.predictions),
            Side(other.name, f"Only {other.name} gets wrong", theirs.predictions),
        )
        differences.show(judged, VALIDATION, *sides, names, "evaluate.difference")


def _same_digits(one: SavedRun, run: Run) -> bool:
    same = one.recipe.validation_fraction == run.recipe.validation_fraction
    return same and one.fingerprint == run.fingerprint


def _evaluate(other: SavedRun, judged: Subject) -> Evaluation | None:
    """The other network's results on the same digits; None, with a message, if there are none."""
    try:
        run = stores.archive().open(visitor_id(), other.id)
        found = subject.result(subject.of_run(run, judged), VALIDATION)
    except (ArchiveError, ValueError) as error:  # a damaged file, or a network of another shape
        st.warning(f"{words.plain(other.name)}: {words.plain(str(error))}")
        return None
    if found is None:
        st.warning(f"{words.plain(other.name)}: its outputs are not finite.")
    return found
