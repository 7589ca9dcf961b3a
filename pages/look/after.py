"""From the sum z of a unit to what leaves it, step by step, in words."""

from decimal import Decimal

import numpy as np

from ann.activations import ACTIVATIONS
from ann.inside.ledger import Ledger, ledger, rounded, suitable_decimals
from ann.inside.look import Look, Unit
from ann.run import Run
from pages.ui.inside.numbers import three, written
from pages.ui.words import percent


def after(run: Run, seen: Look, unit: Unit, made: Ledger) -> list[str]:
    """From z to what leaves the unit, step by step."""
    i, z = unit.number, written(made.z, made.decimals, sign=False)
    if unit.layer > len(seen.layers):
        share = percent(float(seen.probabilities[i]))
        return [f"z is the logit of this class. Softmax of all logits gives it {share}."]
    one, lines, u = seen.layers[unit.layer - 1], [], z
    if one.norm:
        n = one.norm
        lines.append(
            f"batch norm: n = (z − mean) / std = ({z} − {_in_sum(n.mean[i])}) / "
            f"{three(float(n.std[i]))} = {three(float(n.normalized[i]))}"
        )
        scaled, beta = float(n.gamma[i] * n.normalized[i]), float(n.beta[i])
        decimals = suitable_decimals([scaled, beta, float(one.u[i])])
        made = ledger(np.array([scaled]), beta, float(one.u[i]), 0, decimals)
        u = written(made.z, decimals, sign=False)
        lines.append(
            f"u = γ · n + β = {three(float(n.gamma[i]))} · {_in_sum(n.normalized[i])} + "
            f"{_in_sum(n.beta[i])} = {written(made.rest, decimals, sign=False)} "
            f"{_plus(rounded(beta, decimals), decimals)} = {u}"
        )
    label = ACTIVATIONS[run.recipe.activation].label
    lines.append(f"a = {label}({u}) = {three(float(one.a[i]))}")
    return lines


def _in_sum(number: float) -> str:
    """A number after a sign of calculation: in brackets if it has a sign of its own."""
    text = three(float(number))
    return f"({text})" if number < 0 else text


def _plus(number: Decimal, decimals: int) -> str:
    text = written(abs(number), decimals, sign=False)
    return f"− {text}" if number < 0 else f"+ {text}"
