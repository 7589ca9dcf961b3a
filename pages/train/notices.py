"""What a page says about a training: what to expect, why it ended, which settings it had."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from weakref import ref

import streamlit as st

from ann.coach.advice import Advice, advise, healthy
from ann.evaluation.speed import epoch_seconds
from ann.events import Reason
from ann.network import Network
from ann.recipe import Recipe
from ann.recipes import wording
from ann.running.chunk import open_split
from ann.running.job import Job
from ann.running.view import ENDED, Status, View
from data import Dataset
from pages.ui import words
from pages.ui.coach import box
from pages.ui.live import beat
from pages.ui.networks.jobs import expected_seconds
from pages.ui.networks.training import Training
from pages.ui.server import workers
from pages.ui.words import duration, fitting

EMPTY = """
## Nothing has been learned yet

Press **Start**. While the network learns, you will see:

- **two curves**: the loss, which should fall, and the accuracy, which should rise,
- **the confusion matrix**: which digits it confuses with which,
- **the digits** that it still gets wrong.

Things to try, one at a time:

- a **learning rate** ten times as large, then a hundred times,
- **one hidden layer of 4 neurons**: how much can so few learn?
- **dropout 0.5**: training gets worse. Does validation get worse, too?
- **Step** instead of Start, to see what a single batch does.
"""


def estimate(recipe: Recipe, dataset: Dataset) -> None:
    """How long a training with these settings will take, in place of its progress."""
    st.progress(0.0, f"{parameters(recipe, dataset)}  ·  {expected(recipe, dataset)}")


def before(dataset: Dataset) -> None:
    """What the page will show, and what to try."""
    with st.container(border=True):
        st.markdown(fitting(EMPTY, dataset.class_names))


def after(view: View, class_names: Sequence[str], what_next: Callable[[], None]) -> None:
    """Why the training has stopped; when it has ended, also `what_next`."""
    if view.status == Status.FAILED:
        st.error(words.plain(view.message), icon=":material/error:")
    elif view.status == Status.FINISHED:
        _ended(view, class_names, what_next)
    elif view.status == Status.PAUSED and view.message:
        st.info(words.plain(view.message), icon=":material/pause_circle:")


def advice(job: Job, view: View, key: str) -> Advice | None:
    """The coach's advice on a training, looked for again when there is something new."""
    history = view.history
    version = ref(job), view.status, len(history.signals), len(history.epoch_rows)
    return beat.once(f"{key}.coach", version, lambda: advise(view.state, history))


def coach(
    advice: Advice, training: Training, view: View, class_names: Sequence[str], *, key: str
) -> None:
    """The most urgent finding, also while the network trains, and what to do about it."""
    name = training.dataset.name if training.dataset else None
    box.show(advice, view.recipe, name, class_names, key=key, stop=training.stop)


def compare(
    job: Job,
    view: View,
    recipe: Recipe,
    dataset: Dataset,
    *,
    key: str,
    set_recipe: Callable[[Recipe], None],
) -> None:
    """A note if the sliders, which show `recipe`, differ from the settings of the job."""
    changed = recipe.differences(view.recipe)
    if changed and view.status in ENDED:
        st.caption(
            f":material/history: These curves belong to earlier settings: {_list(view, changed)}. "
            f"**Start** trains a new network: {parameters(recipe, dataset)}, "
            f"{expected(recipe, dataset, job)}."
        )
    elif changed:  # by the browser's Back or a link: the sliders are disabled
        st.caption(
            f":material/info: This network was started with other settings: {_list(view, changed)}."
        )
        st.button(
            "Show its settings",
            key=f"{key}.settings",
            icon=":material/undo:",
            on_click=set_recipe,
            args=(view.recipe,),
            help="Set the sliders to the settings of this training.",
        )


def _ended(view: View, class_names: Sequence[str], what_next: Callable[[], None]) -> None:
    box, icon = st.success, ":material/check_circle:"
    if view.state.reason == Reason.DIVERGED:
        box, icon = st.warning, ":material/warning:"
    elif not view.state.reason:
        box, icon = st.info, ":material/stop_circle:"
    with st.container(horizontal=True, vertical_alignment="center"):
        box(words.plain(view.message), icon=icon, width="stretch")
        what_next()
    if told := healthy(view.state, view.history):
        st.caption(f":material/health_and_safety: {words.plain(fitting(told, class_names))}")


def _list(view: View, changed: Mapping[str, Any]) -> str:
    names = ", ".join(
        f"{wording.label(name)} was {wording.value(name, getattr(view.recipe, name))}"
        for name in changed
    )
    return words.plain(names)


def parameters(recipe: Recipe, dataset: Dataset) -> str:
    """How many parameters the network learns."""
    network = Network.of(recipe, dataset.images.shape[1], len(dataset.class_names))
    return f"{network.n_parameters:,} parameters"


def expected(recipe: Recipe, dataset: Dataset, last: Job | None = None) -> str:
    """How long a training will take on these workers, shared with everyone who trains now.

    The time that the `last` job took corrects the estimate.
    """
    seconds = expected_seconds(recipe, dataset) * _slowness(last)
    epochs = words.counted(recipe.epochs, "epoch")
    return f"about {duration(seconds)} per epoch, {duration(seconds * recipe.epochs)} for {epochs}"


def _slowness(job: Job | None) -> float:
    """How many times as long as estimated a job has taken; 1 if that is not known."""
    view = job.view() if job else None
    if not job or not view or not view.state.epoch:
        return 1.0
    n_train, n_validation = job.source.n_train, len(open_split(job.source).validation_x)
    done = view.history.epochs_done  # it may have been stopped
    planned = done * epoch_seconds(view.state.recipe, n_train, n_validation, workers.speed())
    return min(max(view.state.seconds / planned, 0.2), 5.0)
