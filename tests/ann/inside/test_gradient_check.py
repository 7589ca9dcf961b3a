"""The loss along a weight is the training's own, and its slope is the gradient."""

from dataclasses import replace

import numpy as np
import pytest

from ann.inside.gradient_check import (
    STEP_SIZES,
    LossOfWeight,
    gradient_check,
    loss_along_weight,
)
from ann.inside.step import Batch, one_step
from ann.inside.weight_step import weight_position
from ann.recipe import Recipe
from ann.state import Split, start
from ann.train import train
from tests.ann.inside.trainings import SPLIT, random_recipe, trained

EACH = pytest.mark.parametrize


def whole_loss(state, split) -> float:
    """Loss and penalty of the next step, from the training loop itself."""
    one = one_step(state, split)
    return one.loss + one.penalty


@EACH("seed", range(30))
def test_it_is_the_loss_of_the_training_with_masks_and_batch_statistics(seed):
    rng = np.random.default_rng(seed)
    state = trained(random_recipe(seed), steps=5)
    one = one_step(state, SPLIT)
    for layer in range(1, len(one.layers) + 1):
        fan_in, width = one.network.shapes[layer - 1]
        weight = layer, int(rng.integers(fan_in)), int(rng.integers(width))
        along = LossOfWeight(one, *weight)
        assert along.at(along.weight) == pytest.approx(one.loss + one.penalty, rel=1e-5)
        for value in (along.weight + 0.7, -0.4):
            changed = replace(state, theta=state.theta.copy())
            changed.theta[weight_position(one, *weight)] = value
            assert along.at(value) == pytest.approx(whole_loss(changed, SPLIT), rel=1e-5)
        assert along.gradient() == pytest.approx(
            float(one.penalized[along.position]), rel=1e-3, abs=1e-6
        )


@EACH("seed", range(20))
def test_the_gradient_agrees_with_differences_of_the_loss(seed):
    recipe = replace(random_recipe(seed), activation="tanh", l1=0.0)
    one = one_step(trained(recipe, steps=5), SPLIT)
    check = gradient_check(one, [one.largest(0)])
    near = check.errors[(check.step_sizes < 1e-3) & (check.step_sizes > 1e-6)]
    assert near.min() < 1e-7 or abs(check.gradients[0]) < 1e-9


@pytest.fixture(scope="module")
def digits():
    """A network of the default recipe, trained a little on the embedded digits."""
    import data

    split = Split(*data.load().split(validation_fraction=0.1))
    state = start(Recipe(activation="tanh"), split)
    events = train(state, split)
    for _ in range(30):
        next(events)
    return split, state


def test_the_error_is_a_valley_and_float32_has_a_higher_floor(digits):
    split, state = digits
    one = one_step(state, split)
    weight = one.largest(3)
    check = gradient_check(one, [weight])
    at = {round(float(np.log10(h)), 1): e for h, e in zip(STEP_SIZES, check.errors, strict=True)}
    assert min(at[-4.0], at[-4.5], at[-5.0]) < 5e-9
    assert at[-1.0] > 50 * at[-2.0] > 2500 * at[-3.0], "the error falls with h²"
    assert at[-10.0] > 100 * at[-5.0], "and grows again with 1/h"
    single = gradient_check(one, [weight], np.float32)
    assert single.errors.min() > 100 * check.errors.min()
    assert single.errors[-1] > 0.5, "in float32 nothing is left of so small a difference"


def test_a_kink_of_relu_raises_the_error_where_h_is_large(digits):
    split, state = digits
    wide = np.array([0.3, 0.1])

    def error(activation: str) -> float:
        changed = replace(state, recipe=replace(state.recipe, activation=activation))
        one = one_step(changed, split, Batch(split.train_x[:1], split.train_y[:1]))
        x = one.layers[0].x[0]
        z = one.layers[0].z[0]
        j = int(np.argmin(np.abs(z)))  # the unit closest to its kink
        i = int(x.argmax())
        return float(gradient_check(one, [(1, i, j)], step_sizes=wide).errors[1])

    assert error("relu") > 20 * error("tanh")


def test_several_weights_have_one_error_together():
    one = one_step(trained(Recipe(hidden_sizes=(7,), activation="tanh"), steps=5), SPLIT)
    weights = [(1, 3, 2), (1, 30, 4), (2, 1, 1)]
    check = gradient_check(one, weights)
    assert check.differences.shape == (len(STEP_SIZES), 3)
    alone = [gradient_check(one, [weight]) for weight in weights]
    assert np.allclose(check.gradients, [found.gradients[0] for found in alone])
    d, g = check.differences[4], check.gradients
    expected = np.linalg.norm(d - g) / (np.linalg.norm(d) + np.linalg.norm(g))
    assert check.errors[4] == pytest.approx(expected)


def test_a_weight_without_any_effect_has_no_error():
    one = one_step(trained(Recipe(hidden_sizes=(7,)), steps=2), SPLIT)
    one.layers[0].x[:, 5] = 0  # a pixel that is never lit
    check = gradient_check(one, [(1, 5, 2)])
    assert not check.gradients.any() and not check.errors.any()


@EACH("layer", [1, 2, 3])
def test_the_curve_goes_through_the_weight_and_the_tangent_touches_it(layer):
    recipe = Recipe(hidden_sizes=(7, 6), activation="tanh", l2=0.01, dropout=0.2)
    one = one_step(trained(recipe, steps=5), SPLIT)
    curve = loss_along_weight(one, layer, 2, 3, reach=0.01, side=4)
    middle = len(curve.values) // 2
    assert len(curve.values) == 9 and curve.values[middle] == curve.weight
    assert curve.losses[middle] == curve.loss
    assert curve.values[-1] - curve.weight == pytest.approx(0.01)
    slopes = np.gradient(curve.losses, curve.values)
    assert slopes[middle] == pytest.approx(curve.slope, rel=1e-3, abs=1e-7)
