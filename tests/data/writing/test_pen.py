"""Digits that people drew with a pen, classified by plain networks and by quick ones."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import data
from ann.history import History
from ann.recipe import Recipe
from ann.run import Run
from ann.running.pool import process_executor
from ann.state import Split, start
from ann.train import train
from data.writing.drawing import to_mnist
from pages.ui.networks.quick import QUICK
from tests import pen

SHARED = Path(__file__).parents[4] / "shared"
SPREAD = 0.02  # of such networks from different seeds: ten had 88% to 96%, on average 92.3%
DRAWINGS, MNIST = SHARED / "pen" / "dev.json", SHARED / "mnist"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (DRAWINGS.exists() and MNIST.exists()), reason="needs ../shared/pen and ../shared/mnist"
    ),
]


def train_network(recipe, name):
    """A network of this recipe, after all its epochs on the data set of this name."""
    split = Split(*data.load(name).split(recipe.validation_fraction))
    state = start(recipe, split)
    for _ in train(state, split):
        pass
    return Run.of(state, History())


@pytest.fixture(scope="module")
def trained():
    """`trained("plain")`: networks of that kind from several seeds, whose accuracy varies.

    All train side by side, so that no processor waits for the last of one kind.
    """
    kinds = {"plain": (Recipe(), MNIST, 3), "quick": (QUICK, data.MORE_WRITERS, 2)}
    with process_executor() as pool:
        under_way = {
            kind: [pool.submit(train_network, replace(recipe, seed=s), name) for s in range(seeds)]
            for kind, (recipe, name, seeds) in kinds.items()
        }
        yield lambda kind: [future.result() for future in under_way[kind]]


@pytest.fixture(scope="module")
def networks(trained):
    """The default recipe on full MNIST: [128, 64] ReLU, Adam 1e-3, batch 64, 10 epochs."""
    return trained("plain")


@cache
def drawings(**how):
    """All drawings as a network gets them, and their digits."""
    strokes, digits = pen.load(DRAWINGS)
    pictures = np.stack([to_mnist(pen.render(s, **how)) for s in strokes]).reshape(-1, 784)
    return np.rint(255 * pictures).astype(np.uint8), digits


def accuracy(networks, **how):
    gray, digits = drawings(**how)
    return np.mean([run.predict_proba(gray).argmax(axis=1) == digits for run in networks])


@pytest.fixture(scope="module")
def share(networks):
    """Their accuracy on the drawings as drawn."""
    return accuracy(networks)


@pytest.mark.timeout(900)
def test_plain_networks_classify_92_of_100_pen_drawings_correctly(networks, share):
    error = SPREAD / len(networks) ** 0.5  # of the mean
    assert share >= 0.92 - 2 * error


@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    "how",
    [{"brush": 10}, {"brush": 28}, {"extent": 110}, {"extent": 250}, {"extent": 110, "brush": 28}],
    ids=str,
)
def test_brush_and_size_of_the_drawing_cost_little(networks, share, how):
    assert accuracy(networks, **how) >= share - 0.05


@pytest.mark.timeout(900)
def test_quick_networks_classify_95_of_100_pen_drawings_correctly(trained):
    assert accuracy(trained("quick")) >= 0.95
