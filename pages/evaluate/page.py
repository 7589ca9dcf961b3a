"""How good is the network? Judge it by digits that it never learned from."""

import numpy as np
import streamlit as st

from ann.running.view import Status
from pages.evaluate import confusions, mistakes, scores, subject, test_set_seal
from pages.evaluate.subject import TEST, VALIDATION, Subject
from pages.ui import frame, session, site, words
from pages.ui.live import chart
from pages.ui.networks import opened, quick
from pages.ui.server import datasets
from pages.ui.words import figures

SET = "evaluate.set"
NAMES = {VALIDATION: ":material/school: Validation", TEST: ":material/lock: Test"}


def page() -> None:
    """Choose a set, then show what the network makes of it."""
    frame.open_page("Evaluate", "Judge the network by what it has never learned from.")
    opened.choose()
    arrived = session.get_control(SET) is None
    judged = subject.subject(renew=arrived)
    if judged is None:
        _no_network()
        return
    if not _about(judged):
        return
    name = st.segmented_control(
        "Judge by",
        list(NAMES),
        default=VALIDATION,
        required=True,
        format_func=NAMES.get,
        key=SET,
        help=f"Validation {judged.things} are for choosing: look as often as you like. Test "
        f"{judged.things} are for the very end: they say how good your choice is, as long as you "
        "did not choose by them.",
    )
    if arrived or name != TEST:
        test_set_seal.close()
    if name == TEST and not test_set_seal.is_open(judged):
        test_set_seal.show_sealed(judged)
        return
    images, labels = subject.part(judged, name)
    if not len(labels):
        _no_validation()
        return
    if name == TEST:
        test_set_seal.show_open(judged)
    _results(judged, name, images)


def _results(judged: Subject, name: str, images: np.ndarray) -> None:
    with st.spinner(f"Reading the {judged.things}…", show_time=True):
        result = subject.result(judged, name)
    if result is None:
        st.error(
            "The network's numbers have grown beyond all bounds, it gives no probabilities any "
            "more. Train again with a smaller learning rate.",
            icon=":material/error:",
        )
        return
    names = judged.digits.class_names
    scores.headline(result, f"{len(images):,} {name} {judged.things}")

    st.subheader("What is mistaken for what?", anchor=False)
    confusions.explore_confusion(result, images, names)

    wrong = int(len(images) - np.trace(result.confusion))
    st.subheader(f"The mistakes: {wrong:,} of {len(images):,}", anchor=False)
    mistakes.browse_mistakes(result, images, names)

    st.subheader("Class by class", anchor=False)
    scores.class_table(result, names)

    st.subheader("Does it know when it does not know?", anchor=False)
    scores.reliability(result, names)
    chart.load()


def _about(judged: Subject) -> bool:
    """Which network this is, and whatever is special about it; False if it can't be judged."""
    run = judged.run
    if judged.digits is None:
        st.error(
            "The data set that this network learned from is not on this machine, so there "
            "is nothing to judge it by. Choose another network, or train a new one on the "
            "Train page.",
            icon=":material/error:",
        )
        return False
    title = words.plain(judged.digits.title)
    sizes = " → ".join(f"{size:,}" for size in run.network.sizes)
    line = (
        f"Network {sizes}, {run.parameters:,} parameters, after epoch **{figures(judged.epoch)}** "
        f"of {run.recipe.epochs:,}, learned from {title}."
    )
    if judged.status == Status.RUNNING:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.info(
                f"It is still training: all numbers are as of epoch {judged.epoch:.1f}.",
                icon=":material/hourglass_top:",
                width="stretch",
            )
            st.button(
                "Refresh",
                icon=":material/refresh:",
                key="evaluate.refresh",
                on_click=subject.subject,
                args=(True,),
                help="Judge the network as it is now.",
            )
    elif judged.message and (run.reason == "diverged" or judged.status == Status.FAILED):
        st.warning(words.plain(judged.message), icon=":material/warning:")
    chosen = datasets.chosen()
    if chosen.fingerprint != run.fingerprint:
        st.warning(
            f"You have chosen {words.plain(chosen.title)} since, but this network learned from "
            f"{title}: it is judged by those.",
            icon=":material/swap_horiz:",
        )
    st.caption(line)
    return True


def _no_network() -> None:
    job = session.state().job
    if job and job.status == Status.RUNNING:
        quick.progress()
        return
    if job and job.status == Status.FAILED:
        st.warning(words.plain(job.view().message), icon=":material/warning:")
    with st.container(border=True):
        st.markdown("There is no network to judge yet. Set one up and train it, or take this one:")
        quick.button()
        st.page_link(site.path("train"), label="To the Train page", icon=":material/show_chart:")


def _no_validation() -> None:
    with st.container(border=True):
        st.markdown(
            "This network learned from the whole training set: its **validation fraction is 0**, "
            "so nothing is left to judge it by. Train one with a fraction above 0 (under *More* "
            "on the Train page), or choose the test set above."
        )
        st.page_link(site.path("train"), label="To the Train page", icon=":material/show_chart:")


page()
