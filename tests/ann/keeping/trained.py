"""A small run to save, and two visitors."""

import numpy as np

from ann.history import History
from ann.recipe import Recipe
from ann.run import Run
from ann.state import Split, start
from ann.train import train

RNG = np.random.default_rng(0)
X, Y = RNG.integers(0, 256, (80, 12)).astype(np.uint8), np.arange(80) % 3
SPLIT = Split(X[:60], Y[:60], X[60:], Y[60:])
RECIPE = Recipe(hidden_sizes=(6, 4), epochs=3, batch_size=16, dropout=0.2)
ANNA, BEN = "anna-" + 40 * "a", "ben-" + 40 * "b"


def trained(recipe=RECIPE):
    state, history = start(recipe, SPLIT), History()
    for event in train(state, SPLIT):
        history.add(event)
    return Run.of(state, history, "0123456789abcdef")


RUN = trained()


def names(archive, visitor=ANNA):
    return [saved.name for saved in archive.list(visitor)]
