"""The passes through a kept network are the core's own, down to its input."""

from copy import deepcopy
from dataclasses import replace

import numpy as np
import pytest

from ann.inside import passes
from ann.losses import softmax
from ann.recipe import Recipe
from tests.ann.inside.networks import random_images, random_recipe, random_run

STEP = 1e-4


def in_float64(run):
    """The same network in float64, for numeric differences."""
    return replace(run, theta=run.theta.astype(float), statistics=run.statistics.astype(float))


@pytest.mark.parametrize("seed", range(60))
def test_the_input_gradient_agrees_with_numeric_differences_in_gray_levels(seed):
    rng = np.random.default_rng(seed)
    run = in_float64(random_run(rng, random_recipe(rng)))
    x = random_images(rng, 3, run.n_features).astype(float) + rng.random((3, run.n_features))
    delta = rng.normal(size=(3, run.n_classes))
    before = deepcopy((run, x, delta))
    gradient = passes.input_gradients(run, passes.trace(run, x), delta)

    def value(moved):
        return (passes.trace(run, moved).logits * delta).sum(axis=1)

    numeric = np.empty_like(x)
    for pixel in range(run.n_features):
        push = STEP * np.eye(run.n_features)[pixel]
        numeric[:, pixel] = (value(x + push) - value(x - push)) / (2 * STEP)
    np.testing.assert_allclose(gradient, numeric, rtol=1e-4, atol=1e-8)
    assert np.array_equal(run.theta, before[0].theta) and np.array_equal(x, before[1])
    assert np.array_equal(delta, before[2])


@pytest.mark.parametrize("seed", range(20))
def test_representations_are_those_of_prediction(seed):
    rng = np.random.default_rng(seed)
    run = random_run(rng, random_recipe(rng))
    x = random_images(rng, 300, run.n_features)  # more than a block
    *hidden, logits = passes.representations(run, x)
    assert [h.shape for h in hidden] == [(300, width) for width in run.recipe.hidden_sizes]
    assert np.array_equal(softmax(logits), run.predict_proba(x))
    last = hidden[-1] if hidden else run.scaling.apply(x)
    assert np.array_equal(passes.last_activations(run, x), last)


def test_how_many_samples_are_affordable():
    run = random_run(np.random.default_rng(0), Recipe(hidden_sizes=(5,)))  # 20·5 + 5·4 weights
    assert passes.affordable(run, 1200) == 10
    assert passes.affordable(run, 1) == 1
