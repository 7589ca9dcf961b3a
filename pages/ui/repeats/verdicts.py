"""The verdict on repeats over several seeds, in words and with its confidence interval."""

from functools import partial
from weakref import ref

import numpy as np
import streamlit as st

from ann.evaluation.significance import Verdict, judge
from ann.recipes.variants import same_order, same_start
from ann.search.repeats import Repeats
from pages.ui import charts, words
from pages.ui.live import beat
from pages.ui.repeats.lanes import Lane
from pages.ui.words import counted

INTERVALS = (
    "Mark: the mean difference. Bar: its 95% confidence interval. If the bar touches the dotted "
    "line at 0, the difference could be luck."
)
TOO_FEW = "Too few seeds have finished to judge."


def show(repeats: Repeats, lanes: list[Lane]) -> None:
    """Each lane compared with one of them."""
    base = _reference(lanes)
    rows = []
    for number, lane in enumerate(lanes):
        if number == base:
            continue
        verdict = _judge(repeats, lanes, base, number)
        if verdict is None:
            st.info(TOO_FEW, icon=":material/casino:")
            return
        rows.append((lane.name, number, verdict))
        box, icon = (st.success, "check_circle") if verdict.real else (st.info, "casino")
        text = sentence(lanes[base].name, lane.name, verdict)
        box(words.plain(text), icon=f":material/{icon}:")
    intervals = partial(charts.difference_intervals, rows, (lanes[base].name, base))
    beat.chart("repeats.intervals", (ref(repeats), repeats.status, base), intervals, INTERVALS)
    st.caption(_rests_on(repeats, lanes, [verdict for *_, verdict in rows]))


def show_spread(repeats: Repeats) -> None:
    """The seeds of a single lane: their mean, its confidence interval, the worst and the best."""
    known = _known(repeats, 0)
    verdict = judge([0.0] * len(known), known.tolist(), paired=True)  # the mean itself
    if verdict is None:
        st.info(TOO_FEW, icon=":material/casino:")
        return
    st.metric(
        f"Mean of {len(known)} seeds",
        f"{verdict.difference:.1%}",
        f"{known.min():.1%} to {known.max():.1%}",
        delta_color="off",
        delta_arrow="off",
        help="Mean validation accuracy of the trained networks. Below: the worst and the best.",
    )
    low, high = max(verdict.low, 0.0), min(verdict.high, 1.0)
    st.markdown(
        f"95% confidence interval of the mean: **{low:.1%} to {high:.1%}**",
        help="If you repeated this with other seeds many times, about 95 of 100 such intervals "
        "would contain the true mean over all seeds.",
    )
    st.caption(
        "A single run can't show an improvement that is smaller than the spread between seeds: "
        "**Race** the change, and repeat both lanes."
    )


def sentence(base: str, other: str, verdict: Verdict) -> str:
    """The verdict in words, in points of accuracy.

    >>> sentence("dropout 0", "dropout 0.5", Verdict(-0.012, -0.02, -0.004, True, 5))
    'dropout 0.5 against dropout 0: a real difference, −1.2 points (−2.0 to −0.4).'
    """
    points = [_points(value) for value in (verdict.difference, verdict.low, verdict.high)]
    return (
        f"{other} against {base}: {verdict.words}, {points[0]} points ({points[1]} to {points[2]})."
    )


def _reference(lanes: list[Lane]) -> int:
    """The lane that the others are compared with: the learner's choice, if there is one."""
    if len(lanes) == 2:
        return 0
    return st.selectbox(
        "Compare with",
        range(len(lanes)),
        format_func=[lane.name for lane in lanes].__getitem__,
        key=f"repeats.reference.{len(lanes)}",
        help="Every other lane is compared with this one.",
    )


def _judge(repeats: Repeats, lanes: list[Lane], base: int, number: int) -> Verdict | None:
    recipes = [lanes[base].recipe, lanes[number].recipe]
    paired = same_start(recipes) and same_order(recipes)
    a, b = repeats.accuracies(base), repeats.accuracies(number)
    return judge(a, b, paired=paired, comparisons=len(lanes) - 1)


def _points(share: float) -> str:
    return f"{100 * share:+.1f}".replace("-", "−")


def _rests_on(repeats: Repeats, lanes: list[Lane], verdicts: list[Verdict]) -> str:
    """What the verdicts are based on, and what they do not say."""
    parts = [f"{min(v.n for v in verdicts)} seeds per lane"]
    if all(v.paired for v in verdicts):
        parts.append("compared seed by seed, since the lanes share initial weights and batches")
    elif not any(v.paired for v in verdicts):
        parts.append("compared as groups, since the lanes don't share initial weights or batches")
    if len(verdicts) > 1:
        parts.append(f"95% for all {len(verdicts)} comparisons together")
    spreads = [np.ptp(known) for i in range(len(lanes)) if len(known := _known(repeats, i)) > 1]
    parts.append(f"the seed alone changes a lane by up to {100 * max(spreads):.1f} points")
    lost = sum(len(lane) for lane in repeats.lanes) - sum(
        len(_known(repeats, i)) for i in range(len(lanes))
    )
    if lost:
        parts.append(f"{counted(lost, 'training')} gave no result")
    text = "; ".join(parts).capitalize()
    return f"{text}. All use the same validation set; on another, the result may differ."


def _known(repeats: Repeats, lane: int) -> np.ndarray:
    values = np.array(repeats.accuracies(lane))
    return values[np.isfinite(values)]
