"""Schedules: the learning rate over the epochs."""

import numpy as np
import pytest

from ann.events import Step
from ann.recipe import Recipe
from ann.schedules import learning_rate
from ann.state import Split, start
from ann.train import train


def rates(epochs, **fields):
    recipe = Recipe(learning_rate=0.1, epochs=10, **fields)
    return [learning_rate(recipe, epoch) for epoch in epochs]


def test_constant_stays():
    assert rates([0, 3.7, 10]) == [0.1, 0.1, 0.1]


def test_step_multiplies_by_the_factor_every_few_epochs_and_is_constant_between():
    found = rates([0, 1.99, 2, 3.5, 4, 9], schedule="step", decay=0.5, decay_every=2)
    assert found == pytest.approx([0.1, 0.1, 0.05, 0.05, 0.025, 0.00625])


def test_exponential_agrees_with_step_at_its_edges_and_falls_smoothly_between():
    found = rates([0, 1, 2, 4], schedule="exponential", decay=0.25, decay_every=2)
    assert found == pytest.approx([0.1, 0.05, 0.025, 0.00625])


def test_cosine_falls_from_1_to_0_and_is_half_in_the_middle():
    assert rates([0, 5, 10], schedule="cosine") == pytest.approx([0.1, 0.05, 0])
    falling = rates(np.linspace(0, 10, 50), schedule="cosine")
    assert (np.diff(falling) < 0).all()


def test_one_cycle_climbs_during_the_warm_up_and_then_falls_to_almost_nothing():
    found = rates([0, 1.5, 3, 10], schedule="one_cycle", warmup=0.3)
    assert found == pytest.approx([0.1 / 25, (0.1 / 25 + 0.1) / 2, 0.1, 0.1e-4])
    climb = rates(np.linspace(0, 3, 20), schedule="one_cycle", warmup=0.3)
    assert (np.diff(climb) > 0).all()


@pytest.mark.parametrize("warmup", [0.0, 0.9])
def test_one_cycle_works_at_the_edges_of_the_warm_up(warmup):
    found = rates(np.linspace(0, 10, 101), schedule="one_cycle", warmup=warmup)
    assert max(found) == pytest.approx(0.1)
    assert min(found) > 0


def test_a_schedule_past_its_end_stays_at_its_end():
    """A page may lower the number of epochs below those that are done."""
    for schedule in ("cosine", "one_cycle"):
        end, after = rates([10, 12], schedule=schedule)
        assert end == after


def test_plateau_multiplies_by_the_factor_for_each_plateau():
    recipe = Recipe(learning_rate=0.1, schedule="plateau", decay=0.5)
    assert [learning_rate(recipe, 7, decays) for decays in (0, 1, 3)] == [0.1, 0.05, 0.0125]


def test_a_plateau_of_the_validation_loss_lowers_the_rate_of_the_next_epochs():
    rng = np.random.default_rng(0)
    x, y = rng.integers(0, 256, (60, 6)).astype(np.uint8), rng.integers(0, 3, 60)
    split = Split(x[:30], y[:30], x[30:], y[30:])  # noise: there is nothing to learn for the rest
    recipe = Recipe(
        hidden_sizes=(16,), learning_rate=0.02, schedule="plateau", decay_every=2, epochs=40
    )
    state = start(recipe, split)
    used, decays_before = [], 0
    for event in train(state, split):
        if isinstance(event, Step):
            assert event.learning_rate == pytest.approx(0.02 * 0.5**decays_before)
            used.append(event.learning_rate)
        decays_before = state.decays
    assert used[-1] < used[0] / 4
