"""The steps of the softmax are those of the core's own function."""

import numpy as np
import pytest

from ann.inside.softmax import softmax_steps
from ann.losses import softmax


@pytest.mark.parametrize("temperature", [0.2, 1.0, 4.0])
def test_each_step_follows_from_the_one_before(temperature):
    rng = np.random.default_rng(0)
    for size in (1, 2, 10, 47):
        logits = rng.normal(0, 5, size).astype(np.float32)
        steps = softmax_steps(logits, temperature)
        assert np.array_equal(steps.scaled, logits / np.float32(temperature))
        assert np.array_equal(steps.shifted, steps.scaled - steps.scaled.max())
        assert np.array_equal(steps.exponentials, np.exp(steps.shifted))
        assert np.array_equal(steps.probabilities, softmax(steps.scaled[None])[0])
        assert np.allclose(steps.probabilities, steps.exponentials / steps.exponentials.sum())


def test_a_higher_temperature_makes_the_probabilities_more_alike():
    logits = np.array([3.0, 1.0, 0.0], np.float32)
    largest = [softmax_steps(logits, t).probabilities.max() for t in (0.2, 1, 3, 10)]
    assert largest == sorted(largest, reverse=True) and largest[0] > 0.99 and largest[-1] < 0.4


def test_huge_logits_do_not_overflow_and_nothing_given_changes():
    logits = np.array([3e38, 0.0, -3e38], np.float32)
    before = logits.copy()
    with np.errstate(over="ignore"):
        steps = softmax_steps(logits)
    assert steps.probabilities.tolist() == [1, 0, 0] and np.array_equal(logits, before)


@pytest.mark.parametrize("temperature", [0, -1.0, float("nan")])
def test_a_temperature_must_be_above_0(temperature):
    with pytest.raises(ValueError, match=r"^temperature: .* is not above 0"):
        softmax_steps(np.zeros(3), temperature)
