"""A network that may decline to answer: how many digits it answers, and how well."""

import numpy as np
import streamlit as st

from ann.evaluation.metrics import wilson_interval
from ann.inside.robustness import Answered, answer_only_above
from pages.ui import charts, frame
from pages.ui.charts import Band
from pages.ui.inside import curve_table
from pages.ui.inside.subject import Subject
from pages.ui.server import workers
from pages.ui.words import fitting

CHOSEN = "robustness.threshold"
STEPS = np.round(np.concatenate([np.arange(0, 0.95, 0.05), np.arange(0.95, 1, 0.01)]), 2)
STOPS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)


@workers.fragment
def show(subject: Subject) -> None:
    """A slider for the threshold, what it leaves, and both curves."""
    confidence, right = _answers(
        subject.weights, subject.run.fingerprint, subject.run.recipe.validation_fraction, subject
    )
    threshold = st.select_slider(
        "Answer only with at least this confidence",
        STOPS,
        value=0.9,
        format_func=lambda share: f"{share:.0%}",
        key=CHOSEN,
        width=420,
        help="The confidence is the probability of the answer. Below the threshold, the network "
        "declines, and a person would look.",
    )
    _numbers(answer_only_above(confidence, right, np.array([threshold])), len(right), subject)
    found = answer_only_above(confidence, right, STEPS)
    ends = np.array([_interval(a, n) for a, n in zip(found.accuracy, found.answered, strict=True)])
    figure = charts.strength_curves(
        found.threshold,
        [
            Band("accuracy among those answered", found.accuracy, ends[:, 0], ends[:, 1]),
            Band("share answered", found.share),
        ],
        across="Threshold of confidence",
        up="Share",
    )
    frame.chart(
        figure,
        "robustness.answered",
        fitting(
            "How much accuracy is bought with how many digits declined. Band: 95% confidence "
            "interval; it widens as fewer digits are left.",
            subject.digits.class_names,
        ),
    )
    curve_table.show(
        "Threshold",
        found.threshold,
        {
            "Accuracy among those answered": found.accuracy,
            "95% from": ends[:, 0],
            "to": ends[:, 1],
            "Share answered": found.share,
        },
        "robustness.thresholds",
    )


@st.cache_resource(show_spinner=False, max_entries=16)
def _answers(
    weights: str, fingerprint: str, fraction: float, _subject: Subject
) -> tuple[np.ndarray, np.ndarray]:
    """Each validation digit's confidence, (N,), and whether its answer is correct, (N,)."""
    split = _subject.digits.split(fraction)
    p = _subject.run.predict_proba(np.asarray(split.validation_images))
    return p.max(axis=1), p.argmax(axis=1) == split.validation_labels


def _interval(accuracy: float, n: int) -> tuple[float, float]:
    return wilson_interval(round(accuracy * n), n) if n else (float("nan"), float("nan"))


def _numbers(found: Answered, n: int, subject: Subject) -> None:
    answered = int(found.answered[0])
    with st.container(horizontal=True):
        st.metric("Answered", f"{found.share[0]:.1%}", width="content")
        accuracy = f"{found.accuracy[0]:.1%}" if answered else "none"
        st.metric("Accuracy among those", accuracy, width="content")
        st.metric("Declined", f"{n - answered:,} of {n:,} {subject.things}", width="content")
