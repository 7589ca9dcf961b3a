"""The distributions count the core's own numbers, each once."""

from copy import deepcopy

import numpy as np
import pytest

from ann.inside import distributions
from ann.inside.distributions import spread, value_spreads, weight_spreads
from ann.state import initial_theta
from tests.ann.inside.networks import random_images, random_recipe, random_run


@pytest.mark.parametrize("seed", range(20))
def test_every_weight_and_every_value_is_counted(seed):
    rng = np.random.default_rng(seed)
    run = random_run(rng, random_recipe(rng))
    before, start = deepcopy(run), initial_theta(run.recipe, run.network)
    found = weight_spreads(run, start)
    layers = run.network.views(run.theta)
    assert len(found.after) == len(found.before) == len(layers)
    for one, layer in zip(found.after, layers, strict=True):
        zeros = (layer.weights == 0).mean()
        assert one.counts.sum() == round((1 - zeros) * layer.weights.size)
        assert one.mean == pytest.approx(float(layer.weights.mean()), abs=1e-6)
        assert one.deviation == pytest.approx(float(layer.weights.std()), rel=1e-4)
        assert one.largest == np.abs(layer.weights).max()
    assert np.all(np.diff(found.edges) > 0) and np.isclose(found.edges, 0, atol=1e-12).any()

    x = random_images(rng, 30, run.n_features)
    trace = run.network.forward(
        layers, run.scaling.apply(x), statistics=run.network.statistics_views(run.statistics)
    )
    values = value_spreads(run, x)
    for one, a in zip(values.layers, [*(h.a for h in trace.hidden), trace.logits], strict=True):
        assert one.zeros == pytest.approx((a == 0).mean(), abs=0.02)
        assert one.largest == pytest.approx(np.abs(a).max(), rel=1e-4)
    assert np.array_equal(run.theta, before.theta)


def test_a_layer_with_many_weights_is_thinned(monkeypatch):
    rng = np.random.default_rng(0)
    run = random_run(rng, random_recipe(rng))
    monkeypatch.setattr(distributions, "MOST", 10)
    found = weight_spreads(run, initial_theta(run.recipe, run.network))
    assert all(one.counts.sum() <= 10 for one in found.after)


def test_equal_values_and_none_at_all_have_a_place():
    for values in (np.zeros(5), np.full(5, 3.0), np.zeros(0)):
        found = spread(values, distributions._edges([values]))
        assert found.counts.sum() == np.count_nonzero(values)
