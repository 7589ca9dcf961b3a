"""Scaling: the inputs of the network, whatever the range of the data."""

import numpy as np
import pytest

from ann.recipe import FIELDS
from ann.scaling import fit_scaling


@pytest.mark.parametrize("name", FIELDS["scaling"].choices)
@pytest.mark.parametrize("offset", [0, 1e3, 1e6, 1e9])
def test_values_far_from_zero_keep_their_differences(name, offset):
    x = np.random.default_rng(0).uniform(1, 2, (500, 3))
    near, far = (fit_scaling(name, values).apply(values) for values in (x, x + offset))
    assert far.dtype == np.float32
    np.testing.assert_allclose(far, near, atol=2e-6)


@pytest.mark.parametrize("name", FIELDS["scaling"].choices)
@pytest.mark.parametrize("value", [0.0, 0.1, 1 / 3, -7.3, 1e9 + 0.1])
def test_constant_values_are_not_blown_up(name, value):
    x = np.full((777, 3), value)
    scaling = fit_scaling(name, x)
    assert scaling.factor <= 2
    assert np.abs(scaling.apply(x)).max() <= 1


@pytest.mark.parametrize("kind", [np.uint8, np.int64, np.float32, np.float64])
def test_standard_has_mean_0_and_variance_1_over_all_values_together(kind):
    x = np.random.default_rng(0).integers(0, 256, (5000, 4)).astype(kind)
    scaled = fit_scaling("standard", x).apply(x)
    assert scaled.mean(dtype=np.float64) == pytest.approx(0, abs=1e-6)
    assert scaled.std(dtype=np.float64) == pytest.approx(1)
