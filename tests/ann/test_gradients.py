"""Every gradient agrees with numeric differences in float64."""

import numpy as np
import pytest

from ann.activations import ACTIVATIONS
from ann.losses import cross_entropy
from ann.network import Network
from ann.regularizers import add_penalty_gradient, penalty

STEP = 1e-6


def loss_and_gradient(
    network, theta, x, y, *, training, dropout=0.0, smoothing=0.0, l1=0.0, l2=0.0, counts=None
):
    """The whole loss, penalty in, and its gradient by backward; the same masks at every call."""
    layers = network.views(theta)
    statistics = None if training else network.statistics_views(STATISTICS[: network.n_statistics])
    trace = network.forward(
        layers, x, statistics=statistics, dropout=dropout, rng=np.random.default_rng(5)
    )
    delta, gradient = np.empty_like(trace.logits), np.zeros_like(theta)
    loss, _ = cross_entropy(trace.logits, y, smoothing, out=delta, weights=counts)
    network.backward(layers, trace, delta, network.views(gradient))
    weights = theta[: network.n_weights]
    add_penalty_gradient(gradient[: network.n_weights], weights, l1, l2)
    return loss + penalty(weights, l1, l2), gradient


STATISTICS = np.random.default_rng(9).uniform(0.5, 1.5, 100)


def relative_error(network, **options):
    rng = np.random.default_rng(1)
    theta = rng.normal(0, 0.5, network.n_parameters)
    x = rng.normal(size=(7, network.sizes[0]))
    y = rng.integers(0, network.sizes[-1], 7)
    _, gradient = loss_and_gradient(network, theta, x, y, **options)
    numeric = np.empty_like(theta)
    for i in range(len(theta)):
        pushed = theta.copy()
        pushed[i] += STEP
        above, _ = loss_and_gradient(network, pushed, x, y, **options)
        pushed[i] -= 2 * STEP
        below, _ = loss_and_gradient(network, pushed, x, y, **options)
        numeric[i] = (above - below) / (2 * STEP)
    return np.linalg.norm(gradient - numeric) / np.linalg.norm(gradient + numeric)


@pytest.mark.parametrize("training", [True, False], ids=["train", "eval"])
@pytest.mark.parametrize("batch_norm", [False, True], ids=["plain", "batch_norm"])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_backward_agrees_with_numeric_differences(activation, batch_norm, training):
    network = Network((4, 6, 5, 3), activation, batch_norm)
    dropout = 0.4 if training else 0.0
    assert relative_error(network, training=training, dropout=dropout) < 1e-6


@pytest.mark.parametrize(
    "options",
    [{"l1": 0.1}, {"l2": 0.3}, {"smoothing": 0.2}, {"l1": 0.01, "l2": 0.1, "smoothing": 0.1}],
    ids=str,
)
@pytest.mark.parametrize("training", [True, False], ids=["train", "eval"])
def test_penalties_and_label_smoothing_add_the_gradient_of_their_loss(options, training):
    assert relative_error(Network((4, 6, 3), "tanh"), training=training, **options) < 1e-6


@pytest.mark.parametrize("smoothing", [0.0, 0.2])
@pytest.mark.parametrize("training", [True, False], ids=["train", "eval"])
def test_weighted_samples_have_the_gradient_of_their_loss(training, smoothing):
    counts = np.array([0.0, 0.3, 2.5, 1.0, 1.0, 0.2, 2.0])
    options = {"training": training, "smoothing": smoothing, "counts": counts}
    assert relative_error(Network((4, 6, 5, 3), "tanh", True), **options) < 1e-6
    assert relative_error(Network((4, 6, 3), "relu"), l2=0.1, **options) < 1e-6


def test_a_weight_of_two_counts_like_the_sample_twice_and_zero_like_none():
    network, rng = Network((4, 6, 3), "tanh"), np.random.default_rng(2)
    theta, x, y = rng.normal(size=network.n_parameters), rng.normal(size=(3, 4)), np.arange(3)
    counts = np.array([2.0, 1.0, 0.0])
    twice = [0, 0, 1]
    weighted = loss_and_gradient(network, theta, x, y, training=True, counts=counts)
    repeated = loss_and_gradient(network, theta, x[twice], y[twice], training=True)
    for a, b in zip(weighted, repeated, strict=True):
        assert np.allclose(a, b)


@pytest.mark.parametrize("sizes", [(4, 3), (4, 2, 2, 2, 2, 3)], ids=["no hidden layer", "four"])
def test_gradients_hold_for_any_number_of_hidden_layers(sizes):
    assert relative_error(Network(sizes, "elu"), training=True) < 1e-6


def test_batch_norm_parameters_and_biases_are_not_penalized():
    network = Network((4, 6, 3), "relu", batch_norm=True)
    theta = np.ones(network.n_parameters)
    x, y = np.zeros((2, 4)), np.array([0, 1])
    _, bare = loss_and_gradient(network, theta, x, y, training=True)
    _, penalized = loss_and_gradient(network, theta, x, y, training=True, l1=1.0, l2=1.0)
    difference = penalized - bare
    assert np.allclose(difference[: network.n_weights], 2)
    assert not difference[network.n_weights :].any()
