"""Gauges of what happens inside while a network trains: gradients, updates, dead units, filters."""

import base64
import html
from collections.abc import Sequence
from functools import partial
from math import inf, isfinite, log10
from weakref import ref

import numpy as np
import streamlit as st

from ann.events import Signals
from ann.inside.look import Unit, weight_change
from ann.running.job import Job
from ann.running.view import View
from ann.state import initial_theta
from pages.ui import palette, words
from pages.ui.inside import signed
from pages.ui.live import beat
from pages.ui.words import fitting

FILTERS = 12  # first neurons of layer 1 whose weights are shown
MOST_PARAMETERS = 1_000_000  # of a network whose filters are shown while it trains
WIDTH, HEIGHT = 96, 20  # of a curve, in pixels
HELP = (
    "Measured at a few early steps and at the end of each epoch. Curves go from the first step on "
    "the left to now; those of gradient and update have a logarithmic scale."
)
STYLE = """<style>
.gauges { overflow-x: auto; }
.gauges table { border-collapse: collapse; font-size: 0.85rem; }
.gauges th, .gauges td { padding: 2px 12px 2px 0; text-align: left; white-space: nowrap;
  font-variant-numeric: tabular-nums; }
.gauges th { font-weight: 600; }
.gauges img { vertical-align: middle; margin-left: 6px; display: inline; }
</style>"""
FILTERS_STYLE = """<style>
.filters { display: flex; flex-wrap: wrap; gap: 4px; }
.filters img { width: 56px; height: 56px; image-rendering: pixelated; border-radius: 4px;
  border: 1px solid #7a859466; }
</style>"""


def show(
    job: Job, view: View, class_names: Sequence[str], *, key: str, is_open: bool = False
) -> None:
    """The gauges, in a box that costs nothing while it is closed; `is_open` says how it starts."""
    if not view.history.signals:
        return
    opened = st.expander(
        "Inside, while it learns",
        expanded=is_open,
        icon=":material/speed:",
        key=f"{key}.gauges",
        on_change="rerun",
    )
    if not opened.open:
        return
    with opened:
        version = ref(job), len(view.history.signals), view.history.signals[-1].step
        draw = partial(table, view.history.signals, class_names)
        st.html(beat.once(f"{key}.gauges", version, draw))
        st.caption(HELP)
        side = int(view.state.n_features**0.5)
        small = view.state.theta.size <= MOST_PARAMETERS
        if view.recipe.hidden_sizes and small and side * side == view.state.n_features:
            epoch = (ref(job), len(view.history.epoch_rows), view.status)
            st.html(beat.once(f"{key}.filters", epoch, partial(_filters, job, view, side)))
            st.caption(
                f"What training has changed in the weights of layer 1's first {FILTERS} neurons: "
                "blue was raised, orange lowered, each picture by its own scale."
            )


def table(signals: Sequence[Signals], class_names: Sequence[str]) -> str:
    """HTML: a row for each layer, with its latest numbers and how they came about."""
    latest, n = signals[-1], len(signals[-1].gradients)
    signals = [s for s in signals if len(s.gradients) == n]  # a forged file may hold others
    rows = []
    for layer in range(n):
        name = "output" if layer == n - 1 else f"layer {layer + 1}"
        gradients = [s.gradients[layer] for s in signals]
        updates = [s.updates[layer] for s in signals if s.updates]
        dead = [s.dead[layer] for s in signals if layer < len(s.dead)]
        cells = [
            _cell(f"{gradients[-1]:.2g}", curve(gradients, logarithmic=True)),
            _cell(f"{updates[-1]:.2%}" if updates else "–", curve(updates, logarithmic=True)),
            _cell(f"{dead[-1]:.0%}" if dead else "–", curve(dead, most=1.0)),
        ]
        rows.append(f'<tr><th scope="row">{name}</th>{"".join(cells)}</tr>')
    heads = ("", "Gradient norm", "Update ÷ weights", "Dead units")
    titles = "".join(f'<th scope="col">{head}</th>' for head in heads)
    told = fitting(
        f"At step {latest.step:,}. Healthy: updates of 0.1% to 5%, gradients of similar size in "
        "all layers. A dead unit gives the same output for all digits of a batch.",
        class_names,
    )
    return (
        f'{STYLE}<div class="gauges"><p>{html.escape(told)}</p><table>'
        f"<thead><tr>{titles}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def _cell(number: str, drawn: str) -> str:
    return f"<td>{html.escape(number)}{drawn}</td>"


def curve(values: Sequence[float], *, logarithmic: bool = False, most: float = 0.0) -> str:
    """HTML: a small curve without axes; screen readers have the number beside it.

    >>> curve([1.0, 10.0], logarithmic=True)[:14], curve([0.0, 0.0], logarithmic=True)
    ('<img src="data', '')
    """
    shown = [log10(v) if v > 0 else -inf for v in values] if logarithmic else list(values)
    points = [(k, v) for k, v in enumerate(shown) if isfinite(v)]
    if len(points) < 2:
        return ""
    low = min(v for _, v in points) if logarithmic else 0.0
    high = most or max(v for _, v in points)
    span, last = (high - low) or 1.0, len(shown) - 1
    path = " ".join(
        f"{k / last * WIDTH:.1f},{HEIGHT - 1 - (v - low) / span * (HEIGHT - 2):.1f}"
        for k, v in points
    )
    drawn = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f'<polyline points="{path}" fill="none" stroke="{palette.TRAINING}" stroke-width="1.5"/>'
        "</svg>"
    )
    data = base64.b64encode(drawn.encode()).decode()  # as a picture: st.html removes bare SVG
    return f'<img src="data:image/svg+xml;base64,{data}" width="{WIDTH}" height="{HEIGHT}" alt="">'


def _filters(job: Job, view: View, side: int) -> str:
    """HTML: the change of the first neurons' weights since the start."""
    run = job.run(view)
    start = initial_theta(run.recipe, run.network)
    drawn = []
    for number in range(min(FILTERS, run.network.sizes[1])):
        change = weight_change(run, Unit(1, number), start).change
        text = words.plain(f"neuron {number}")
        picture = signed.uri(np.nan_to_num(change), side)
        drawn.append(f'<img src="{picture}" alt="{html.escape(text)}" title="{html.escape(text)}">')
    return f'{FILTERS_STYLE}<div class="filters">{"".join(drawn)}</div>'
