"""Change one thing: what variants share, and the fields in which recipes differ."""

from dataclasses import replace

import numpy as np
import pytest

from ann.batches import epoch_order
from ann.recipe import Recipe
from ann.recipes.variants import differing, same_order, same_start, vary
from ann.state import Split, start

BASE = Recipe(hidden_sizes=(16, 8))


def first_theta(recipe, n=40):
    x = np.zeros((n, 784), np.uint8)
    return start(recipe, Split(x, np.arange(n) % 10, x[:0], x[:0, 0]), n_classes=10)


def test_variants_differ_by_the_one_field():
    variants = vary(BASE, "dropout", [0.0, 0.2, 0.5, 0.2])
    assert differing(variants) == {"dropout": [0.0, 0.2, 0.5]}
    assert all(v.hidden_sizes == (16, 8) for v in variants)


@pytest.mark.parametrize(
    ("name", "values", "complaint"),
    [
        ("droput", [0.5], "droput"),
        ("x" * 50_000, [0.5], "field: '.{,100} is not one of"),
        ("dropout", [0.5, 7], "dropout: 7 is outside 0 to 0.9"),
        ("hidden_sizes", ["many"], "hidden_sizes"),
        ("momentum", [0.5], "momentum: has no effect without optimizer Momentum or Nesterov"),
    ],
)
def test_a_field_that_cannot_be_varied_is_named(name, values, complaint):
    with pytest.raises(ValueError, match=complaint):
        vary(BASE, name, values)


def test_differing_fields_come_with_every_value():
    recipes = [BASE, replace(BASE, l2=1e-4), replace(BASE, epochs=3, l2=1e-4)]
    assert differing(recipes) == {"epochs": [10, 10, 3], "l2": [0.0, 1e-4, 1e-4]}
    assert differing([BASE, BASE]) == {}


def test_a_field_without_effect_is_no_difference():
    rolling = replace(BASE, optimizer="momentum", momentum=0.5)
    assert set(differing([BASE, rolling])) == {"optimizer"}
    assert set(differing([BASE, rolling, replace(rolling, momentum=0.9)])) == {
        "optimizer",
        "momentum",
    }


@pytest.mark.parametrize(
    ("change", "alike"),
    [
        ({"learning_rate": 0.1}, True),
        ({"batch_size": 7}, True),
        ({"dropout": 0.5}, True),
        ({"activation": "tanh"}, True),
        ({"init_scale": 0.5}, True),  # He does not use it
        ({"initializer": "xavier"}, False),
        ({"hidden_sizes": (16, 9)}, False),
        ({"seed": 1}, False),
    ],
    ids=str,
)
def test_the_initial_weights_are_equal_exactly_where_same_start_says_so(change, alike):
    other = replace(BASE, **change)
    assert same_start([BASE, other]) is alike
    assert np.array_equal(first_theta(BASE).theta, first_theta(other).theta) is alike


def test_batch_norm_adds_parameters_and_keeps_the_initial_weights():
    plain, normed = first_theta(BASE), first_theta(replace(BASE, batch_norm=True))
    assert same_start([BASE, normed.recipe])
    n = plain.network.n_weights
    assert np.array_equal(plain.theta[:n], normed.theta[:n])


def test_layers_before_the_first_different_width_start_alike():
    a, b = first_theta(BASE), first_theta(replace(BASE, hidden_sizes=(16, 9, 8)))
    assert np.array_equal(a.theta[: 784 * 16], b.theta[: 784 * 16])


def test_the_order_of_digits_depends_on_seed_epoch_and_number_of_digits_alone():
    small_batches = replace(BASE, batch_size=8, hidden_sizes=(9,))
    assert same_order([BASE, small_batches])
    assert np.array_equal(epoch_order(BASE.seed, 3, 50), epoch_order(small_batches.seed, 3, 50))
    assert not same_order([BASE, replace(BASE, seed=1)])
    assert not same_order([BASE, replace(BASE, validation_fraction=0.3)])
