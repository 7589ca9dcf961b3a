"""Distributions of the weights and the activations, layer by layer."""

import numpy as np
import streamlit as st

from ann.inside.distributions import Spread, value_spreads, weight_spreads
from ann.inside.passes import affordable
from pages.look import weights
from pages.ui import charts
from pages.ui.charts import Ridge
from pages.ui.inside import digit
from pages.ui.inside.numbers import three
from pages.ui.inside.subject import Subject
from pages.ui.live import beat, chart
from pages.ui.server import workers

MOST_DIGITS, WORK = 500, 5e9  # for the activations: digits, and multiply-adds
OPEN = "look.spread"  # the key of the box


@workers.fragment
def show(subject: Subject) -> None:
    """A box with the distributions, which are computed when it is opened."""
    title = "Weights and activations of all layers"
    with st.expander(title, key=OPEN, on_change="rerun", icon=":material/equalizer:") as box:
        if box.open:
            _show(subject)


def _show(subject: Subject) -> None:
    run = subject.run
    start = weights.start_of(run)
    letter = digit.first(subject)[0]
    x = digit.images(subject, letter)[0]
    x = np.asarray(x[: min(MOST_DIGITS, affordable(run, WORK))])
    found = beat.once("look.weights", subject.weights, lambda: weight_spreads(run, start))
    values = beat.once(
        "look.values", (subject.weights, run.fingerprint), lambda: value_spreads(run, x)
    )
    names = [f"layer {k}" for k in range(1, len(found.after))] + ["output"]
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown("**Weights**, and as they were before the first step")
        rows = [
            Ridge(name, after.counts, before.counts)
            for name, after, before in zip(names, found.after, found.before, strict=True)
        ]
        beat.chart(
            "look.spread.weights",
            (subject.weights, run.recipe.seed),
            lambda: charts.ridges(found.edges, rows, title="Weight"),
            "Dotted: before the first step. Look for layers that have hardly changed, and for "
            "tails: a few weights that have grown large.",
        )
    with right:
        st.markdown(f"**Activations** for {len(x):,} {digit.PARTS[letter]} {subject.things}")
        ridges = [
            Ridge(_with_zeros(name, one), one.counts)
            for name, one in zip(names, values.layers, strict=True)
        ]
        beat.chart(
            "look.spread.values",
            (subject.weights, run.fingerprint),
            lambda: charts.ridges(values.edges, ridges, title="Activation; output: logit"),
            "Values of exactly 0 are left out, and their share is written beside the layer. Look "
            "for layers that are 0 nearly always, or the same for all.",
        )
    table = [
        {
            "Layer": name,
            "SD of weights before": three(before.deviation),
            "SD of weights": three(after.deviation),
            "Largest |weight|": three(after.largest),
            "Mean activation": three(value.mean),
            "SD of activations": three(value.deviation),
            "Share of 0": f"{value.zeros:.0%}",
        }
        for name, before, after, value in zip(
            names, found.before, found.after, values.layers, strict=True
        )
    ]
    st.dataframe(table, hide_index=True)
    st.caption("SD: standard deviation. The last row has logits in place of activations.")
    chart.load()


def _with_zeros(name: str, found: Spread) -> str:
    return f"{name} ({found.zeros:.0%} are 0)" if found.zeros else name
