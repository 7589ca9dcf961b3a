"""A single training as a link: its settings, its data set, and a mark of what it came to.

Whoever opens the link and trains to the end is told whether it came to the same.
"""

from typing import NamedTuple
from urllib.parse import urlencode
from weakref import ref

import streamlit as st

from ann.keeping.runs import ArchiveError
from ann.keeping.summary import SavedRun
from ann.recipe import FIELDS, Recipe
from ann.recipes import wording
from ann.recipes.query import to_query
from ann.run import Run
from ann.running.job import Job
from ann.running.view import Status
from ann.signature import Signature, digest, sign
from data import Dataset
from pages.ui import words
from pages.ui.links import address
from pages.ui.links import result as links_result
from pages.ui.live import beat
from pages.ui.networks.training import Training
from pages.ui.server import datasets, stores
from pages.ui.server.visitor import visitor_id

KIND = "training"


class Repeatable(NamedTuple):
    """What of a training can stand in a link."""

    recipe: Recipe
    fingerprint: str  # of its data set
    changed: tuple[str, ...]  # fields that were changed midway: no link can repeat that
    result: Signature | None  # none where it did not come to its own end, or was changed

    @classmethod
    def of(cls, run: Run) -> "Repeatable":
        changed = tuple(dict.fromkeys(name for _, _, name, *_ in run.history.changes))
        result = None
        if run.reason and not changed:
            weights = digest([run.theta])
            result = sign(run.fingerprint, [to_query(run.recipe)], weights, run.version)
        return cls(run.recipe, run.fingerprint, changed, result)


def arrive(training: Training) -> None:
    """Take the result out of the address, where a visitor without a job comes by a link."""
    if training.job is None:
        links_result.arrive(KIND)


def check(training: Training, recipe: Recipe, dataset: Dataset, key: str) -> None:
    """Put the training's result into the address, and compare it with the link's.

    `recipe` and `dataset` are what the page shows, which may not be what was trained.
    """
    came_to = _ended(training, key)
    is_shown = came_to and (came_to.recipe, came_to.fingerprint) == (recipe, dataset.fingerprint)
    own = came_to.result if came_to and is_shown else None
    links_result.check(KIND, recipe, own)
    linked = links_result.settings(KIND)
    if came_to is None or linked is None:
        return
    if came_to.changed:
        st.info(
            f"Nobody can tell whether this is the link's result: you changed "
            f"{_names(came_to.changed)} midway.",
            icon=":material/difference:",
        )
    elif came_to.recipe != linked:
        others = linked.differences(came_to.recipe)
        text = ", ".join(wording.setting(name, value) for name, value in others.items())
        st.caption(
            f":material/difference: The link's result belongs to other settings: "
            f"{words.plain(text)}."
        )


def of_training(training: Training, key: str) -> None:
    """The link of a training that has ended, to be copied."""
    if training.job and training.dataset:
        _show(_repeatable(training.job, key), training.dataset.name, f"{key}.link")


def of_kept(kept: SavedRun) -> None:
    """The link of a kept run, to be copied."""

    def read() -> Repeatable | None:
        try:
            return Repeatable.of(stores.archive().open(visitor_id(), kept.id))
        except ArchiveError:
            return None  # its own page says that it is damaged

    made = beat.once("runs.link", (kept.id, kept.updated), read)
    found = datasets.find(kept.fingerprint)
    _show(
        made or Repeatable(kept.recipe, kept.fingerprint, (), None),
        found[1].name if found else None,
        "runs.link",
    )


def url(made: Repeatable, dataset: str | None) -> str:
    """The address of the Train page with all that a link may hold."""
    query = to_query(made.recipe)
    query |= {address.DATASET: dataset} if dataset else {}
    query |= {"result": str(made.result)} if made.result else {}
    here = (st.context.url or "").partition("?")[0]
    return f"{here.rpartition('/')[0]}/train?{urlencode(query)}"


def _show(made: Repeatable, dataset: str | None, key: str) -> None:
    with st.popover("Link", icon=":material/link:", key=key, help="These settings, to hand out."):
        if made.changed:
            st.markdown(f"No link can repeat this training: {_names(made.changed)} changed midway.")
            return
        st.code(url(made, dataset), language=None, wrap_lines=True)
        if made.result:
            st.caption(
                "Settings, data set and a mark of the result: whoever opens it and trains to the "
                "end is told whether it came to the same, bit for bit."
            )
        else:
            st.caption("Settings and data set. Without a result: it did not come to its end.")


def _ended(training: Training, key: str) -> Repeatable | None:
    """A training that has come to its own end; None before that, or if it was stopped."""
    job = training.job
    if job is None or job.status != Status.FINISHED or not job.view().state.reason:
        return None
    return _repeatable(job, key)


def _repeatable(job: Job, key: str) -> Repeatable:
    return beat.once(f"{key}.result", (ref(job), job.revision), lambda: Repeatable.of(job.run()))


def _names(fields: tuple[str, ...]) -> str:
    return " and ".join(wording.label(name) if name in FIELDS else "a setting" for name in fields)
