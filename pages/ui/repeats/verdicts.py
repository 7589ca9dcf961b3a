"""What repeats over several seeds come to, in words, with the interval."""

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
    "Mark: the mean difference. Bar: where the true one is, 95 times in 100. A bar that touches "
    "the dotted 0 could be luck."
)
TOO_FEW = "Too few seeds came to their end to judge by."


def show(repeats: Repeats, lanes: list[Lane]) -> None:
    """Each lane against one of them."""
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
    """What the seeds of a single lane reached: the mean, its interval, the worst and the best."""
    known = _known(repeats, 0)
    verdict = judge(np.zeros(len(known)), known, paired=True)  # against nothing at all
    if verdict is None:
        st.info(TOO_FEW, icon=":material/casino:")
        return
    st.metric(
        f"Mean of {len(known)} seeds",
        f"{verdict.difference:.1%}",
        f"{known.min():.1%} to {known.max():.1%}",
        delta_color="off",
        delta_arrow="off",
        help="Validation accuracy of the networks that are left. Below the mean: the worst seed "
        "and the best.",
    )
    low, high = max(verdict.low, 0.0), min(verdict.high, 1.0)
    st.markdown(
        f"The mean over all seeds that there are lies between **{low:.1%}** and **{high:.1%}**, "
        "95 times in 100."
    )
    st.caption(
        "A change that gains less than the seeds differ can't be seen in one run: **Race** it, and "
        "repeat both."
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
    """The lane that the others are compared with: chosen, where there is a choice."""
    if len(lanes) == 2:
        return 0
    return st.selectbox(
        "Compare with",
        range(len(lanes)),
        format_func=[lane.name for lane in lanes].__getitem__,
        key=f"repeats.reference.{len(lanes)}",
        help="Every other lane is judged against this one.",
    )


def _judge(repeats: Repeats, lanes: list[Lane], base: int, number: int) -> Verdict | None:
    recipes = [lanes[base].recipe, lanes[number].recipe]
    paired = same_start(recipes) and same_order(recipes)
    a, b = repeats.accuracies(base), repeats.accuracies(number)
    return judge(a, b, paired=paired, comparisons=len(lanes) - 1)


def _points(share: float) -> str:
    return f"{100 * share:+.1f}".replace("-", "−")


def _rests_on(repeats: Repeats, lanes: list[Lane], verdicts: list[Verdict]) -> str:
    """What the verdicts rest on, and what they do not say."""
    parts = [f"{min(v.n for v in verdicts)} seeds a lane"]
    if all(v.paired for v in verdicts):
        parts.append("judged seed by seed, since each shares its first weights and its order")
    elif not any(v.paired for v in verdicts):
        parts.append("judged apart, since the lanes don't share their first weights or order")
    if len(verdicts) > 1:
        parts.append(f"95% for all {len(verdicts)} comparisons together")
    spreads = [np.ptp(known) for i in range(len(lanes)) if len(known := _known(repeats, i)) > 1]
    parts.append(f"seeds alone move a lane by up to {100 * max(spreads):.1f} points")
    lost = sum(len(lane) for lane in repeats.lanes) - sum(
        len(_known(repeats, i)) for i in range(len(lanes))
    )
    if lost:
        parts.append(f"{counted(lost, 'training')} left nothing to judge")
    return (
        "; ".join(parts).capitalize() + ". All on the same validation set: another one may differ."
    )


def _known(repeats: Repeats, lane: int) -> np.ndarray:
    values = np.array(repeats.accuracies(lane))
    return values[np.isfinite(values)]
