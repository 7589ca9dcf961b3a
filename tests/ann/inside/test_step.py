"""One step, with everything in it, is the step that the training takes, bit for bit."""

from copy import deepcopy
from dataclasses import replace
from math import fsum

import numpy as np
import pytest

from ann.events import Step
from ann.inside.step import Batch, OneStep, one_step, with_sample
from ann.inside.weight_step import weight_position, weight_step
from ann.layers import normalize_backward
from ann.losses import cross_entropy
from ann.optimizers import OPTIMIZERS, TINY_WEIGHT
from ann.recipe import Recipe
from ann.regularizers import limit_norm
from ann.running.state_file import pack
from ann.state import Split, start
from ann.train import train
from tests.ann.inside.trainings import SPLIT, random_recipe, trained

EACH = pytest.mark.parametrize


def same(one, other) -> bool:
    arrays = ("theta", "moments", "statistics", "average", "average_statistics")
    numbers = ("step", "position", "images_seen", "epoch", "decays", "batch_sums")
    return all(
        np.array_equal(getattr(one, name), getattr(other, name)) for name in (*arrays, *numbers)
    ) and str(one.rng.bit_generator.state) == str(other.rng.bit_generator.state)


@EACH("seed", range(40))
def test_the_next_step_is_the_one_that_train_takes(seed):
    state = trained(random_recipe(seed), steps=seed)
    untouched = deepcopy(state)
    one = one_step(state, SPLIT)
    assert same(state, untouched), "nothing that it is given may change"
    event = next(e for e in train(state, SPLIT) if isinstance(e, Step))
    assert same(one.after, state)
    assert (one.loss, one.penalty, one.rate) == (event.loss, event.penalty, event.learning_rate)
    assert one.n_right / one.n == event.accuracy and one.after.step == event.step


@EACH("optimizer", OPTIMIZERS)
def test_many_steps_one_after_the_other_are_the_training(optimizer):
    recipe = Recipe(hidden_sizes=(9,), optimizer=optimizer, batch_size=25, epochs=3, dropout=0.2)
    state = start(recipe, SPLIT)
    copy = deepcopy(state)
    for _ in range(10):  # across the end of an epoch
        copy = one_step(copy, SPLIT).after
    steps = (e for e in train(state, SPLIT) if isinstance(e, Step))
    for _ in range(10):
        next(steps)
    assert same(copy, state)


def test_a_batch_that_is_the_whole_set_stays_in_its_own_order():
    state = start(Recipe(hidden_sizes=(5,), batch_size=1000), SPLIT)
    one = one_step(state, SPLIT)
    assert one.samples.tolist() == list(range(len(SPLIT.train_x)))
    assert np.array_equal(one.y, SPLIT.train_y)


def test_a_state_in_a_file_is_as_good_as_one_in_memory(tmp_path):
    state = trained(random_recipe(3), steps=7)
    assert same(one_step(pack(state, tmp_path).mapped(), SPLIT).after, one_step(state, SPLIT).after)


@EACH("seed", range(12))
def test_what_it_keeps_are_the_arrays_of_the_pass_before_anything_overwrites_them(seed):
    recipe = replace(random_recipe(seed), batch_norm=True)
    one = one_step(trained(recipe, steps=5), SPLIT)
    for k, layer in enumerate(one.layers):
        weights = one.views(one.before.theta)[k]
        z = layer.x @ weights.weights + (0 if weights.bias is None else weights.bias)
        assert np.allclose(layer.z, z, atol=1e-5)
        assert np.allclose(one.views(one.loss_gradient)[k].weights, layer.x.T @ layer.delta)
        if k + 1 < len(one.layers):
            mask = 1 if layer.mask is None else layer.mask
            assert np.array_equal(layer.a * mask, one.layers[k + 1].x)
            assert np.allclose(layer.normalized.values.mean(axis=0), 0, atol=1e-4)


def test_a_step_with_other_samples_is_that_of_a_training_set_with_them():
    state = trained(Recipe(hidden_sizes=(8,), l2=0.01), steps=4)
    x, y = SPLIT.validation_x[:1], SPLIT.validation_y[:1]
    one = one_step(state, SPLIT, Batch(x, y))
    alone = replace(state, position=0, rng=deepcopy(state.rng))
    alone = deepcopy(alone)
    event = next(train(alone, Split(x, y, x[:0], y[:0])))
    assert np.array_equal(one.after.theta, alone.theta) and one.loss == event.loss
    assert one.samples is None and one.n == 1
    assert one.after.position == state.position + 1


def test_other_samples_are_not_augmented_and_the_learning_rate_is_that_of_the_training():
    recipe = Recipe(
        hidden_sizes=(8,), augment_shift=3.0, schedule="cosine", epochs=2, batch_size=10
    )
    state = trained(recipe, steps=6)
    x = SPLIT.train_x[:3]
    one = one_step(state, SPLIT, Batch(x, SPLIT.train_y[:3]))
    assert np.array_equal(one.layers[0].x, state.scaling.apply(x))
    assert one.rate == one_step(state, SPLIT).rate
    assert one.recipe == recipe and one.after.recipe == recipe


def test_a_finished_training_takes_the_step_that_would_come_next():
    state = start(Recipe(hidden_sizes=(4,), epochs=1), SPLIT)
    for _ in train(state, SPLIT):
        pass
    one = one_step(state, SPLIT)
    longer = deepcopy(replace(state, recipe=replace(state.recipe, epochs=2), reason=""))
    next(train(longer, SPLIT))
    assert np.array_equal(one.after.theta, longer.theta)


def test_it_says_when_there_is_no_next_step():
    state = start(Recipe(hidden_sizes=(4,), epochs=1, batch_size=1000), SPLIT)
    next(train(state, SPLIT))  # all steps are taken, the epoch is not measured yet
    with pytest.raises(ValueError, match="no next step"):
        one_step(state, SPLIT)
    broken = start(Recipe(hidden_sizes=(4,)), SPLIT)
    broken.theta[:] = np.inf
    with pytest.raises(ValueError, match="not finite"):
        one_step(broken, SPLIT)


def random_weight(one: OneStep, rng: np.random.Generator) -> tuple[int, int, int]:
    layer = int(rng.integers(len(one.layers)))
    fan_in, width = one.network.shapes[layer]
    return layer + 1, int(rng.integers(fan_in)), int(rng.integers(width))


@EACH("optimizer", OPTIMIZERS)
@EACH("seed", range(10))
def test_the_terms_of_a_weight_add_up(optimizer, seed):
    """Six optimizers, with clipping, L1, L2, decay, max norm, dropout, batch norm and averages."""
    rng = np.random.default_rng(seed)
    recipe = replace(random_recipe(seed), optimizer=optimizer)
    one = one_step(trained(recipe, steps=int(rng.integers(70))), SPLIT)
    for k in range(12):
        row = int(rng.integers(one.n))
        weight = one.largest(row) if k == 0 else random_weight(one, rng)
        found = weight_step(one, row, *weight)
        layer, i, j = weight
        p = weight_position(one, *weight)
        assert one.views(one.before.theta)[layer - 1].weights[i, j] == one.before.theta[p]
        assert (found.before, found.after) == (one.before.theta[p], one.after.theta[p])
        change = fsum(term.value for term in found.change_terms)
        assert change == pytest.approx(found.after - found.before, rel=1e-12, abs=1e-18)
        assert fsum(term.value for term in found.gradient_terms) == pytest.approx(
            found.gradient, rel=1e-12, abs=1e-18
        )
        assert (found.mean, found.gradient) == (one.loss_gradient[p], one.gradient[p])
        assert found.shares.sum() == pytest.approx(one.loss_gradient[p], rel=1e-3, abs=1e-6)
        assert found.shares[row] == found.x * found.delta
        for (_, old, new), before, after in zip(
            found.memory, one.before.moments, one.after.moments, strict=True
        ):
            assert (old, new) == (before[p], after[p])
        if recipe.clip_norm:
            assert found.gradient == pytest.approx(one.penalized[p] * found.clip_factor, rel=1e-5)
        if recipe.ema:
            assert found.average == (one.before.average[p], one.after.average[p])


@EACH("optimizer", OPTIMIZERS)
def test_only_rounding_is_left_over_and_it_is_small(optimizer):
    for seed in range(6):
        recipe = replace(random_recipe(seed), optimizer=optimizer, max_norm=0.5)
        one = one_step(trained(recipe, steps=9), SPLIT)
        found = weight_step(one, 0, *one.largest(0))
        rounding = next(t.value for t in found.change_terms if t.name == "rounding")
        assert abs(rounding) <= np.spacing(np.float32(abs(found.before) + abs(found.after)))
        rounding = next(t.value for t in found.gradient_terms if t.name == "rounding")
        assert abs(rounding) <= 1e-5 * (np.abs(found.shares).sum() + abs(found.gradient))


@EACH("optimizer", OPTIMIZERS)
@EACH("steps", [0, 1, 30])
def test_the_formula_of_the_docstring_gives_the_step_that_the_code_takes(optimizer, steps):
    recipe = Recipe(hidden_sizes=(7,), optimizer=optimizer, learning_rate=0.01, batch_size=20)
    one = one_step(trained(recipe, steps=steps), SPLIT)
    found = weight_step(one, 0, *one.largest(0))
    n = {term.name: term.value for term in found.numbers}
    v = n.get("v")
    step = {
        "sgd": lambda: n["g"],
        "momentum": lambda: v,
        "nesterov": lambda: n["g + momentum · v"],
        "rmsprop": lambda: n["g"] / n["√v + epsilon"],
        "adam": lambda: n["m̂"] / n["√v̂ + epsilon"],
        "adamw": lambda: n["m̂"] / n["√v̂ + epsilon"],
    }[optimizer]()
    assert n["step"] == pytest.approx(n["learning_rate"] * step, rel=1e-5)
    if "M" in n:
        assert n["m"] == pytest.approx(0.1 * n["M"]) and n["v"] == pytest.approx(0.001 * n["V"])
        assert n["m̂"] == pytest.approx(n["m"] / (1 - 0.9 ** (steps + 1)))


def test_max_norm_has_a_term_of_its_own():
    one = one_step(trained(Recipe(hidden_sizes=(8,), max_norm=0.3), steps=3), SPLIT)
    weights = one.views(one.moved)[0].weights.copy()
    limit_norm(weights, 0.3)
    assert np.array_equal(weights, one.views(one.after.theta)[0].weights)
    layer, i, j = 1, *np.unravel_index(np.abs(weights).argmax(), weights.shape)
    terms = {t.name: t.value for t in weight_step(one, 0, layer, int(i), int(j)).change_terms}
    assert terms["max norm"] != 0


def test_numbers_too_small_to_matter_are_set_to_0_and_it_says_so():
    recipe = Recipe(hidden_sizes=(6,), optimizer="sgd", batch_size=20, epochs=99)
    state = trained(recipe, steps=63)
    state.theta[5] = TINY_WEIGHT / 10
    state.theta[:] = np.where(np.arange(len(state.theta)) == 5, state.theta, 0)
    one = one_step(state, SPLIT)
    found = weight_step(one, 0, 1, 0, 5)
    assert found.after == 0 and found.change_terms[-1].name == "set to 0"
    assert fsum(t.value for t in found.change_terms) == found.after - found.before


def test_the_largest_step_is_the_largest_of_those_that_the_digit_has_a_gradient_for():
    one = one_step(trained(Recipe(hidden_sizes=(8, 6)), steps=6), SPLIT)
    for row in range(one.n):
        layer, i, j = one.largest(row)
        found = weight_step(one, row, layer, i, j)
        assert found.shares[row] != 0
        for k, (a, b) in enumerate(zip(one.views(one.after.theta), one.layers, strict=True)):
            moved = np.abs(a.weights - one.views(one.before.theta)[k].weights)
            own = np.outer(b.x[row], b.delta[row]) != 0
            assert not own.any() or moved[own].max() <= abs(found.after - found.before) + 1e-12


def test_a_digit_without_any_gradient_gets_the_largest_step_of_all():
    one = one_step(trained(Recipe(hidden_sizes=(8,)), steps=6), SPLIT)
    for layer in one.layers:
        layer.delta[2] = 0
    layer, i, j = one.largest(2)
    found = weight_step(one, 2, layer, i, j)
    change = np.abs(one.after.theta - one.before.theta)[: one.network.n_weights]
    assert abs(found.after - found.before) == pytest.approx(change.max())


@EACH(
    "row, weight, name",
    [
        (99, (1, 0, 0), "row"),
        (0, (0, 0, 0), "layer"),
        (0, (3, 0, 0), "layer"),
        (0, (1, 49, 0), "unit i"),
        (0, (2, 0, 4), "unit j"),
        (0, (1, -1, 0), "unit i"),
    ],
)
def test_a_weight_that_is_not_there_is_named(row, weight, name):
    one = one_step(start(Recipe(hidden_sizes=(6,), batch_size=20), SPLIT), SPLIT)
    with pytest.raises(ValueError, match=f"^{name}: .* is outside"):
        weight_step(one, row, *weight)


def test_delta_holds_the_mean_over_the_batch_already():
    one = one_step(trained(Recipe(hidden_sizes=(6,), batch_size=20), steps=2), SPLIT)
    logits, alone = one.layers[-1].z, np.empty((1, 4), np.float32)
    cross_entropy(logits[3:4], one.y[3:4], 0.0, out=alone)
    assert np.allclose(one.layers[-1].delta[3] * one.n, alone[0], atol=1e-6)


def test_with_batch_norm_a_digits_delta_depends_on_its_batch():
    one = one_step(trained(Recipe(hidden_sizes=(6,), batch_norm=True), steps=2), SPLIT)
    hidden, output = one.layers
    layer, last = one.views(one.before.theta)
    delta = (output.delta @ last.weights.T) * (hidden.u > 0)
    scratch = np.empty_like(delta)
    gamma, beta = np.empty(6, np.float32), np.empty(6, np.float32)
    normalize_backward(delta, hidden.normalized, layer.norm.gamma, gamma, beta, True, scratch)
    assert np.allclose(delta, hidden.delta, atol=1e-6)


@EACH("changes", [{}, {"train_size": 60, "label_noise": 0.5}], ids=["all", "fewer, mislabeled"])
def test_a_sample_takes_the_place_of_the_first_one_in_the_next_batch(changes):
    recipe = Recipe(hidden_sizes=(6,), batch_norm=True, batch_size=20, **changes)
    state = trained(recipe, steps=1)
    x = SPLIT.validation_x[0]
    batch, one = with_sample(state, SPLIT, x, 2), one_step(state, SPLIT)
    assert np.array_equal(batch.x[0], x) and batch.y[0] == 2
    assert np.array_equal(batch.x[1:], SPLIT.train_x[one.samples][1:])
    assert np.array_equal(batch.y[1:], one.y[1:])
    found = one_step(state, SPLIT, batch)
    assert found.n == one.n and found.samples is None and found.rate == one.rate


def test_between_two_epochs_a_sample_gets_a_batch_too():
    state = trained(Recipe(hidden_sizes=(6,), batch_norm=True, batch_size=1000), steps=1)
    assert state.position == len(SPLIT.train_x)
    assert len(with_sample(state, SPLIT, SPLIT.validation_x[0], 1).x) == len(SPLIT.train_x)
