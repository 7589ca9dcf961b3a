"""The formulas on the page come from the docstrings of the functions that run."""

import inspect
import re

import pytest

from ann import layers, losses, network, optimizers, regularizers, train
from ann.activations import ACTIVATIONS
from pages.step.formula import formulas, is_formula, latex

FUNCTIONS = {
    layers.affine: ["z = x W + b"],
    layers.affine_backward: ["dW = xᵀ delta", "db = Σ delta"],
    layers.sum_columns: ["sums = onesᵀ table"],
    layers.normalize: ["n = (z - mean) / std"],
    layers.normalize_backward: [
        "dz = (gamma / std) · (delta - Σ delta / N - n · Σ (delta · n) / N)"
    ],
    losses.softmax: ["p = e^z / Σ e^z"],
    losses.cross_entropy: ["L = -Σ target · log p / N", "delta = (p - target) / N"],
    network.Network.backward: ["delta = (delta Wᵀ) · mask · f'(u)"],
    regularizers.add_penalty_gradient: ["gradient += l2 · W + l1 · sign(W)"],
    regularizers.clip_norm: ["gradient *= limit / ‖gradient‖"],
    regularizers.limit_norm: ["W *= limit / ‖W‖"],
    optimizers.decay_weights: [
        "weights -= amount · weights",
        "amount = learning_rate · weight_decay",
    ],
    optimizers.sgd: ["theta -= learning_rate · g"],
    optimizers.nesterov: [
        "v = momentum · v + g",
        "theta -= learning_rate · (g + momentum · v)",
    ],
    optimizers.rmsprop: [
        "v = rho · v + (1 - rho) · g²",
        "theta -= learning_rate · g / (√v + epsilon)",
    ],
    optimizers.adam: [
        "theta -= learning_rate · m̂ / (√v̂ + epsilon)",
        "m = beta_1 · m + (1 - beta_1) · g",
        "m̂ = m / (1 - beta_1^t)",
        "v = beta_2 · v + (1 - beta_2) · g²",
        "v̂ = v / (1 - beta_2^t)",
    ],
    train.average_weights: ["average += share · (theta - average)"],
}
RULES = [
    *(optimizer.rule for optimizer in optimizers.OPTIMIZERS.values()),
    *(rule for one in ACTIVATIONS.values() for rule in (one.value, one.chain)),
]


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda f: f.__name__)
def test_formulas_are_those_of_the_docstring(function):
    assert list(formulas(inspect.getdoc(function) or "")) == FUNCTIONS[function]


@pytest.mark.parametrize("function", [*FUNCTIONS, *RULES], ids=lambda f: f.__name__)
def test_every_formula_becomes_complete_latex(function):
    assert formulas(inspect.getdoc(function) or ""), "a rule without a formula"
    for text in formulas(inspect.getdoc(function) or ""):
        written = latex(text)
        assert written.count("{") == written.count("}")
        assert written.isascii(), "a letter that KaTeX may not know"
        known = (
            r"\\(theta|delta|gamma|beta|epsilon|rho|hat|sqrt|sum|cdot|ast|text|mathrel"
            r"|top|log|max|tanh|Phi|Vert|vert|_)"
        )
        assert not re.sub(known, "", written).count("\\"), written


@pytest.mark.parametrize(
    "text, written",
    [
        ("a = 1 / (1 + e^-z)", "a = 1 / (1 + e^{-z})"),
        ("m̂ = m / (1 - beta_1^t)", r"\hat{m} = m / (1 - \beta_1^{t})"),
        ("dW = xᵀ delta", r"dW = x^{\top} \delta "),
        ("a = max(0.01 z, z)", r"a = \max (0.01 z, z)"),
    ],
)
def test_latex(text, written):
    assert latex(text) == written


@pytest.mark.parametrize("text", ["x = <b>", "a = $z$", "v = v # no", "x = \\frac"])
def test_what_is_no_formula_is_not_written_as_one(text):
    assert not is_formula(text)


def test_a_function_without_formulas_has_none():
    assert formulas(optimizers.update.__doc__) == ()
    assert formulas("") == ()
