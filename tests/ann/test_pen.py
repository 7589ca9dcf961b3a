"""Drawings that people made with a pen, read by a plain network trained on full MNIST."""

import gzip
from pathlib import Path

import numpy as np
import pytest

from ann.sketch import to_mnist
from tests import pen

SHARED = Path(__file__).parents[3] / "shared"
DRAWINGS, MNIST = SHARED / "pen" / "dev.json", SHARED / "mnist"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (DRAWINGS.exists() and MNIST.exists()), reason=f"needs {SHARED}"),
]


def _idx(name, offset):
    return np.frombuffer(gzip.decompress((MNIST / name).read_bytes()), np.uint8, offset=offset)


def train_network(seed):
    """[128, 64] ReLU, Adam 1e-3, batch 64, 10 epochs, pixels in [0, 1]: a function to labels."""
    from sklearn.neural_network import MLPClassifier

    x = _idx("train-images-idx3-ubyte.gz", 16).reshape(-1, 784) / np.float32(255)
    y = _idx("train-labels-idx1-ubyte.gz", 8)
    network = MLPClassifier(
        (128, 64), batch_size=64, learning_rate_init=1e-3, alpha=0, max_iter=10, random_state=seed
    )
    with pytest.warns(UserWarning, match="iterations"):  # ten epochs are enough
        return network.fit(x, y).predict


@pytest.fixture(scope="module")
def networks():
    """Three of them: on these drawings they differ by some points, and one alone proves little."""
    return [train_network(seed) for seed in range(3)]


def share_read(networks, **how):
    strokes, digits = pen.load(DRAWINGS)
    pictures = np.stack([to_mnist(pen.render(s, **how)) for s in strokes]).reshape(-1, 784)
    return np.mean([read(pictures) == digits for read in networks])


@pytest.mark.timeout(900)
def test_plain_networks_read_92_of_100_pen_drawings(networks):
    assert share_read(networks) >= 0.92


@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    "how",
    [{"brush": 10}, {"brush": 28}, {"extent": 110}, {"extent": 250}, {"extent": 110, "brush": 28}],
    ids=str,
)
def test_brush_and_size_of_the_drawing_cost_little(networks, how):
    assert share_read(networks, **how) >= share_read(networks) - 0.05
