"""The last two cards: the gradient of one weight, and what the optimizer makes of it."""

import streamlit as st

from ann.inside.lines import WeightLines
from ann.inside.weight_step import Term, WeightStep
from ann.optimizers import BLOCK, OPTIMIZERS
from pages.step import closer, numbers
from pages.step.cards import beside_source
from pages.step.names import Names
from pages.step.numbers import Row
from pages.step.taken import Taken
from pages.ui.inside.numbers import three

CHANGES = {
    "weight decay": "takes off learning_rate · weight_decay · w",
    "step": "against the gradient",
    "max norm": "the unit's incoming weights are shortened to the limit",
    "set to 0": "numbers too small to matter, every 64 steps",
    "rounding": "what rounding these numbers loses",
}
NOTES = {
    "g": "the gradient that the optimizer gets",
    "v": "the memory, after this step",
    "g + momentum · v": "the gradient, looking ahead",
    "√v + epsilon": "how large gradients usually are",
    "M": "what the code stores: m / (1 − beta_1)",
    "V": "what the code stores: v / (1 − beta_2)",
    "m": "running mean of g",
    "m̂": "m, corrected for its start at 0",
    "v̂": "v, corrected for its start at 0",
    "√v̂ + epsilon": "how large gradients usually are",
    "learning_rate": "of this step, after the schedule",
    "step": "what is subtracted from the weight",
}


def gradient(taken: Taken, found: WeightStep, lines: WeightLines, names: Names) -> None:
    """The weight's gradient as a sum, then the loss along the weight and the check."""
    functions = lines.gradient()
    left = beside_source(functions, "step.gradient")
    one, seen = taken.one, taken.one.layers[found.layer - 1]
    with left:
        st.markdown(
            f"**Gradient.** For one {names.thing}, the gradient of a weight is what comes in, xᵢ, "
            "times what comes back, δⱼ."
        )
        numbers.show_formulas(functions)
        fan_in, width = one.network.shapes[found.layer - 1]
        st.caption(
            f"Shapes of this call: xᵀ ({fan_in}, {one.n}) times delta ({one.n}, {width}) gives dW "
            f"({fan_in}, {width})"
            + (f": the product adds up all {one.n:,} {names.thing}s." if one.n > 1 else ".")
        )
        rows: list[Row] = [
            ("xᵢ", found.x, names.source(found.layer, found.i)),
            ("δⱼ", found.delta, names.target(found.layer, found.j)),
            ("xᵢ · δⱼ", found.gradient_terms[0].value, f"gᵢⱼ of this {names.thing}"),
        ]
        numbers.table(rows, f"Row {taken.row} of the batch")
        terms = [
            t._replace(name=t.name.replace("digit", names.thing)) for t in found.gradient_terms
        ]
        notes = {
            f"this {names.thing}": "xᵢ · δⱼ",
            f"the other {names.thing}s": f"the same of {one.n - 1:,} more rows",
            "L2": "l2 · w",
            "L1": "l1 · sign(w)",
            "clipping": f"the whole gradient, of length {three(found.length)}, is multiplied by "
            f"{three(found.clip_factor)}",
            "rounding": "what rounding these numbers loses",
        }
        numbers.sum_table(terms, found.gradient, "g", notes, "The gradient that the optimizer gets")
        if one.n > 1:
            st.caption(
                f"The loss is the mean over the batch. δ was divided by {one.n:,} when it was "
                "made, so here the shares are only added up, and their sum is the mean."
            )
        bias = one.views(one.loss_gradient)[found.layer - 1].bias
        if bias is not None:
            st.caption(
                f"The bias has an input of 1, so its gradient is the sum of δⱼ: "
                f"{three(float(bias[found.j]))}. `sum_columns` writes this sum as a product with "
                "ones, because that is the fastest way to add up columns."
            )
        elif seen.normalized:
            st.caption("With batch norm, this layer has no bias: beta does the same.")
    closer.show(taken, names)


def update(taken: Taken, found: WeightStep, lines: WeightLines, names: Names) -> None:
    """From the gradient to the weight after the step."""
    functions = lines.update()
    left = beside_source(functions, "step.update")
    one, recipe = taken.one, taken.one.recipe
    with left:
        label = OPTIMIZERS[recipe.optimizer].label
        st.markdown(
            f"**Update.** {label} turns the gradient into a step. This is step number "
            f"{one.after.step:,}."
        )
        numbers.show_formulas(functions)
        size = len(one.before.theta)
        st.caption(
            f"Shapes of this call: theta ({size},), gradient ({size},), moments "
            f"({len(one.before.moments)}, {size}). This weight is number {found.position:,} of "
            "theta."
        )
        if found.memory:
            numbers.table(
                [(f"{name} before", old, "") for name, old, _ in found.memory]
                + [(f"{name} after", new, "") for name, _, new in found.memory],
                "The optimizer's memory of this weight",
            )
        numbers.table(
            [(term.name, term.value, NOTES[term.name]) for term in found.numbers],
            "From the gradient to the step",
        )
        if len(found.memory) == 2:
            st.caption(
                "The code never computes m and v: it keeps M = m / (1 − beta_1) and V = v / "
                "(1 − beta_2), which saves two passes over memory, and makes up for it in the "
                "step. Both are shown."
            )
        terms = [Term(numbers.START, found.before), *found.change_terms]
        numbers.sum_table(terms, found.after, "weight after", CHANGES, "The change of the weight")
        block, blocks = found.position // BLOCK + 1, -(-size // BLOCK)
        st.caption(
            f"`update` calls the rule for blocks of {BLOCK:,} parameters, so that all arrays stay "
            f"in the processor's cache: this weight is in block {block} of {blocks}. Each "
            "parameter is updated by itself, so the blocks change no result, and the rule can be "
            "run here on this weight alone."
        )
        if found.average is not None:
            st.info(
                f"With weight averaging (EMA), the weight that is measured and saved is not this "
                f"one, but its running average: {found.average[0]:.6g} before the step and "
                f"{found.average[1]:.6g} after it.".replace("-", "−"),
                icon=":material/info:",
            )
