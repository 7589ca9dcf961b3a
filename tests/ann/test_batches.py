"""Batches: every digit once per epoch, in steps of nearly equal size."""

from dataclasses import replace

import numpy as np
import pytest

from ann.batches import batch_length, largest_batch, steps_per_epoch
from ann.buffers import Buffers
from ann.recipe import Recipe
from ann.state import Split, start
from ann.train import train

X = np.arange(127 * 4).reshape(127, 4) % 251
SPLIT = Split(X.astype(np.uint8), np.arange(127) % 3, X[:0].astype(np.uint8), np.arange(0))
RECIPE = Recipe(hidden_sizes=(5,), batch_size=64, epochs=2)


def sizes(batch_size, n_left):
    recipe, found = Recipe(batch_size=batch_size), []
    while n := batch_length(recipe, n_left):
        found.append(n)
        n_left -= n
    return found


@pytest.mark.parametrize("n_samples", [1, 2, 63, 64, 65, 127, 128, 1797, 5000, 60_000])
@pytest.mark.parametrize("batch_size", [1, 2, 32, 64, 128, 1024, 70_000])
def test_batches_are_as_few_as_possible_and_of_nearly_equal_size(batch_size, n_samples):
    n_steps = -(-n_samples // batch_size)
    if n_steps <= 2000:
        parts = np.array_split(np.empty(n_samples), n_steps)
        assert sizes(batch_size, n_samples) == [len(part) for part in parts]
    assert steps_per_epoch(Recipe(batch_size=batch_size), n_samples) == n_steps


def test_a_small_set_loses_no_digit():
    state = start(RECIPE, SPLIT)
    seen = [state.images_seen for _ in train(state, SPLIT)]
    assert seen == [64, 127, 127, 191, 254, 254, 254]  # with the ends of two epochs and of all


def test_a_batch_larger_than_the_set_is_the_whole_set():
    assert sizes(128, 127) == [127]


def test_after_a_change_of_the_batch_size_the_rest_of_the_epoch_is_divided_anew():
    state = start(replace(RECIPE, batch_size=10, epochs=1), SPLIT)
    loop = train(state, SPLIT)
    next(loop)  # 127 digits in 13 batches: the first is of 10
    state.recipe = replace(state.recipe, batch_size=60)
    assert largest_batch(state, 127) == 59
    assert [state.images_seen for _ in loop] == [69, 127, 127, 127]


def test_both_sizes_use_the_same_arrays():
    state = start(replace(RECIPE, augment_shift=1.0), SPLIT)
    buffers, found = Buffers(state, SPLIT, 64), []
    for n in (64, 63, 64):
        x, y, _ = buffers.gather(np.arange(n), np.arange(n))
        found.append((x, y, buffers.delta, buffers.by_layer[0].z))
        assert {len(array) for array in found[-1]} == {n}
    for other in found[1:]:
        assert all(np.shares_memory(found[0][i], other[i]) for i in (0, 2, 3))


def test_the_whole_set_is_scaled_again_after_smaller_batches_have_used_its_array():
    state = start(replace(RECIPE, batch_size=200), SPLIT)
    buffers = Buffers(state, SPLIT, 127)
    whole = buffers.gather(np.arange(127))[0].copy()
    buffers.gather(np.arange(20)[::-1])
    assert np.array_equal(buffers.gather(np.arange(127)[::-1])[0], whole)
