"""Samples to evaluate."""

import numpy as np
import pytest


@pytest.fixture(params=[2, 3, 10])
def samples(request):
    """Probabilities (N, C), float32, and labels (N,), uint8; class C - 1 has no sample."""
    n_classes, rng = request.param, np.random.default_rng(request.param)
    labels = rng.integers(0, n_classes - 1, 500).astype(np.uint8)
    logits = rng.normal(size=(500, n_classes)) + 1.5 * np.eye(n_classes)[labels]
    p = np.exp(logits)
    return (p / p.sum(axis=1, keepdims=True)).astype(np.float32), labels
