"""What a step does to one weight, as terms that add up.

The gradient that the optimizer gets is a sum: this sample's share, the other samples' shares, what
L1 and L2 add, what clipping takes away. So is the change of the weight: decay, the optimizer's
step, max norm. Each term is the difference between two numbers of the core, so the sums hold; what
float32 rounds away is a term of its own.
"""

from math import fsum, sqrt
from typing import NamedTuple

import numpy as np

from ann.inside.step import OneStep
from ann.optimizers import BETA_1, BETA_2, EPSILON, OPTIMIZERS, At, decay_weights
from ann.regularizers import add_penalty_gradient


class Term(NamedTuple):
    """One number, and what it is."""

    name: str
    value: float


class WeightStep(NamedTuple):
    """One step for a single weight, from unit i to unit j of a layer.

    All numbers are the core's own, as Python floats.
    """

    layer: int  # from 1
    i: int  # unit it comes from, from 0; in layer 1 a pixel
    j: int  # unit it leads to, from 0
    position: int  # in theta
    x: float  # x_i of the sample
    delta: float  # delta_j of the sample; it holds the 1/N of the mean already
    shares: np.ndarray  # (N,) x_i · delta_j of every sample, float64; they add up to the gradient
    mean: float  # gradient of the batch's mean loss, without penalty and clipping
    gradient_terms: list[Term]  # add up to `gradient`
    gradient: float  # what the optimizer gets
    length: float  # of the whole gradient (P,), before clipping
    clip_factor: float  # 1 if it was not clipped
    memory: list[tuple[str, float, float]]  # each stored moment: name, before and after
    numbers: list[Term]  # from the gradient to the step, in order
    before: float
    change_terms: list[Term]  # add up to `after` - `before`
    after: float
    average: tuple[float, float] | None  # with `ema`: the judged weight before and after


def weight_step(one: OneStep, row: int, layer: int, i: int, j: int) -> WeightStep:
    """The step of the weight i -> j of a layer (from 1), for the sample in this row of the batch.

    `ValueError` names the row, the layer or the unit that is not there.
    """
    position = weight_position(one, layer, i, j)
    _check("row", row, 0, one.n - 1)
    seen = one.layers[layer - 1]
    shares = seen.x[:, i].astype(np.float64) * seen.delta[:, j].astype(np.float64)
    gradient_terms = _gradient_terms(one, position, shares, row)
    length, clipped = (
        float(np.linalg.norm(g.astype(np.float64))) for g in (one.penalized, one.gradient)
    )
    same = not one.recipe.clip_norm or one.penalized[position] == one.gradient[position]
    numbers, change_terms = _change(one, position)
    moments = zip(one.before.moments, one.after.moments, strict=True)
    average = None
    if one.recipe.ema:
        average = float(one.before.average[position]), float(one.after.average[position])
    return WeightStep(
        layer=layer,
        i=i,
        j=j,
        position=position,
        x=float(seen.x[row, i]),
        delta=float(seen.delta[row, j]),
        shares=shares,
        mean=float(one.loss_gradient[position]),
        gradient_terms=gradient_terms,
        gradient=float(one.gradient[position]),
        length=length,
        clip_factor=1.0 if same or not length else clipped / length,
        memory=[
            (name, float(old[position]), float(new[position]))
            for name, (old, new) in zip(_stored(one), moments, strict=True)
        ],
        numbers=numbers,
        before=float(one.before.theta[position]),
        change_terms=change_terms,
        after=float(one.after.theta[position]),
        average=average,
    )


def weight_position(one: OneStep, layer: int, i: int, j: int) -> int:
    """Where the weight i -> j of a layer (from 1) is in theta; `ValueError` if it is nowhere."""
    shapes = one.network.shapes
    _check("layer", layer, 1, len(shapes))
    fan_in, width = shapes[layer - 1]
    _check("unit i", i, 0, fan_in - 1)
    _check("unit j", j, 0, width - 1)
    return sum(a * b for a, b in shapes[: layer - 1]) + i * width + j


def _check(name: str, value: int, low: int, high: int) -> None:
    if not low <= value <= high:
        raise ValueError(f"{name}: {value} is outside {low} to {high:,}")


def _stored(one: OneStep) -> tuple[str, ...]:
    """The names of the optimizer's moments in the code."""
    return {0: (), 1: ("v",), 2: ("M", "V")}[len(one.before.moments)]


def _gradient_terms(one: OneStep, at: int, shares: np.ndarray, row: int) -> list[Term]:
    recipe, theta = one.recipe, one.before.theta[at : at + 1]
    penalized, used = float(one.penalized[at]), float(one.gradient[at])
    added = {}
    for name in ("l2", "l1"):
        alone = np.zeros_like(theta)
        strength = {"l1": 0.0, "l2": 0.0, name: getattr(recipe, name)}
        add_penalty_gradient(alone, theta, **strength)
        added[name] = float(alone[0])
    terms = [Term("this digit", float(shares[row]))]
    if one.n > 1:
        terms.append(Term("the other digits", fsum(np.delete(shares, row))))
    terms += [Term(name.upper(), added[name]) for name in added if getattr(recipe, name)]
    exact = penalized - fsum(term.value for term in terms)
    terms.append(Term("rounding", exact))
    if recipe.clip_norm:
        terms.append(Term("clipping", used - penalized))
    return terms


def _change(one: OneStep, at: int) -> tuple[list[Term], list[Term]]:
    """The optimizer's numbers, and the terms of the change, from the core's rules on one weight."""
    recipe, part = one.recipe, slice(at, at + 1)
    theta, g = one.before.theta[part].copy(), one.gradient[part].copy()
    before = float(theta[0])
    if decays := recipe.applies("weight_decay") and recipe.weight_decay > 0:
        decay_weights(theta, one.rate * recipe.weight_decay)
    decayed = float(theta[0])
    memory = tuple(moment[part].copy() for moment in one.before.moments)
    step = g.copy()  # each rule leaves the step in the place of the gradient
    OPTIMIZERS[recipe.optimizer].rule(
        theta, step, memory, At(one.rate, one.after.step, recipe.momentum)
    )
    ruled, moved, after = float(theta[0]), float(one.moved[at]), float(one.after.theta[at])
    numbers = [Term("g", float(g[0])), *_numbers(one, [float(m[0]) for m in memory], float(g[0]))]
    numbers.append(Term("step", float(step[0])))
    terms = [Term("weight decay", decayed - before)] if decays else []
    terms += [Term("step", -float(step[0])), Term("rounding", ruled - decayed + float(step[0]))]
    if moved != ruled:  # `update` sets numbers too small to matter to 0, every 64 steps
        terms.append(Term("set to 0", moved - ruled))
    if recipe.max_norm:
        terms.append(Term("max norm", after - moved))
    return numbers, terms


def _numbers(one: OneStep, memory: list[float], g: float) -> list[Term]:
    """From the gradient to the step, as in the formulas of the optimizer's docstring."""
    recipe, t = one.recipe, one.after.step
    rate = Term("learning_rate", one.rate)
    match recipe.optimizer:
        case "sgd":
            return [rate]
        case "momentum":
            return [Term("v", memory[0]), rate]
        case "nesterov":
            ahead = Term("g + momentum · v", g + recipe.momentum * memory[0])
            return [Term("v", memory[0]), ahead, rate]
        case "rmsprop":
            v = memory[0]
            return [Term("v", v), Term("√v + epsilon", sqrt(v) + EPSILON), rate]
    M, V = memory
    m, v = (1 - BETA_1) * M, (1 - BETA_2) * V
    m_hat, v_hat = m / (1 - BETA_1**t), v / (1 - BETA_2**t)
    return [
        Term("M", M),
        Term("V", V),
        Term("m", m),
        Term("v", v),
        Term("m̂", m_hat),
        Term("v̂", v_hat),
        Term("√v̂ + epsilon", sqrt(v_hat) + EPSILON),
        rate,
    ]
