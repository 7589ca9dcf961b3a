"""The cards of a unit: how numbers go forward through it, and how delta comes back."""

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ann.inside.lines import WeightLines
from ann.inside.watch import Watched
from pages.step import numbers, source
from pages.step.names import Names
from pages.step.numbers import Row
from pages.step.taken import Taken
from pages.ui.inside.numbers import three

HALVES = """<style>
div:has(> .st-key-step-numbers), div:has(> .st-key-step-source) {
  flex: 1 1 400px !important; width: auto !important; min-width: min(400px, 100%) !important; }
</style>"""


def beside_source(functions: list[Watched], key: str) -> DeltaGenerator:
    """A place for the numbers, with the source of the functions beside it, or below if narrow."""
    st.html(HALVES)
    with st.container(horizontal=True, gap="large"):
        left = st.container(key="step.numbers")
        with st.container(key="step.source"):
            source.show(functions, key)
    return left


def forward(taken: Taken, lines: WeightLines, names: Names) -> None:
    """z = x W + b for unit j, and what becomes of it on the way to the next layer."""
    functions = lines.forward()
    left = beside_source(functions, "step.forward")
    one, row, (layer, i, j) = taken.one, taken.row, taken.weight
    seen, own = one.layers[layer - 1], one.views(one.before.theta)[layer - 1]
    fan_in, width = own.weights.shape
    with left:
        st.markdown(
            f"**Forward.** The input of the layer times its weights makes z. Here x is "
            f"{names.source(layer, i)}, and z belongs to {names.target(layer, j)}."
        )
        numbers.show_formulas(functions)
        bias = f" + b ({width},)" if own.bias is not None else ""
        st.caption(
            f"Shapes of this call: x ({one.n}, {fan_in}) times W ({fan_in}, {width}){bias} "
            f"gives z ({one.n}, {width}). A row is a {names.thing}, a column is a unit."
        )
        product = float(seen.x[row, i]) * float(own.weights[i, j])
        rest = float(seen.z[row, j]) - product - (0 if own.bias is None else float(own.bias[j]))
        rows: list[Row] = [
            ("xᵢ", float(seen.x[row, i]), names.source(layer, i)),
            ("wᵢⱼ", float(own.weights[i, j]), "the weight, before the step"),
            ("xᵢ · wᵢⱼ", product, "what this weight adds"),
            ("the rest", rest, f"what the other {fan_in - 1:,} weights of the unit add"),
        ]
        if own.bias is not None:
            rows.append(("bⱼ", float(own.bias[j]), "the unit's bias"))
        rows.append(("zⱼ", float(seen.z[row, j]), "their sum"))
        numbers.table(rows, f"Row {row} of the batch, unit {j}")
        if seen.u is not None and seen.a is not None:
            rows = []
            if seen.normalized:
                rows += [
                    ("n", float(seen.normalized.values[row, j]), "z, normalized over the batch"),
                    ("u", float(seen.u[row, j]), "gamma · n + beta"),
                ]
            rows.append(("aⱼ", float(seen.a[row, j]), f"activation: {one.recipe.activation}"))
            if seen.mask is not None:
                rows += [
                    ("mask", float(seen.mask[row, j]), "dropout: 0, or 1 / (1 − dropout)"),
                    ("hⱼ", float(one.layers[layer].x[row, j]), "what the next layer gets"),
                ]
            numbers.table(rows, "On to the next layer")
        if len(one.layers) > 1 and one.recipe.batch_norm:
            st.info(
                f"Batch norm uses the mean and variance of all {one.n:,} rows, so in training a "
                f"{names.thing} never passes alone: what you see is one row of its batch. Look "
                "shows the network with the running averages instead, as it predicts.",
                icon=":material/info:",
            )
        if len(one.layers) > 1 and one.recipe.dropout:
            st.info(
                "Dropout switches units off at random, differently in each step. So these "
                f"activations are those of this step alone; Look shows the {names.thing} with all "
                "units on.",
                icon=":material/info:",
            )


def backward(taken: Taken, lines: WeightLines, names: Names) -> None:
    """How delta comes back to unit j."""
    functions = lines.backward()
    left = beside_source(functions, "step.backward")
    one, row, (layer, _, j) = taken.one, taken.row, taken.weight
    seen, last = one.layers[layer - 1], len(one.layers)
    with left:
        st.markdown(
            f"**Backward.** δⱼ says how fast the batch's loss grows with z of "
            f"{names.target(layer, j)}."
        )
        numbers.show_formulas(functions)
        if layer == last:
            _output_delta(taken, names)
        else:
            _hidden_delta(taken, functions[0], names)
        if one.n > 1:
            st.caption(
                f"δ holds the 1/{one.n:,} of the mean over the batch already. Times {one.n:,}, it "
                f"is {three(float(seen.delta[row, j]) * one.n)}: the slope of this {names.thing}'s "
                "own loss."
            )
        st.caption(
            "`backward` works in arrays that `forward` filled, and overwrites some. The numbers "
            "here are copies, taken before."
        )


def _output_delta(taken: Taken, names: Names) -> None:
    one, row, j = taken.one, taken.row, taken.weight.j
    delta, p = float(one.layers[-1].delta[row, j]), float(one.probabilities[row, j])
    rows: list[Row] = [
        ("p", p, f"probability of {names.classes[j]}"),
        ("target", round(p - delta * one.n, 6), "1 for the right answer, 0 for the others"),
        ("δⱼ", delta, f"(p − target) / {one.n:,}"),
    ]
    if one.recipe.label_smoothing:
        rows[1] = (*rows[1][:2], "1 or 0, smoothed over all classes")
    numbers.table(rows, f"Output unit {j}")
    st.caption("In the output layer, δ comes from the loss itself: nothing has to come back yet.")


def _hidden_delta(taken: Taken, function: Watched, names: Names) -> None:
    one, row, (layer, _, j) = taken.one, taken.row, taken.weight
    after = one.layers[layer].delta[row].astype(np.float64)
    weights = one.views(one.before.theta)[layer].weights[j].astype(np.float64)
    terms = after * weights
    strongest = np.argsort(-np.abs(terms))[:5]
    rows: list[Row] = [
        (
            f"δ · w, {names.target(layer + 1, int(k))}",
            float(terms[k]),
            f"{three(float(after[k]))} · {three(float(weights[k]))}",
        )
        for k in strongest
    ]
    if len(terms) > len(rows):
        rest = float(terms.sum() - terms[strongest].sum())
        rows.append((f"the other {len(terms) - len(rows):,}", rest, ""))
    rows.append(("sum", float(terms.sum()), f"gradient of what unit {j} passes on"))
    numbers.table(rows, f"From layer {layer + 1}, back through the weights", last_is_sum=True)
    seen, rows = one.layers[layer - 1], []
    if seen.mask is not None:
        rows.append(("mask", float(seen.mask[row, j]), "dropout"))
    if seen.u is not None:
        rows.append(("u", float(seen.u[row, j]), "where the slope of the activation is taken"))
    if seen.normalized:
        rows.append(("1 / std", float(seen.normalized.inverse_std[j]), "batch norm divides by std"))
    rows.append(
        (
            "δⱼ",
            float(seen.delta[row, j]),
            "after mask, slope" + (" and batch norm" if seen.normalized else ""),
        )
    )
    numbers.table(rows, f"Through unit {j}")
    if seen.normalized:
        st.info(
            "Each row also moves the batch's mean and variance, and with them all other rows. That "
            "is why two sums over the batch are subtracted.",
            icon=":material/info:",
        )
