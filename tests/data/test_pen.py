"""Drawings that people made with a pen, read by plain networks and by those of one click."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import data
from ann.history import History
from ann.recipe import Recipe
from ann.run import Run
from ann.state import Split, start
from ann.train import train
from data.drawing import to_mnist
from pages.ui.networks.quick import QUICK
from tests import pen

SHARED = Path(__file__).parents[3] / "shared"
DRAWINGS, MNIST = SHARED / "pen" / "dev.json", SHARED / "mnist"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (DRAWINGS.exists() and MNIST.exists()), reason=f"needs {SHARED}"),
]


def train_network(recipe, name):
    """A network of this recipe, after all its epochs on the data set of this name."""
    split = Split(*data.load(name).split(recipe.validation_fraction))
    state = start(recipe, split)
    for _ in train(state, split):
        pass
    return Run.of(state, History())


@pytest.fixture(scope="module")
def three_of(pool):
    """Three seeds of each kind: on these drawings they differ by some points.

    All train side by side, so that no processor waits for the last of one kind.
    """
    kinds = {"plain": (Recipe(), MNIST), "one click": (QUICK, data.MORE_WRITERS)}
    under_way = {
        kind: [pool.submit(train_network, replace(recipe, seed=s), name) for s in range(3)]
        for kind, (recipe, name) in kinds.items()
    }
    return lambda kind: [future.result() for future in under_way[kind]]


@pytest.fixture(scope="module")
def networks(three_of):
    """The default recipe on full MNIST: [128, 64] ReLU, Adam 1e-3, batch 64, 10 epochs."""
    return three_of("plain")


def share_read(networks, **how):
    strokes, digits = pen.load(DRAWINGS)
    pictures = np.stack([to_mnist(pen.render(s, **how)) for s in strokes]).reshape(-1, 784)
    gray = np.rint(255 * pictures).astype(np.uint8)
    return np.mean([run.predict_proba(gray).argmax(axis=1) == digits for run in networks])


@pytest.fixture(scope="module")
def share(networks):
    """The part of the drawings that they read, as drawn."""
    return share_read(networks)


@pytest.mark.timeout(900)
def test_plain_networks_read_92_of_100_pen_drawings(share):
    assert share >= 0.92


@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    "how",
    [{"brush": 10}, {"brush": 28}, {"extent": 110}, {"extent": 250}, {"extent": 110, "brush": 28}],
    ids=str,
)
def test_brush_and_size_of_the_drawing_cost_little(networks, share, how):
    assert share_read(networks, **how) >= share - 0.05


@pytest.mark.timeout(900)
def test_networks_of_one_click_on_home_read_93_of_100_pen_drawings(three_of):
    assert share_read(three_of("one click")) >= 0.93
