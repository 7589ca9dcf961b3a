"""The scores of an evaluation: overall, for each class, and how well it is calibrated."""

import html
from collections.abc import Sequence
from functools import partial

import numpy as np
import streamlit as st

from ann.evaluation.calibration import expected_calibration_error, reliability
from ann.evaluation.metrics import Evaluation
from pages.ui import charts, frame, palette
from pages.ui.words import fitting

STYLE = """
<style>
.score { line-height: 1.2; } .score small { font-size: 0.875rem; opacity: 0.8; }
.score b { display: block; font-size: 3.6rem; font-weight: 700; line-height: 1.15; }
.ruler { position: relative; height: 46px; margin: 2px 8px 0 8px; font-size: 0.78rem; }
.ruler .line { position: absolute; top: 11px; left: 0; right: 0; height: 4px; border-radius: 2px;
  background: #7a859440; }
.ruler .band { position: absolute; top: 5px; height: 16px; border-radius: 8px; opacity: 0.45; }
.ruler .dot { position: absolute; top: 4px; width: 18px; height: 18px; margin-left: -9px;
  border-radius: 50%; }
.ruler .tick { position: absolute; top: 25px; transform: translateX(-50%); opacity: 0.75; }
</style>
"""


def headline(result: Evaluation, digits_of: str) -> None:
    """Accuracy, large, with its confidence interval in words and drawn; then the other scores."""
    low, high = result.interval
    left, right = st.columns([5, 6], gap="large", vertical_alignment="top")
    with left:
        st.html(
            f'{STYLE}<div class="score"><small>Accuracy on {html.escape(digits_of)}</small>'
            f"<b>{result.accuracy:.1%}</b></div>{ruler(result.accuracy, low, high)}"
        )
        st.caption(
            f"95% confidence interval: **{low:.1%}** to **{high:.1%}**",
            help="Another sample of the same size would give a slightly different accuracy. An "
            "interval computed like this one contains the true accuracy 95 times out of 100. To "
            "see which of two networks is better, compare them below, on the same digits.",
        )
    scores = _scores(result)
    for pair in (scores[:2], scores[2:]):
        with right.container(horizontal=True, gap="small"):
            for label, value, text in pair:
                st.metric(label, value, help=text, width=150)


def ruler(value: float, low: float, high: float) -> str:
    """HTML: a share with its interval, on a line that ends at 100%."""
    first = max(0.0, np.floor((low - 0.04) * 10) / 10)
    at = {
        key: 100 * (x - first) / (1 - first)
        for key, x in zip("vlh", (value, low, high), strict=True)
    }
    step = 0.2 if first < 0.5 else 0.1 if first < 0.8 else 0.05
    ticks = "".join(
        f'<span class="tick" style="left:{100 * (x - first) / (1 - first):.1f}%">{x:.0%}</span>'
        for x in np.arange(1, first - 1e-9, -step)
    )
    return (
        f'<div class="ruler" role="img" aria-label="{value:.1%}, 95% confidence interval '
        f'{low:.1%} to {high:.1%}"><div class="line"></div>'
        f'<div class="band" style="left:{at["l"]:.2f}%;width:{at["h"] - at["l"]:.2f}%;'
        f'background:{palette.TRAINING}"></div>'
        f'<div class="dot" style="left:{at["v"]:.2f}%;background:{palette.TRAINING}"></div>'
        f"{ticks}</div>"
    )


def class_table(result: Evaluation, class_names: Sequence[str]) -> None:
    """A row for each class: precision, recall, F1, support, and its most frequent confusion."""
    scores = result.per_class
    errors = result.confusion - np.diag(np.diag(result.confusion))
    bar = partial(
        st.column_config.ProgressColumn,
        format="%.1f%%",
        min_value=0,
        max_value=100,
        color="primary",
    )
    st.dataframe(
        {
            "Class": [str(name) for name in class_names],
            "Precision": 100 * scores.precision,
            "Recall": 100 * scores.recall,
            "F1": 100 * scores.f1,
            "Support": scores.support,
            "Most often confused with": [_most_confused(row, class_names) for row in errors],
        },
        hide_index=True,
        height="content",
        key="evaluate.classes",
        column_config={
            "Class": st.column_config.TextColumn(pinned=True, width="small"),
            "Precision": bar(
                help="Of everything classified as this class, the share that belongs to it."
            ),
            "Recall": bar(
                help="Of everything that belongs to this class, the share classified as it."
            ),
            "F1": bar(help="The harmonic mean of precision and recall: high only if both are."),
            "Support": st.column_config.NumberColumn(
                format="localized", width="small", help="How many belong to this class."
            ),
        },
    )


def calibration(result: Evaluation, class_names: Sequence[str]) -> None:
    """How well the network's confidence matches its accuracy: in words, as a number and drawn."""
    bins = reliability(result.probabilities, result.labels)
    error = expected_calibration_error(result.probabilities, result.labels)
    confidence = float(result.confidence.mean())
    gap = confidence - result.accuracy
    verdict = "well calibrated"
    if abs(gap) > 0.02:
        verdict = "overconfident" if gap > 0 else "underconfident"
    left, right = st.columns([2, 3], gap="large", vertical_alignment="center")
    left.markdown(
        f"Mean confidence is **{confidence:.1%}** and accuracy is **{result.accuracy:.1%}**: on "
        f"average the network is **{verdict}**."
    )
    left.metric(
        "Expected calibration error",
        f"{error:.1%}",
        help="The mean gap between confidence and accuracy: "
        f"{fitting('digits', class_names)} are grouped by confidence, and each group counts by "
        "its size. At 0% the network is perfectly calibrated.",
    )
    with right:
        frame.chart(
            charts.reliability_diagram(bins.confidence, bins.accuracy, bins.count, class_names),
            key="evaluate.reliability",
            look_for=f"{fitting('Digits', class_names)} grouped by the network's confidence; a "
            "larger point holds more. Points below the dashed line show overconfidence, which "
            "dropout and label smoothing reduce.",
        )


def _scores(result: Evaluation) -> tuple[tuple[str, str, str], ...]:
    """(label, value, help) of each score beside the accuracy."""
    classes = len(result.confusion)
    return (
        (
            "Loss",
            f"{result.loss:.3f}",
            "Mean cross-entropy: 0 means confident and correct; "
            f"{np.log(classes):.2f} means guessing evenly among {classes} classes.",
        ),
        (
            "Precision",
            f"{result.macro_precision:.1%}",
            "Of everything classified as a class, the share that belongs to it: the mean over the "
            "classes that occur (macro average).",
        ),
        (
            "Recall",
            f"{result.macro_recall:.1%}",
            "Of everything that belongs to a class, the share classified as it: the mean over the "
            "classes that occur (macro average).",
        ),
        (
            "F1",
            f"{result.macro_f1:.1%}",
            "The harmonic mean of a class's precision and recall: the mean over the classes that "
            "occur (macro average).",
        ),
    )


def _most_confused(row: np.ndarray, class_names: Sequence[str]) -> str:
    worst = int(row.argmax())
    return f"{class_names[worst]} ({row[worst]}×)" if row[worst] else "never confused"
