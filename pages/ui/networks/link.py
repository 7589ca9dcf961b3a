"""A single training as a link: its settings, its data set, and the signature of its result.

Anyone who opens the link and trains to the end can check that the result is identical.
"""

from typing import NamedTuple
from weakref import ref

import streamlit as st

from ann.keeping.database import ArchiveError
from ann.keeping.summary import SavedRun
from ann.recipe import FIELDS, Recipe
from ann.recipes import wording
from ann.recipes.query import to_query
from ann.recipes.signature import Signature, sign
from ann.run import Run
from ann.running.job import Job
from ann.running.view import Status
from ann.version import digest
from data import Dataset
from pages.ui import words
from pages.ui.links import address, handout
from pages.ui.links import result as links_result
from pages.ui.live import beat
from pages.ui.networks.training import Training
from pages.ui.server import datasets, public_address, stores
from pages.ui.server.visitor import visitor_id

KIND = "training"


class Repeatable(NamedTuple):
    """What a link can say about a training."""

    recipe: Recipe
    fingerprint: str  # of its data set
    changed: tuple[str, ...]  # fields that were changed midway: no link can repeat that
    result: Signature | None  # None if it was stopped, or changed midway

    @classmethod
    def of(cls, run: Run) -> "Repeatable":
        """What a link can say about this run."""
        changed = tuple(dict.fromkeys(name for _, _, name, *_ in run.history.changes))
        result = None
        if run.reason and not changed:
            weights = digest([run.theta])
            result = sign(run.fingerprint, [to_query(run.recipe)], weights, run.version)
        return cls(run.recipe, run.fingerprint, changed, result)


def arrive(training: Training) -> None:
    """Take the result from the address, if a visitor without a job arrives by a link."""
    if training.job is None:
        links_result.arrive(KIND)


def check(training: Training, recipe: Recipe, dataset: Dataset, key: str) -> None:
    """Show the training's result in the address, and compare it with the link's.

    `recipe` and `dataset` are what the page shows, which may differ from what was trained.
    """
    ended = _ended(training, key)
    is_shown = ended and (ended.recipe, ended.fingerprint) == (recipe, dataset.fingerprint)
    own = ended.result if ended and is_shown else None
    links_result.check(KIND, recipe, own)
    linked = links_result.settings(KIND)
    if ended is None or linked is None:
        return
    if ended.changed:
        st.info(
            f"You changed {_names(ended.changed)} midway, so this result can't be compared with "
            "the link's.",
            icon=":material/difference:",
        )
    elif ended.recipe != linked:
        others = linked.differences(ended.recipe)
        text = words.plain(", ".join(wording.setting(*one) for one in others.items()))
        st.caption(f":material/difference: The link's result belongs to other settings: {text}.")


def of_training(training: Training, key: str) -> None:
    """A box with the link of a training that has ended."""
    if training.job and training.dataset:
        _show(_repeatable(training.job, key), training.dataset.name, f"{key}.link")


def of_saved(saved: SavedRun) -> None:
    """A box with the link of a saved run."""

    def read() -> Repeatable | None:
        try:
            return Repeatable.of(stores.archive().open(visitor_id(), saved.id))
        except ArchiveError:
            return None  # the Runs page says that it is damaged

    made = beat.once("runs.link", (saved.id, saved.updated), read)
    found = datasets.find(saved.fingerprint)
    _show(
        made or Repeatable(saved.recipe, saved.fingerprint, (), None),
        found[1].name if found else None,
        "runs.link",
    )


def url(made: Repeatable, dataset: str | None) -> str:
    """The address of the Train page for others, with everything that a link can contain."""
    query = to_query(made.recipe)
    query |= {address.DATASET: dataset} if dataset else {}
    query |= {"result": str(made.result)} if made.result else {}
    return public_address.link("train", query)


def changed_midway(made: Repeatable) -> str:
    """Why no link can repeat a training that was changed midway."""
    return f"No link can repeat this training: {_names(made.changed)} changed midway."


def _show(made: Repeatable, dataset: str | None, key: str) -> None:
    with st.popover(
        "Link", icon=":material/link:", key=key, help="A link to these settings, to share."
    ):
        if made.changed:
            st.markdown(changed_midway(made))
            return
        handout.show(url(made, dataset), dataset)
        if made.result:
            st.caption(
                "Settings, data set and a signature of the result: anyone who opens the link and "
                "trains to the end can check that the result is identical, bit for bit."
            )
        else:
            st.caption(
                "Settings and data set, without a result: the training did not run to its end."
            )


def _ended(training: Training, key: str) -> Repeatable | None:
    """A training that has ended by itself; None before that, or if it was stopped."""
    job = training.job
    if job is None or job.status != Status.FINISHED or not job.view().state.reason:
        return None
    return _repeatable(job, key)


def _repeatable(job: Job, key: str) -> Repeatable:
    return beat.once(f"{key}.result", (ref(job), job.revision), lambda: Repeatable.of(job.run()))


def _names(fields: tuple[str, ...]) -> str:
    return " and ".join(wording.label(name) if name in FIELDS else "a setting" for name in fields)
