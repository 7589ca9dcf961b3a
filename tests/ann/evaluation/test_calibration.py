"""Calibration: bins of confidence, compared with a count by hand."""

import numpy as np
import pytest

from ann.evaluation.calibration import expected_calibration_error, reliability


def test_reliability_sorts_every_sample_into_its_bin(samples):
    p, labels = samples
    found = reliability(p, labels, bins=7)
    confidence, correct = p.max(axis=1).astype(float), p.argmax(axis=1) == labels
    assert found.count.sum() == len(labels)
    for i, (low, high) in enumerate(zip(found.edges[:-1], found.edges[1:], strict=True)):
        inside = (confidence > low) & (confidence <= high)
        assert found.count[i] == inside.sum()
        if inside.any():
            assert found.confidence[i] == pytest.approx(confidence[inside].mean())
            assert found.accuracy[i] == pytest.approx(correct[inside].mean())
        else:
            assert (found.confidence[i], found.accuracy[i]) == (0, 0)


def test_the_calibration_error_is_zero_if_calibrated_and_large_if_overconfident():
    calibrated = np.tile([0.75, 0.25], (4, 1))
    labels = [0, 0, 0, 1]
    assert expected_calibration_error(calibrated, labels) == pytest.approx(0)
    overconfident = np.tile([1.0, 0.0], (4, 1))
    assert expected_calibration_error(overconfident, labels) == pytest.approx(0.25)


def test_at_least_one_bin_is_needed():
    with pytest.raises(ValueError, match="bins: got 0"):
        reliability([[1.0]], [0], bins=0)
