"""The numbers of an evaluation: the headline with its interval, and a row for each class."""

import html
from collections.abc import Sequence

import numpy as np
import streamlit as st

from ann.evaluation import metrics
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


def headline(result: Evaluation, of_what: str) -> None:
    """Accuracy, large, with its interval in words and drawn; then the other numbers."""
    low, high = result.interval
    left, right = st.columns([5, 6], gap="large", vertical_alignment="top")
    with left:
        st.html(
            f'{STYLE}<div class="score"><small>Accuracy on {html.escape(of_what)}</small>'
            f"<b>{result.accuracy:.1%}</b></div>{ruler(result.accuracy, low, high)}"
        )
        st.caption(
            "Others of the same kind would give another number: the true accuracy lies between "
            f"**{low:.1%}** and **{high:.1%}**, 95 times out of 100. Two networks inside each "
            "other's band can't be told apart by so few."
        )
    numbers = _numbers(result)
    for pair in (numbers[:2], numbers[2:]):
        with right.container(horizontal=True, gap="small"):
            for label, value, text in pair:
                st.metric(label, value, help=text, width=150)


def ruler(value: float, low: float, high: float) -> str:
    """HTML of a share with its interval on a line that ends at 100%."""
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
        f'<div class="ruler" role="img" aria-label="{value:.1%}, interval {low:.1%} to '
        f'{high:.1%}"><div class="line"></div>'
        f'<div class="band" style="left:{at["l"]:.2f}%;width:{at["h"] - at["l"]:.2f}%;'
        f'background:{palette.TRAINING}"></div>'
        f'<div class="dot" style="left:{at["v"]:.2f}%;background:{palette.TRAINING}"></div>'
        f"{ticks}</div>"
    )


def class_table(result: Evaluation, class_names: Sequence[str]) -> None:
    """A row for each class: precision, recall, F1, how many, and what it is taken for."""
    scores = result.per_class
    errors = result.confusion - np.diag(np.diag(result.confusion))
    st.dataframe(
        {
            "Class": [str(name) for name in class_names],
            "Precision": 100 * scores.precision,
            "Recall": 100 * scores.recall,
            "F1": 100 * scores.f1,
            "How many": scores.support,
            "Most often taken for": [_taken_for(row, class_names) for row in errors],
        },
        hide_index=True,
        height="content",
        key="evaluate.classes",
        column_config={
            "Class": st.column_config.TextColumn(pinned=True, width="small"),
            "Precision": _bar("Of what it called this class, the share that is."),
            "Recall": _bar("Of what is this class, the share that it called so."),
            "F1": _bar("Harmonic mean of the two: high only where both are."),
            "How many": st.column_config.NumberColumn(format="localized", width="small"),
        },
    )


def reliability(result: Evaluation, class_names: Sequence[str]) -> None:
    """Whether the network's confidence can be believed: in words, as a number and drawn."""
    said = metrics.reliability(result.probabilities, result.labels)
    error = metrics.expected_calibration_error(result.probabilities, result.labels)
    sure = float(result.confidence.mean())
    gap = sure - result.accuracy
    verdict = "about as sure as it is right"
    if abs(gap) > 0.02:
        verdict = "surer than it should be" if gap > 0 else "less sure than it could be"
    left, right = st.columns([2, 3], gap="large", vertical_alignment="center")
    left.markdown(
        f"On average it is **{sure:.1%}** sure and **{result.accuracy:.1%}** right: it is "
        f"**{verdict}**."
    )
    left.metric(
        "Expected calibration error",
        f"{error:.1%}",
        help="The gap between how sure it is and how often it is right, averaged over all "
        f"{fitting('digits', class_names)}. 0% is a network whose word can be taken.",
    )
    with right:
        frame.chart(
            charts.reliability_diagram(said.confidence, said.accuracy, said.count, class_names),
            key="evaluate.reliability",
            look_for=fitting("Digits", class_names) + " sorted by the network's confidence; a "
            "bigger point holds more. Under the dashed line it is surer than right: against that, "
            "dropout and label smoothing help.",
        )


def _numbers(result: Evaluation):
    classes = len(result.confusion)
    return (
        (
            "Loss",
            f"{result.loss:.3f}",
            "Mean cross-entropy: 0 is sure and right; "
            f"{np.log(classes):.2f} is guessing evenly among {classes} classes.",
        ),
        (
            "Precision",
            f"{result.macro_precision:.1%}",
            "Of what it puts into a class, the share that belongs there; the mean over the classes "
            "that occur (macro).",
        ),
        (
            "Recall",
            f"{result.macro_recall:.1%}",
            "Of what belongs to a class, the share that it puts there; the mean over the classes "
            "that occur (macro).",
        ),
        (
            "F1",
            f"{result.macro_f1:.1%}",
            "The harmonic mean of precision and recall of a class; the mean over the classes that "
            "occur (macro).",
        ),
    )


def _taken_for(row: np.ndarray, class_names: Sequence[str]) -> str:
    worst = int(row.argmax())
    return f"{class_names[worst]} ({row[worst]}×)" if row[worst] else "never another"


def _bar(text: str):
    return st.column_config.ProgressColumn(
        format="%.1f%%", min_value=0, max_value=100, color="primary", help=text
    )
