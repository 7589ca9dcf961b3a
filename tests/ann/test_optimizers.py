"""Each update rule against a calculation by hand and against its textbook form in float64."""

import numpy as np
import pytest

from ann import optimizers
from ann.optimizers import OPTIMIZERS, decay_weights, update
from ann.recipe import Recipe
from ann.state import Split, start
from ann.train import train

RATE, MOMENTUM, STEPS, SIZE = 0.05, 0.8, 7, 11


def textbook(name, gradients, theta, rate=RATE, momentum=MOMENTUM):
    """Theta (P,) after one step for each of the gradients, as the papers write the rules."""
    m, v = np.zeros_like(theta), np.zeros_like(theta)
    for t, g in enumerate(gradients, start=1):
        if name == "sgd":
            theta = theta - rate * g
        elif name == "momentum":
            v = momentum * v + g
            theta = theta - rate * v
        elif name == "nesterov":
            v = momentum * v + g
            theta = theta - rate * (g + momentum * v)
        elif name == "rmsprop":
            v = 0.9 * v + 0.1 * g**2
            theta = theta - rate * g / (np.sqrt(v) + 1e-8)
        else:
            assert name in ("adam", "adamw"), f"tests/ann/test_optimizers.py: write {name} out here"
            m = 0.9 * m + 0.1 * g
            v = 0.999 * v + 0.001 * g**2
            m_hat, v_hat = m / (1 - 0.9**t), v / (1 - 0.999**t)
            theta = theta - rate * m_hat / (np.sqrt(v_hat) + 1e-8)
    return theta


def ours(name, gradients, theta, dtype=np.float64):
    theta = theta.astype(dtype)
    moments = np.zeros((OPTIMIZERS[name].n_moments, len(theta)), dtype)
    for t, g in enumerate(gradients, start=1):
        update(name, theta, g.astype(dtype), moments, RATE, t, MOMENTUM)
    return theta


RNG = np.random.default_rng(3)
THETA, GRADIENTS = RNG.normal(size=SIZE), RNG.normal(size=(STEPS, SIZE))


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_rule_agrees_with_its_textbook_form_over_several_steps(name):
    expected = textbook(name, GRADIENTS, THETA)
    assert np.allclose(ours(name, GRADIENTS, THETA), expected, rtol=1e-12, atol=1e-14)
    assert np.allclose(ours(name, GRADIENTS, THETA, np.float32), expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    ("name", "after_one", "after_two"),
    [
        ("sgd", 0.9, 0.7),  # 1 - 0.1·1; - 0.1·2
        ("momentum", 0.9, 0.65),  # v = 1; v = 0.5·1 + 2 = 2.5
        ("nesterov", 0.85, 0.525),  # 0.1·(1 + 0.5·1); 0.1·(2 + 0.5·2.5)
        ("rmsprop", 1 - 0.1 / 0.1**0.5, 1 - 0.1 / 0.1**0.5 - 0.2 / 0.49**0.5),  # v = 0.1; 0.49
        # m = 0.1, v = 0.001, both hats 1; then m = 0.29 of 0.19, v = 0.004999 of 0.001999
        ("adam", 0.9, 0.9 - 0.1 * (0.29 / 0.19) / (0.004999 / 0.001999) ** 0.5),
    ],
)
def test_two_steps_match_a_calculation_by_hand(name, after_one, after_two):
    theta, moments = np.array([1.0]), np.zeros((OPTIMIZERS[name].n_moments, 1))
    for t, (gradient, expected) in enumerate([(1.0, after_one), (2.0, after_two)], start=1):
        update(name, theta, np.array([gradient]), moments, 0.1, t, momentum=0.5)
        assert theta[0] == pytest.approx(expected, abs=1e-6)


def test_adams_first_step_is_as_long_as_the_learning_rate_whatever_the_gradient():
    gradient = np.array([1e-3, -1.0, 1e3])
    theta, moments = np.zeros(3), np.zeros((2, 3))
    update("adam", theta, gradient, moments, 0.01, 1)
    assert np.allclose(theta, [-0.01, 0.01, -0.01], rtol=1e-4)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_size_of_a_block_does_not_matter(name, monkeypatch):
    whole = ours(name, GRADIENTS, THETA, np.float32)
    monkeypatch.setattr(optimizers, "BLOCK", 4)
    assert ours(name, GRADIENTS, THETA, np.float32).tobytes() == whole.tobytes()


@pytest.mark.parametrize("name", [n for n in OPTIMIZERS if OPTIMIZERS[n].n_moments])
def test_moments_become_zero_and_never_subnormal_when_gradients_stop(name):
    """Such as those of a pixel that is hardly ever lit."""
    smallest = np.finfo(np.float32).tiny
    theta = np.ones(8, np.float32)
    moments = np.full((OPTIMIZERS[name].n_moments, 8), 1e-22, np.float32)
    for t in range(1, 8_001):
        update(name, theta, np.zeros(8, np.float32), moments, 1e-3, t)
        if t % 97 == 0:
            assert not np.any((moments != 0) & (np.abs(moments) < smallest)), t
    assert not moments.any()


@pytest.mark.parametrize("name", ["adam", "rmsprop", "sgd"])
def test_weights_that_only_l2_moves_become_zero_and_never_subnormal(name):
    """Such as those of a neuron that no sample activates any more."""
    smallest = np.finfo(np.float32).tiny
    theta, l2, rate = np.full(8, 1e-9, np.float32), np.float32(0.1), 1e-2 if name != "sgd" else 0.1
    moments = np.full((OPTIMIZERS[name].n_moments, 8), 1e-2, np.float32)
    for t in range(1, 8_001):
        update(name, theta, l2 * theta, moments, rate, t)
        assert not np.any((theta != 0) & (np.abs(theta) < smallest)), t
    assert not theta.any()


def test_flushing_does_not_touch_moments_that_matter():
    moment = np.array([1e-30, -1e-30, 1e-20, -1e-3, 0.0, 5.0])
    optimizers.flush_tiny(moment)
    assert moment.tolist() == [0, 0, 1e-20, -1e-3, 0, 5]


def test_decay_shrinks_weights_in_proportion():
    weights = np.array([1.0, -2.0])
    decay_weights(weights, 0.25)
    assert weights.tolist() == [0.75, -1.5]


def test_adamw_is_adam_plus_a_decay_of_the_weights_alone():
    x, y = RNG.integers(0, 256, (16, 5)).astype(np.uint8), np.arange(16) % 3
    split = Split(x, y, x[:0], y[:0])
    states = {}
    for name in ("adam", "adamw"):
        recipe = Recipe(hidden_sizes=(4,), optimizer=name, weight_decay=0.5, learning_rate=0.01)
        states[name] = start(recipe, split)
        first = states[name].theta.copy()
        next(train(states[name], split))
    n = states["adam"].network.n_weights
    shrunk = states["adam"].theta[:n] - states["adamw"].theta[:n]
    assert np.allclose(shrunk, 0.01 * 0.5 * first[:n], atol=1e-7)
    assert np.array_equal(states["adam"].theta[n:], states["adamw"].theta[n:])
