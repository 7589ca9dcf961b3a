"""The settings that spoil the training digits: fewer of them, wrong labels, noise."""

from dataclasses import replace

import numpy as np
import pytest

from ann.augment import NOISES, Noise
from ann.events import Step
from ann.measure import predict_proba
from ann.recipe import Recipe
from ann.state import Split, start
from ann.train import train
from ann.training_set import training_set

RNG = np.random.default_rng(0)
Y = np.arange(300) % 3
X = RNG.integers(0, 80, (300, 36), dtype=np.uint8)
X[np.arange(300), Y] = 255
SPLIT = Split(X[:240], Y[:240], X[240:], Y[240:])
RECIPE = Recipe(hidden_sizes=(12,), learning_rate=0.01, epochs=4, batch_size=16)


def trained(recipe, split=SPLIT):
    state = start(recipe, split, n_classes=3)
    return state, [event for event in train(state, split) if isinstance(event, Step)]


def test_fewer_training_digits_equal_a_data_set_of_those_digits_alone():
    few, steps = trained(replace(RECIPE, train_size=50))
    alone, same = trained(RECIPE, SPLIT._replace(train_x=X[:50], train_y=Y[:50]))
    assert np.array_equal(few.theta, alone.theta) and few.images_seen == 4 * 50
    assert [s.epoch for s in steps] == [s.epoch for s in same] and steps[-1].epoch == 4


def test_more_digits_than_there_are_is_all_of_them():
    assert np.array_equal(
        trained(replace(RECIPE, train_size=1_000))[0].theta, trained(RECIPE)[0].theta
    )


@pytest.mark.parametrize("share", [0.25, 1.0])
def test_a_share_of_the_labels_is_exchanged_and_classes_keep_their_sizes(share):
    recipe = replace(RECIPE, label_noise=share)
    labels = training_set(recipe, SPLIT).train_y
    assert np.array_equal(np.bincount(labels), np.bincount(Y[:240]))
    assert 0.5 * share < np.mean(labels != Y[:240]) <= share
    assert np.array_equal(SPLIT.train_y, Y[:240]), "the data set itself must not change"
    again, other = (training_set(replace(recipe, seed=s), SPLIT).train_y for s in (0, 1))
    assert np.array_equal(labels, again) and not np.array_equal(labels, other)


def test_shuffled_labels_are_learned_but_nothing_else_is():
    split = SPLIT._replace(train_x=X[:60], train_y=Y[:60])
    recipe = replace(RECIPE, label_noise=1.0, epochs=300, hidden_sizes=(64,))
    state, _ = trained(recipe, split)
    p = predict_proba(state.network, *state.judged, state.scaling, X)
    assert np.mean(p[:60].argmax(1) == training_set(recipe, split).train_y) == 1
    assert np.mean(p[240:].argmax(1) == Y[240:]) < 0.6


def test_noise_has_the_stated_size_stays_in_range_and_differs_between_digits():
    middle = np.full((NOISES, 784), 0.5, np.float32)
    noise = Noise(Recipe(pixel_noise=0.1), 784, -1.0, 1.0)
    noisy = noise.add(middle.copy(), np.arange(NOISES))
    assert (noisy - middle).std() == pytest.approx(0.2, rel=0.02)
    assert noisy.min() >= -1 and noisy.max() <= 1
    assert len(np.unique(noisy[:, 0])) > NOISES / 2
    assert np.array_equal(noise.add(middle[:1].copy(), np.array([NOISES])), noisy[:1])


@pytest.mark.parametrize("scaling", ["unit", "symmetric", "standard"])
@pytest.mark.parametrize("as_floats", [False, True])
def test_noise_is_relative_to_the_range_of_the_pixels(scaling, as_floats):
    """The same noise whatever the scaling, for bytes and for floats from 0 to 1."""
    x = X / np.float64(255) if as_floats else X
    split = Split(x[:240], Y[:240], x[240:], Y[240:])
    clean, noisy = (
        trained(replace(RECIPE, scaling=scaling, pixel_noise=amount, epochs=1), split)[0].theta
        for amount in (0, 0.5)
    )
    assert np.isfinite(noisy).all() and not np.array_equal(clean, noisy)
    if as_floats:
        bytes_too = trained(replace(RECIPE, scaling=scaling, pixel_noise=0.5, epochs=1))[0].theta
        assert np.allclose(noisy, bytes_too, atol=1e-3)


def test_a_whole_set_batch_gets_new_noise_in_each_step():
    recipe = replace(RECIPE, batch_size=70_000, pixel_noise=0.5, learning_rate=0.0001, epochs=3)
    _, steps = trained(recipe)
    losses = [step.loss for step in steps]
    assert len(set(losses)) == 3


def test_validation_digits_have_neither_noise_nor_wrong_labels():
    recipe = replace(RECIPE, label_noise=0.5, pixel_noise=0.5, train_size=100)
    split = training_set(recipe, SPLIT)
    assert split.validation_x is SPLIT.validation_x and split.validation_y is SPLIT.validation_y
