"""What the forward pass computes; a correct gradient alone does not prove that it is right."""

import numpy as np
import pytest

from ann.layers import EPSILON, draw_mask
from ann.network import Network

RNG = np.random.default_rng(3)
NETWORK = Network((4, 6, 5, 3), "relu", batch_norm=True)
THETA = RNG.normal(0, 0.5, NETWORK.n_parameters)
X = RNG.normal(2, 3, (9, 4))


def by_the_book(layers, x, statistics=None):
    """The logits: batch norm before the activation, with the batch's statistics or with given."""
    for i, layer in enumerate(layers[:-1]):
        z = x @ layer.weights
        mean, variance = statistics[i] if statistics else (z.mean(axis=0), z.var(axis=0))
        z = (z - mean) / np.sqrt(variance + EPSILON)
        x = np.maximum(layer.norm.gamma * z + layer.norm.beta, 0)
    return x @ layers[-1].weights + layers[-1].bias


def test_batch_norm_divides_by_the_batchs_deviation_in_training():
    layers = NETWORK.views(THETA)
    assert np.allclose(NETWORK.forward(layers, X).logits, by_the_book(layers, X))


def test_batch_norm_predicts_with_the_running_statistics_which_start_at_0_and_1():
    layers, first = NETWORK.views(THETA), NETWORK.statistics_views(NETWORK.initial_statistics())
    later = NETWORK.statistics_views(RNG.uniform(0.5, 1.5, NETWORK.n_statistics))
    for given, expected in ((first, [(0, 1)] * 2), (later, later)):
        logits = NETWORK.forward(layers, X, statistics=given).logits
        assert np.allclose(logits, by_the_book(layers, X, expected))


@pytest.mark.parametrize("dropout", [0.1, 0.5, 0.8])
def test_dropout_removes_its_share_and_keeps_the_mean(dropout):
    mask = draw_mask(np.random.default_rng(0), dropout, out=np.empty((400, 500)))
    assert (mask == 0).mean() == pytest.approx(dropout, abs=0.01)
    assert mask.mean() == pytest.approx(1, abs=0.02)
