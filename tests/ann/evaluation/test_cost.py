"""Counting what a training costs."""

from dataclasses import replace

import numpy as np

from ann.evaluation.cost import (
    frontier,
    image_multiply_adds,
    measuring_work,
    spent,
    step_work,
)
from ann.events import Epoch
from ann.history import History
from ann.recipe import Recipe

PLAIN = Recipe()


def test_the_products_of_a_step_are_counted_exactly():
    work = step_work(Recipe(hidden_sizes=(5,), batch_size=3), n_samples=100)
    forward, weights, inputs = 784 * 5 + 5 * 10, 784 * 5 + 5 * 10, 5 * 10
    assert work.multiply_adds == 3 * (forward + weights + inputs)


def test_a_batch_larger_than_the_set_is_the_whole_set():
    whole = replace(PLAIN, batch_size=70_000)
    assert step_work(whole, 3400) == step_work(replace(PLAIN, batch_size=3400), 3400)


def test_measuring_takes_up_to_5000_training_digits_and_all_for_validation():
    work = measuring_work(Recipe(hidden_sizes=()), 51_000, 9_000)
    assert work.multiply_adds == 14_000 * 784 * 10


def test_what_was_spent_grows_with_every_epoch():
    history, recipe = History(), Recipe(hidden_sizes=(5,), batch_size=30)
    for epoch in (1, 2):
        history.add(Epoch(epoch, 3 * epoch, 0.5, 0, 0, 0, 0, 0, 0, 0, np.zeros((2, 2)), []))
    cost = spent(recipe, history, n_train=100)
    assert cost.images_seen.tolist() == [100, 200]  # every digit once per epoch
    assert cost.multiply_adds.tolist() == [100 * image_multiply_adds(recipe) * e for e in (1, 2)]
    assert cost.seconds.tolist() == [0.5, 1.0]
    assert step_work(recipe, 100).multiply_adds == 25 * image_multiply_adds(recipe)


def test_no_point_beats_one_on_the_frontier_for_as_little():
    costs, scores = np.random.default_rng(0).random((2, 50))
    worth = frontier(costs, scores)
    for i in range(50):
        beaten = ((costs <= costs[i]) & (scores >= scores[i])).sum() > 1
        assert worth[i] == (not beaten)
    assert frontier([], []).tolist() == []
