"""Move one weight and watch the loss; check its gradient against differences of the loss."""

import numpy as np
import streamlit as st

from ann.inside.gradient_check import (
    SIDE,
    STEP_SIZES,
    Check,
    LossAlongWeight,
    gradient_check,
    loss_along_weight,
)
from pages.step import pictures
from pages.step.names import Names
from pages.step.place import Weight
from pages.step.taken import Taken
from pages.ui import frame
from pages.ui.inside.numbers import three, with_sign
from pages.ui.live import beat

MOST_WORK = 3e9  # multiply-adds for one curve or check: about 0.3 seconds on one core
MORE = 10  # weights that can be checked together
FEWEST = 3  # points on each side of a curve, and step sizes are not fewer than 2 · FEWEST
WHY = """
The gradient is a slope. The loss itself gives that slope, too, without any calculus: take it a
little to the right and to the left of the weight, and divide the difference by 2h. How far apart
are the two? That depends on h:

- **Left: h is too large.** The loss is curved, so the line between the two points is not the
  tangent. A step ten times smaller makes the error a hundred times smaller. With ReLU, units
  switch on or off between the two points; these kinks raise the left arm.
- **Right: h is too small.** The two losses agree in almost all their digits, and their difference
  is mostly rounding. A step ten times smaller makes the error ten times larger.
- **In between is the valley.** In float64 (16 digits) it is deep, near 10⁻¹⁰ at h = 10⁻⁴ to 10⁻⁵.
  In float32 (7 digits) rounding begins so early that 10⁻³ to 10⁻⁴ is the best one can get. So a
  gradient is checked in float64, even if the training uses float32.
"""


def show(taken: Taken, names: Names) -> None:
    """Both charts side by side."""
    left, right = st.columns(2, gap="large")
    with left:
        _along(taken, names)
    with right:
        _check(taken, names)


def _along(taken: Taken, names: Names) -> None:
    st.markdown("**Move the weight**")
    side = _side(taken)
    if side < FEWEST:
        st.caption(_too_large("curve"))
        return
    curve: LossAlongWeight = beat.once(
        "step.along",
        (taken.key, taken.weight),
        lambda: loss_along_weight(taken.one, *taken.weight, side=side),
    )
    at = st.slider(
        "Move the weight by",
        -1.0,
        1.0,
        0.0,
        1 / side,
        key=f"step.move.{taken.weight}.{side}",
        help="The loss of the batch is computed with this weight and all others as they are.",
    )
    place = round((at + 1) * side)
    moved, line = (
        float(curve.losses[place]),
        curve.slope * (curve.values[place] - curve.weight) + 0.0,
    )
    st.caption(
        f"Weight {three(float(curve.values[place]))}: loss {curve.loss:.5g} → {moved:.5g} "
        f"({with_sign(moved - curve.loss + 0.0)}). The tangent says {with_sign(float(line))}."
    )
    frame.chart(
        pictures.loss_along(curve, place),
        key="step.along",
        look_for="Near the weight, the tangent follows the loss; further away it does not. So a "
        "step along the gradient must be small.",
    )


def _check(taken: Taken, names: Names) -> None:
    st.markdown("**Gradient check**")
    sizes = _step_sizes(taken, 1)
    if len(sizes) < 2 * FEWEST:
        st.caption(_too_large("check"))
        return
    weights = [taken.weight]
    several = _step_sizes(taken, MORE)
    if len(several) >= 2 * FEWEST:
        layer = names.target_layer(taken.weight.layer)
        if st.toggle(
            f"Check {MORE} weights",
            key="step.several",
            help=f"Those of {layer} with the largest gradients. Their errors are taken together, "
            "as one vector.",
        ):
            weights, sizes = largest_gradients(taken, MORE), several

    def make() -> tuple[Check, Check]:
        return (
            gradient_check(taken.one, weights, np.float64, sizes),
            gradient_check(taken.one, weights, np.float32, sizes),
        )

    double, single = beat.once("step.check", (taken.key, tuple(weights)), make)
    if not double.gradients.any() and not double.differences.any():
        st.caption("The gradient of this weight is 0, and so is each difference of the loss.")
        return
    best = int(double.errors.argmin())
    what = f"The gradient is {three(float(double.gradients[0]))}"
    if len(weights) > 1:
        what = f"The {len(weights)} gradients are {three(float(abs(double.gradients).min()))} to "
        what += f"{three(float(abs(double.gradients).max()))} in size"
    st.caption(
        f"{what}. At best, at h = {three(double.step_sizes[best])}, the "
        f"difference of the losses agrees with it to {three(double.errors[best])} of its size."
    )
    frame.chart(
        pictures.errors(double, single),
        key="step.check",
        look_for="A valley: on the left h is too large, on the right rounding takes over. float32 "
        "has a higher floor than float64.",
    )
    with st.expander("Why is it a valley?"):
        st.markdown(WHY)


def largest_gradients(taken: Taken, count: int) -> list[Weight]:
    """The weights of this weight's layer with the largest gradients, the largest first."""
    layer = taken.weight.layer
    sizes = np.abs(taken.one.views(taken.one.penalized)[layer - 1].weights)
    order = np.argsort(-sizes, axis=None, kind="stable")[:count]
    places = zip(*np.unravel_index(order, sizes.shape), strict=True)
    return [Weight(layer, int(i), int(j)) for i, j in places]


def _work(taken: Taken) -> float:
    """Multiply-adds for the loss at one other value of the weight."""
    one, layer = taken.one, taken.weight.layer
    shapes = one.network.shapes
    column = shapes[layer - 1][0] if layer < len(shapes) else 0
    rest = shapes[layer:] if layer < len(shapes) else shapes[-1:]
    return float(one.n * (column + sum(a * b for a, b in rest)))


def _side(taken: Taken) -> int:
    return min(SIDE, int(MOST_WORK / _work(taken) / 2))


def _step_sizes(taken: Taken, weights: int) -> np.ndarray:
    """All step sizes, or every second one if the network is large; none if it is too large."""
    for every in (1, 2):
        sizes = STEP_SIZES[::every]
        if 4 * weights * len(sizes) * _work(taken) <= MOST_WORK:
            return sizes
    return STEP_SIZES[:0]


def _too_large(what: str) -> str:
    return (
        f"The {what} takes too long for a network and a batch of this size. Take the step on one "
        "alone, or choose a weight of a later layer."
    )
