"""Is it luck? Every lane of a race over several seeds: bands, intervals, and a plain verdict."""

from functools import partial

import numpy as np
import streamlit as st

from ann.luck import SEEDS, Verdict, judge
from ann.variants import differing, same_order, same_start
from pages.ui import charts, frame, race, screen
from pages.ui.race import Lane
from pages.ui.repeats import Repeats
from pages.ui.words import duration

BANDS = "Line: the mean over the seeds. Band: from the worst seed to the best. Do the bands part?"
INTERVALS = (
    "Mark: the mean difference. Bar: where the true one is, 95 times in 100. A bar that touches "
    "the dotted 0 could be luck."
)


def show() -> None:
    """The button, then what moves."""
    lanes = race.race().lanes
    st.subheader("Is it luck?", anchor=False)
    if "seed" in differing([lane.recipe for lane in lanes]):
        st.markdown("These lanes have different seeds: that part of what parts them **is** luck.")
        return
    status = race.repeats_status()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            f"Repeat over {SEEDS} seeds",
            icon=":material/casino:",
            key="race.repeat",
            on_click=race.repeat,
            disabled=status == "running" or race.status() != "finished",
            help="Trains every lane with other first weights and another order of the digits, "
            f"{SEEDS} times in all. Possible when the race has ended.",
        )
        if status == "running":
            st.button(
                "Stop repeating",
                icon=":material/stop:",
                key="race.repeat.stop",
                on_click=race.stop_repeating,
                help="End what is under way. Seeds that have come to their end still count.",
            )
    screen.live(race.repeats_status, _draw)


def _draw() -> None:
    present = race.race()
    repeats, lanes = present.repeats, present.lanes
    if repeats is None:
        st.caption("Would the order be the same with other first weights? One run can't tell.")
        return
    repeats.go_on()
    if repeats.status == "running":
        share, left = repeats.progress()
        done = sum(run.ended for run in repeats.runs)
        text = f"{done} of {len(repeats.runs)} trainings  ·  {duration(left)} left"
        st.progress(share, text)
    left, right = st.columns([3, 2])
    with left:
        tables = [(lane.name, repeats.table(i)) for i, lane in enumerate(lanes)]
        key = tuple((name, np.nansum(table), table.shape) for name, table in tables)
        screen.chart("luck.bands", (id(repeats), key), partial(charts.luck_bands, tables), BANDS)
    with right:
        if repeats.status != "running" and len(lanes) > 1:
            _verdicts(repeats, lanes)
        elif repeats.status != "running":
            _spread(_known(repeats, 0))


def _verdicts(repeats: Repeats, lanes: list[Lane]) -> None:
    """Each lane against the first."""
    rows, n = [], len(lanes) - 1
    for number in range(1, len(lanes)):
        recipes = [lanes[0].recipe, lanes[number].recipe]
        paired = same_start(recipes) and same_order(recipes)
        a, b = repeats.accuracies(0), repeats.accuracies(number)
        verdict = judge(a, b, paired=paired, comparisons=n)
        if verdict is None:
            st.info("Too few seeds came to their end to judge by.", icon=":material/casino:")
            return
        rows.append((lanes[number].name, number, verdict))
        box, icon = (st.success, "check_circle") if verdict.real else (st.info, "casino")
        box(
            frame.plain(sentence(lanes[0].name, lanes[number].name, verdict)),
            icon=f":material/{icon}:",
        )
    intervals = partial(charts.difference_intervals, rows)
    screen.chart("luck.intervals", (id(repeats), repeats.status), intervals, INTERVALS)
    st.caption(_rests_on(repeats, lanes, [verdict for *_, verdict in rows]))


def _spread(accuracies: np.ndarray) -> None:
    """What the seeds of a single lane reached."""
    if not len(accuracies):
        st.info("No seed came to its end.", icon=":material/casino:")
        return
    st.metric(
        f"Mean of {len(accuracies)} seeds",
        f"{accuracies.mean():.1%}",
        f"{accuracies.min():.1%} to {accuracies.max():.1%}",
        delta_color="off",
        delta_arrow="off",
        help="Validation accuracy of the networks that are left. Below the mean: the worst seed "
        "and the best. A change that gains less than they differ needs several seeds to be seen.",
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
        parts.append(f"{lost} trainings left nothing to judge")
    return (
        "; ".join(parts).capitalize()
        + ". All on the same validation digits: other digits may differ."
    )


def _known(repeats: Repeats, lane: int) -> np.ndarray:
    values = np.array(repeats.accuracies(lane))
    return values[np.isfinite(values)]
