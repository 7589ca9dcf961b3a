"""The stored order, the split, the fingerprint."""

import dataclasses

import numpy as np
import pytest

import data
from data.dataset import Arrays, fingerprint, stratified_order


@pytest.fixture
def dataset():
    return data.load("mnist-5k")


def cumulative_counts(labels):
    """Return (N, C): how many of each class are among the first n + 1."""
    return np.cumsum(labels[:, None] == np.arange(10), axis=0)


@pytest.mark.parametrize("counts", [[400] * 10, [50, 3, 700, 90, 1, 1000, 33, 256, 8, 0]])
def test_every_start_and_every_end_hold_the_classes_in_their_proportions(counts):
    labels = np.repeat(np.arange(10), counts)
    ordered = labels[stratified_order(labels)]
    cumulative = cumulative_counts(ordered)
    expected = np.arange(1, len(labels) + 1)[:, None] * np.array(counts) / len(labels)
    # If it holds for every start, it holds for every end: together they are the whole.
    assert np.abs(cumulative - expected).max() < 2


def test_the_order_is_a_permutation_that_depends_on_the_seed_only():
    labels = np.random.default_rng(0).integers(0, 10, 1000)
    order = stratified_order(labels)
    assert np.array_equal(np.sort(order), np.arange(1000))
    assert np.array_equal(order, stratified_order(labels))
    assert not np.array_equal(order, stratified_order(labels, seed=1))


@pytest.mark.parametrize("fraction", [0.05, 0.15, 0.2, 0.5])
def test_the_validation_set_is_stratified(dataset, fraction):
    split = dataset.split(fraction)
    counts = np.bincount(split.validation_labels, minlength=10)
    assert len(split.validation_labels) == round(fraction * 4000)
    assert np.abs(counts - fraction * 400).max() <= 2


def test_the_split_is_a_view_of_the_last_digits_not_a_copy(dataset):
    split = dataset.split(0.15)
    assert len(split.train_labels) == 3400
    assert len(split.validation_labels) == 600
    for part in (split.train_images, split.validation_images):
        assert np.shares_memory(part, dataset.images)
    for part in (split.train_labels, split.validation_labels):
        assert np.shares_memory(part, dataset.labels)
    assert np.array_equal(split.validation_images, dataset.images[3400:])


def test_no_validation_fraction_leaves_an_empty_validation_set(dataset):
    split = dataset.split(0)
    assert len(split.train_labels) == 4000
    assert split.validation_images.shape == (0, 784)
    assert split.validation_labels.shape == (0,)


@pytest.mark.parametrize("fraction", [-0.1, 1, 1.5, float("nan"), 0.9999])
def test_a_validation_fraction_that_leaves_nothing_to_train_on_is_refused(dataset, fraction):
    with pytest.raises(ValueError, match=f"validation_fraction.*{fraction}"):
        dataset.split(fraction)


def test_the_fingerprint_depends_on_contents_and_order_only(arrays):
    assert fingerprint(arrays) == fingerprint(Arrays(*(array.copy() for array in arrays)))
    turned = arrays._replace(train_images=np.asfortranarray(arrays.train_images))
    assert fingerprint(turned) == fingerprint(arrays)
    changed = arrays.test_images.copy()
    changed[0, 0] ^= 1
    others = [
        arrays._replace(test_images=changed),
        arrays._replace(train_images=arrays.train_images[::-1]),
        arrays._replace(train_labels=arrays.train_labels[:-1]),
        Arrays(*arrays[2:], *arrays[:2]),
    ]
    assert len({fingerprint(other) for other in [arrays, *others]}) == 5


def test_nobody_can_change_the_digits_or_the_description(dataset):
    for array in (dataset.images, dataset.labels, dataset.test_images, dataset.test_labels):
        with pytest.raises(ValueError):
            array[0] = 0
    with pytest.raises(dataclasses.FrozenInstanceError):
        dataset.name = "other"
