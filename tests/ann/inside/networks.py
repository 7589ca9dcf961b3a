"""Networks of every kind for the tests of `ann.inside`: random, or trained for a few steps."""

from dataclasses import replace

import numpy as np

from ann.history import History
from ann.recipe import Recipe
from ann.run import Run
from ann.state import Split, start
from ann.train import train


def random_images(rng, n, n_features):
    """Images (n, D) uint8, dark for the most part, as digits are."""
    images = rng.integers(0, 256, (n, n_features))
    return np.where(rng.random((n, n_features)) < 0.6, 0, images).astype(np.uint8)


def random_run(rng, recipe, n_features=20, n_classes=4):
    """A run whose parameters and running statistics are all random, none at its initial value."""
    split = Split(random_images(rng, 8, n_features), np.arange(8) % n_classes, *2 * [np.empty(0)])
    state = start(recipe, split, n_classes)
    state.theta += rng.normal(0, 0.1, state.theta.shape).astype(np.float32)
    for mean, variance in state.network.statistics_views(state.statistics):
        mean[:], variance[:] = rng.normal(0, 1, len(mean)), rng.uniform(0.3, 3, len(mean))
    return Run.of(state, History())


def trained_run(recipe, images, labels, n_classes=10):
    """A run after the training of `recipe`, without validation."""
    nothing = images[:0], labels[:0]
    split, history = Split(images, labels, *nothing), History()
    state = start(replace(recipe), split, n_classes)
    for _ in train(state, split):
        pass
    return Run.of(state, history)


def random_recipe(rng):
    """Any activation, scaling and depth, with and without batch norm and dropout."""
    depth = int(rng.integers(0, 4))
    return Recipe(
        hidden_sizes=tuple(int(n) for n in rng.integers(1, 9, depth)),
        activation=str(
            rng.choice(["relu", "leaky_relu", "sigmoid", "tanh", "elu", "gelu", "identity"])
        ),
        scaling=str(rng.choice(["unit", "symmetric", "standard"])),
        batch_norm=bool(rng.integers(2)),
        dropout=float(rng.choice([0.0, 0.5])),
        seed=int(rng.integers(99)),
    )
