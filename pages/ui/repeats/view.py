"""Is it luck? A button, and then the accuracy of the seeds as bands while they train."""

from functools import partial
from weakref import ref

import numpy as np
import streamlit as st

from ann.evaluation.significance import SEEDS
from ann.recipes.variants import differing
from ann.running.view import Status
from pages.ui import buttons, charts, words
from pages.ui.live import beat
from pages.ui.repeats import verdicts
from pages.ui.repeats.lanes import LaneRepeats

BAND = "Line: mean over the seeds. Band: from the worst seed to the best."
BANDS = f"{BAND} Do the bands overlap?"
NO_DIGITS = "There is no way to tell without a validation set, on which seeds are compared."
DIFFERENT_SEEDS = (
    "These lanes have different seeds, so part of the difference between them **is** luck."
)
ASK_ONE = "Would other initial weights have done as well? A single run can't tell."
ASK_ALL = "Would the ranking be the same with other initial weights? A single run can't tell."


def show(of_lanes: LaneRepeats) -> None:
    """The buttons, then what moves."""
    st.header("Is it luck?", anchor=False)
    if "seed" in differing([lane.recipe for lane in of_lanes.lanes]):
        st.markdown(DIFFERENT_SEEDS)
        return
    if not all(lane.recipe.validation_fraction for lane in of_lanes.lanes):
        st.markdown(NO_DIGITS)
        return
    of_lanes.resume()  # after a lost connection: somebody is here again
    status = of_lanes.status
    with st.container(horizontal=True, vertical_alignment="center"):
        buttons.begin(
            f"Repeat over {SEEDS} seeds",
            "repeats.start",
            "casino",
            "Train the same settings again with other initial weights and other batches, "
            f"{SEEDS} seeds in all. Available once training has ended. These runs are not saved.",
            of_lanes.start,
            possible=status != Status.RUNNING and of_lanes.possible,
            main=False,
        )
        if status == Status.RUNNING:
            st.button(
                "Stop repeating",
                icon=":material/stop:",
                key="repeats.stop",
                on_click=of_lanes.stop,
                help="Stop the repeats that are running. Seeds that have finished still count.",
            )
    beat.live(status, lambda: of_lanes.status, partial(_draw, of_lanes))


def _draw(of_lanes: LaneRepeats) -> None:
    repeats, single = of_lanes.repeats, len(of_lanes.lanes) == 1
    if repeats is None:
        st.caption(ASK_ONE if single else ASK_ALL)
        return
    if repeats.status == Status.RUNNING:
        share, seconds = repeats.progress()
        done = sum(run.ended for run in repeats.runs)
        rest = words.time_left(seconds, repeats.place)
        text = f"{done} of {len(repeats.runs)} finished  ·  {rest}"
        st.progress(share, text)
    elif repeats.status == Status.PAUSED:
        st.info(words.plain(repeats.message), icon=":material/info:")
    left, right = st.columns([3, 2])
    with left:
        tables = [(lane.name, repeats.table(i)) for i, lane in enumerate(of_lanes.lanes)]
        key = tuple((name, np.nansum(table), table.shape) for name, table in tables)
        bands = partial(charts.repeat_bands, tables)
        beat.chart("repeats.bands", (ref(repeats), key), bands, BAND if single else BANDS)
    with right:
        if repeats.status == Status.FINISHED and single:
            verdicts.show_spread(repeats)
        elif repeats.status == Status.FINISHED:
            verdicts.show(repeats, of_lanes.lanes)
