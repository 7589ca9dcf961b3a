"""Ask the network several times about each digit: what the mean of its answers gains.

This is a fragment: a choice reruns only this part of the page. A worker asks the network.
"""

import numpy as np
import streamlit as st

from ann.evaluation import several_times
from ann.evaluation.metrics import Evaluation
from ann.inside import passes
from pages.evaluate import differences, subject
from pages.evaluate.differences import Side
from pages.ui.inside import computed
from pages.ui.networks.subject import Subject
from pages.ui.words import fitting

TIMES = (1, several_times.TIMES, 2 * several_times.TIMES)
MOST_DIGITS = 10_000
WORK = 6e10  # multiply-adds: at most a few seconds of a worker
ABOUT = """Change each digit a little, in several ways, ask the network about every copy, and take
the mean of its answers. Where it is sure, nothing changes. Where it hesitates, one copy's
error can be outvoted by the others. It costs as many times the computing. (The term is *test-time
augmentation*.)"""


def show(judged: Subject, part: str, result: Evaluation, names: tuple[str, ...]) -> None:
    """A switch; asked more than once, the accuracy beside that of asking once."""
    st.markdown(fitting(ABOUT, names))
    times = st.segmented_control(
        "Ask",
        TIMES,
        default=1,
        required=True,
        format_func=lambda n: "Once" if n == 1 else f"{n} times",
        key="evaluate.times",
        help=fitting(
            "Several times: about the digit as it is, and about copies that are shifted by up to "
            "half a pixel, rotated by up to 3 degrees and stretched a little.",
            names,
        ),
    )
    if times == 1:
        return
    images, labels = subject.part(judged, part)
    n = min(len(labels), MOST_DIGITS, passes.affordable(judged.run, WORK / times))
    run = judged.run
    about = judged.weights, run.fingerprint, run.recipe.validation_fraction, part, n
    key = ("several times", times, *about)
    sent = computed.sent(run), np.asarray(images[:n]), times
    found = computed.get(key, several_times.predictions, *sent)
    if found is None:
        computed.progress(key, f"Asking {times} times about {n:,} {judged.things}")
        return
    once = result.predictions[:n]
    _accuracies(labels[:n], once, found, times)
    if n < len(labels):
        st.caption(f"Measured on the first {n:,} of {len(labels):,} {judged.things}.")
    sides = (
        Side("asked once", "Wrong only when asked once", once),
        Side(f"asked {times} times", f"Wrong only when asked {times} times", found),
    )
    differences.show(judged, part, *sides, names, "evaluate.times.difference")


def _accuracies(labels: np.ndarray, once: np.ndarray, several: np.ndarray, times: int) -> None:
    before, after = float((once == labels).mean()), float((several == labels).mean())
    with st.container(horizontal=True):
        st.metric("Asked once", f"{before:.2%}", width=170)
        st.metric(
            f"Asked {times} times",
            f"{after:.2%}",
            f"{100 * (after - before):+.2f} points",  # Streamlit knows a loss by its hyphen
            delta_color="off" if before == after else "normal",
            width=170,
            help="The accuracy if the probabilities of all answers are averaged.",
        )
