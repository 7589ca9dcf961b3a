"""How good is the network? Evaluate it on digits it has not learned from."""

import numpy as np
import streamlit as st

from ann.events import Reason
from ann.running.view import Status
from data import Dataset
from pages.evaluate import confusions, mistakes, scores, subject, test_set_seal
from pages.evaluate.subject import TEST, VALIDATION, Subject
from pages.ui import frame, session, words
from pages.ui.live import chart
from pages.ui.networks import current, opened, quick
from pages.ui.server import datasets
from pages.ui.words import figures

SET = "evaluate.set"
NAMES = {VALIDATION: ":material/school: Validation", TEST: ":material/lock: Test"}


def page() -> None:
    """Choose a set of digits, then show the network's results on it."""
    frame.open_page("Evaluate", "Evaluate the network on images it has not learned from.")
    opened.choose(current.training().job)
    arrived = session.get_control(SET) is None
    if arrived:
        subject.renew()
    judged = subject.subject()
    if judged is None:
        _no_network()
        return
    digits = _about(judged)
    if digits is None:
        return
    name = st.segmented_control(
        "Evaluate on",
        list(NAMES),
        default=VALIDATION,
        required=True,
        format_func=NAMES.__getitem__,
        key=SET,
        help=f"Use the validation {judged.things} to choose settings, as often as you like. Keep "
        f"the test {judged.things} for the very end: they show how good your choice is, as long "
        "as you did not use them to choose.",
    )
    if arrived or name != TEST:
        test_set_seal.close()
    if name == TEST and not test_set_seal.is_open(judged):
        test_set_seal.show_sealed(judged, len(digits.test_labels))
        return
    images, labels = subject.part(judged, name)
    if not len(labels):
        _no_validation()
        return
    if name == TEST:
        test_set_seal.show_open(judged)
    _results(judged, digits, name, images)


def _results(judged: Subject, digits: Dataset, name: str, images: np.ndarray) -> None:
    """The evaluation on a part, from its headline to its calibration."""
    with st.spinner(f"Classifying the {judged.things}…", show_time=True):
        result = subject.result(judged, name)
    if result is None:
        st.error(
            "The network's outputs are not finite: training diverged. Train again with a smaller "
            "learning rate.",
            icon=":material/error:",
        )
        return
    names = digits.class_names
    scores.headline(result, f"{len(images):,} {name} {judged.things}")

    st.subheader("Confusion matrix", anchor=False)
    confusions.explore(result, images, names)

    wrong = int(len(images) - np.trace(result.confusion))
    st.subheader(f"Mistakes: {wrong:,} of {len(images):,}", anchor=False)
    mistakes.browse(result, images, names)

    st.subheader("Class by class", anchor=False)
    scores.class_table(result, names)

    st.subheader("Calibration: is 90% confident right 90% of the time?", anchor=False)
    scores.calibration(result, names)
    chart.load()


def _about(judged: Subject) -> Dataset | None:
    """Say which network this is; returns its data set, None if it cannot be evaluated."""
    run = judged.run
    if judged.digits is None:
        st.error(
            "The data set this network was trained on is not on this machine, so it cannot be "
            "evaluated. Choose another network, or train a new one on the Train page.",
            icon=":material/error:",
        )
        return None
    title = words.plain(judged.digits.title)
    sizes = " → ".join(f"{size:,}" for size in run.network.sizes)
    line = (
        f"Network {sizes}, {run.parameters:,} parameters, after epoch **{figures(judged.epoch)}** "
        f"of {run.recipe.epochs:,}, trained on {title}."
    )
    if judged.status == Status.RUNNING:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.info(
                f"This network is still training: the results are from epoch {judged.epoch:.1f}.",
                icon=":material/hourglass_top:",
                width="stretch",
            )
            st.button(
                "Refresh",
                icon=":material/refresh:",
                key="evaluate.refresh",
                on_click=subject.renew,
                help="Evaluates the network as it is now.",
            )
    elif judged.message and (run.reason == Reason.DIVERGED or judged.status == Status.FAILED):
        st.warning(words.plain(judged.message), icon=":material/warning:")
    chosen = datasets.chosen()
    if chosen.fingerprint != run.fingerprint:
        st.warning(
            f"You have since chosen {words.plain(chosen.title)}, but this network was trained on "
            f"{title} and is evaluated on it.",
            icon=":material/swap_horiz:",
        )
    st.caption(line)
    return judged.digits


def _no_network() -> None:
    job = current.training().job
    if job and job.status == Status.RUNNING:
        quick.progress()
        return
    if job and job.status == Status.FAILED:
        st.warning(words.plain(job.view().message), icon=":material/warning:")
    with st.container(border=True):
        st.markdown(
            "There is no network to evaluate yet. Set one up and train it, or train a quick one:"
        )
        quick.button()
        frame.page_link("train", "Go to the Train page")


def _no_validation() -> None:
    with st.container(border=True):
        st.markdown(
            "This network learned from the whole training set: its **validation fraction is 0**, "
            "so there are no validation digits. Train one with a fraction above 0 (under *More* "
            "on the Train page), or choose the test set above."
        )
        frame.page_link("train", "Go to the Train page")


page()
