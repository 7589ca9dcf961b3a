"""Limits on the length of gradients and weights keep their direction."""

import numpy as np
import pytest

from ann.regularizers import clip_norm, limit_norm


@pytest.mark.parametrize("limit", [0.5, 100.0])
@pytest.mark.parametrize("size", [1e-30, 1e-3, 1.0, 1e5, 1e19, 1e25, 1e38])
def test_a_gradient_of_any_length_is_shortened_and_keeps_its_direction(size, limit):
    g = np.array([3.0, -4.0, 0.0], np.float32) / 5
    clipped = (g * size).astype(np.float32)
    with np.errstate(over="ignore", invalid="ignore"):  # as in the training loop
        clip_norm(clipped, limit)
    np.testing.assert_allclose(clipped, g * min(size, limit), rtol=1e-5)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_nan_in_a_gradient_survives_clipping_so_that_divergence_is_noticed(bad):
    g = np.array([1.0, bad], np.float32)
    with np.errstate(invalid="ignore"):
        clip_norm(g, 0.5)
    assert np.isnan(g).any()


def test_max_norm_shortens_long_columns_only():
    weights = np.array([[3.0, 0.3, 0.0], [4.0, 0.4, 0.0]], np.float32)
    limit_norm(weights, 2.0)
    np.testing.assert_allclose(weights, [[1.2, 0.3, 0.0], [1.6, 0.4, 0.0]], rtol=1e-6)
