"""What is measured on changed digits is what the network does with them."""

import numpy as np
import pytest

import data
from ann.inside import robustness
from ann.recipe import Recipe
from data.writing.distortions import DISTORTIONS
from tests.ann.inside.networks import random_images, random_recipe, random_run, trained_run


@pytest.fixture(scope="module")
def digits():
    return data.load("mnist-5k").split(0.12)


@pytest.fixture(scope="module")
def run(digits):
    recipe = Recipe(hidden_sizes=(64,), epochs=4)
    return trained_run(recipe, digits.train_images, digits.train_labels)


@pytest.mark.parametrize("seed", range(20))
def test_an_attack_moves_each_pixel_by_epsilon_and_raises_the_loss(seed):
    rng = np.random.default_rng(seed)
    run = random_run(rng, random_recipe(rng))
    x, labels = random_images(rng, 300, run.n_features), rng.integers(0, 4, 300)
    directions = robustness.attack_directions(run, x, labels)
    small = 1e-3
    moved = robustness.changed(x, directions, small)
    assert np.abs(moved - x).max() <= 255 * small * 1.001
    rows = np.arange(300)
    before, after = (run.predict_proba(p)[rows, labels] for p in (x, moved))
    assert (after <= before + 1e-5).mean() > 0.95 and after.mean() < before.mean()


def test_a_planned_change_harms_far_more_than_an_equally_large_random_one(run, digits):
    x, labels = digits.validation_images, digits.validation_labels
    planned = robustness.attack_directions(run, x, labels)
    by_chance = robustness.random_directions(x.shape)
    whole, attacked, noisy = (
        robustness.classified_correctly(run, pictures, labels).mean()
        for pictures in (
            x,
            robustness.changed(x, planned, 0.1),
            robustness.changed(x, by_chance, 0.1),
        )
    )
    assert whole > 0.85 and attacked < 0.3 and noisy > whole - 0.1


def test_shifted_digits_are_classified_worse_the_further_they_are_moved(run, digits):
    x, labels = digits.validation_images[:200], digits.validation_labels[:200]
    shift = DISTORTIONS["shift"]
    accuracy = [
        np.mean(
            [
                robustness.classified_correctly(run, version, labels).mean()
                for version in shift.versions(x, pixels)
            ]
        )
        for pixels in (0, 2, 4)
    ]
    assert accuracy[0] > 0.85 > accuracy[1] > accuracy[2] + 0.1


def test_who_answers_only_when_confident_answers_less_and_better(run, digits):
    p = run.predict_proba(digits.validation_images)
    right = p.argmax(axis=1) == digits.validation_labels
    thresholds = np.array([0, 0.5, 0.9, 1.1])
    found = robustness.answer_only_above(p.max(axis=1), right, thresholds)
    assert found.share[0] == 1 and found.accuracy[0] == right.mean()
    assert (np.diff(found.share) <= 0).all() and found.accuracy[2] > found.accuracy[0]
    assert found.answered[2] == (p.max(axis=1) >= 0.9).sum()
    assert found.answered[3] == 0 and np.isnan(found.accuracy[3])
