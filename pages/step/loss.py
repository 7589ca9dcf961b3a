"""The card of the loss: from logits to probabilities to the loss, with the softmax in its steps."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from ann.inside.lines import WeightLines
from ann.inside.softmax import softmax_steps
from pages.step import numbers
from pages.step.cards import beside_source
from pages.step.names import Names
from pages.step.numbers import Row
from pages.step.taken import Taken
from pages.ui import charts, frame
from pages.ui.inside.numbers import three
from pages.ui.words import percent

MOST_CLASSES = 30  # rows of the table of the softmax
COLDEST, HOTTEST = 0.2, 10.0  # temperatures


def show(taken: Taken, lines: WeightLines, names: Names) -> None:
    """From logits to probabilities to the loss."""
    one, row = taken.one, taken.row
    label = int(one.y[row])
    functions = lines.loss(label)
    left = beside_source(functions, "step.loss")
    own = functions[0].lines[functions[0].last("losses")].changed["losses"]
    with left:
        st.markdown(
            f"**Loss.** The softmax turns the {one.network.sizes[-1]} logits into probabilities, "
            f"and the cross-entropy takes the right answer's: **{names.classes[label]}**."
        )
        numbers.show_formulas(functions)
        n, c = one.layers[-1].z.shape
        st.caption(f"Shapes of this call: logits ({n}, {c}), labels ({n},), delta ({n}, {c}).")
        p = float(one.probabilities[row, label])
        rows: list[Row] = [
            ("p", p, f"probability of {names.classes[label]}"),
            ("loss", own, f"−log p of this {names.thing}"),
        ]
        if one.recipe.label_smoothing:
            rows[1] = ("loss", own, f"of this {names.thing}, with label smoothing")
        if one.n > 1:
            rows.append(("mean loss", one.loss, f"of the {one.n:,} {names.thing}s of the batch"))
        if one.penalty:
            rows.append(("penalty", one.penalty, "L1 and L2, from all weights"))
        numbers.table(rows, "The loss")
    _softmax(one.layers[-1].z[row], one.layers[-1].delta[row] * one.n, names, label)


def _softmax(logits: np.ndarray, delta: np.ndarray, names: Names, label: int) -> None:
    """The softmax in its steps, with a temperature."""
    st.markdown("**The softmax in its steps**")
    left, right = st.columns([1, 1.15], gap="large")
    with left:
        temperature = st.slider(
            "Temperature",
            COLDEST,
            HOTTEST,
            1.0,
            0.1,
            key="step.temperature",
            help="Divides all logits first. Training and prediction use 1. Higher: the "
            "probabilities become more alike. Lower: the largest one takes almost everything.",
        )
        steps = softmax_steps(logits, temperature)
        shown = np.argsort(-logits)[:MOST_CLASSES]
        st.html(_steps_table(steps, shown, delta, names.classes, label, temperature))
        st.caption(
            "Subtracting the largest logit changes no probability, but keeps the exponential from "
            "overflowing. δ is p − target: above 0 pushes the logit down, below 0 pulls it up."
        )
    with right:
        frame.chart(
            charts.probability_bars(steps.probabilities, names.classes, true=label),
            key="step.softmax",
            look_for=f"The probabilities at temperature {temperature:g}.",
        )


def _steps_table(
    steps: tuple[np.ndarray, ...],
    shown: np.ndarray,
    delta: np.ndarray,
    classes: Sequence[str],
    label: int,
    temperature: float,
) -> str:
    scaled, shifted, exponentials, probabilities = steps
    heads = ["class", "logit", "− max", "e^", "÷ sum"]
    if temperature != 1:
        heads[1] = f"logit / {temperature:g}"
    else:
        heads.append("δ")
    rows = []
    for c in map(int, shown):
        cells = [scaled[c], shifted[c], exponentials[c]]
        texts = [three(float(value)) for value in cells] + [percent(float(probabilities[c]))]
        texts += [three(float(delta[c]))] if temperature == 1 else []
        rows.append(numbers.cells(str(classes[c]), texts, bold=c == label))
    sums = ["", "", three(float(exponentials.sum())), percent(float(probabilities.sum()))]
    rows.append(numbers.cells("sum", [*sums, *([""] if temperature == 1 else [])], bold=False))
    return numbers.grid(heads, rows, "The largest logits first; bold: the right answer")
