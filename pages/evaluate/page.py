"""How good is the network? Evaluate it on digits it has not learned from."""

import numpy as np
import streamlit as st

from ann.events import Reason
from ann.running.view import Status
from data import Dataset
from pages.evaluate import (
    comparison,
    confusions,
    mistakes,
    scores,
    several_times,
    subject,
    test_set_seal,
)
from pages.evaluate.subject import TEST, VALIDATION
from pages.ui import frame, session, words
from pages.ui.inside import from_digits
from pages.ui.live import chart, presentation
from pages.ui.networks import current, missing, newest, opened, undo
from pages.ui.networks.subject import Subject, renew, take
from pages.ui.server import datasets, workers

SET = "evaluate.set"
NAMES = {VALIDATION: ":material/school: Validation", TEST: ":material/lock: Test"}


def page() -> None:
    """Choose a set of digits, then show the network's results on it."""
    newest.bring_back()
    frame.open_page("Evaluate", "Evaluate the network on images it has not learned from.")
    newest.show()
    undo.offer()
    opened.choose(current.training().job)
    arrived = session.get_control(SET) is None
    if arrived:
        renew()
    judged = take()
    if judged is None:
        missing.show("evaluate")
        return
    digits = _about(judged)
    if digits is None:
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.segmented_control(
            "Evaluate on",
            list(NAMES),
            default=VALIDATION,
            required=True,
            format_func=NAMES.__getitem__,
            key=SET,
            help=f"Use the validation {judged.things} to choose settings, as often as you like. "
            f"Keep the test {judged.things} for the very end: they show how good your choice is, "
            "as long as you did not use them to choose.",
        )
        st.space("stretch")
        presentation.toggle()
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

    st.header("Confusion matrix", anchor=False)
    confusions.explore(result, images, names, linked=name == VALIDATION)

    wrong = int(len(images) - np.trace(result.confusion))
    st.header(f"Mistakes: {wrong:,} of {len(images):,}", anchor=False)
    mistakes.browse(result, images, names, linked=name == VALIDATION)

    st.header("Class by class", anchor=False)
    scores.class_table(result, names)

    st.header("Ask it several times", anchor=False)
    workers.fragment(several_times.show)(judged, name, result, names)

    if name == VALIDATION:
        st.header("Is another network better?", anchor=False)
        workers.fragment(comparison.show)(judged, result, names)

    st.header("Calibration: is 90% confident right 90% of the time?", anchor=False)
    scores.calibration(result, names)
    chart.load()
    from_digits.listen()


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
                on_click=renew,
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
    st.caption(judged.about)
    return judged.digits


def _no_validation() -> None:
    with st.container(border=True):
        st.markdown(
            "This network learned from the whole training set: its **validation fraction is 0**, "
            "so there are no validation digits. Train one with a fraction above 0 (under *More* "
            "on the Train page), or choose the test set above."
        )
        frame.page_link("train", "Go to the Train page")


page()
