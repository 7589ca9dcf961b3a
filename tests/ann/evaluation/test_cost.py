"""The estimate of what a training will take."""

from dataclasses import replace

import numpy as np
import pytest

from ann.evaluation.cost import (
    SAMPLES,
    Speed,
    Work,
    epoch_seconds,
    fit_speed,
    frontier,
    image_multiply_adds,
    measure_speed,
    measuring_work,
    spent,
    step_work,
)
from ann.events import Epoch
from ann.history import History
from ann.recipe import Recipe

PLAIN = Recipe()


def estimate(recipe=PLAIN, n_train=3400, n_validation=600):
    return epoch_seconds(recipe, n_train, n_validation, Speed())


@pytest.mark.parametrize(
    "dearer",
    [
        replace(PLAIN, hidden_sizes=(256, 64)),
        replace(PLAIN, hidden_sizes=(128, 64, 64)),
        replace(PLAIN, batch_size=8),
        replace(PLAIN, dropout=0.5),
        replace(PLAIN, l2=1e-3),
        replace(PLAIN, batch_norm=True),
        replace(PLAIN, activation="gelu"),
        replace(PLAIN, clip_norm=1.0),
        replace(PLAIN, augment_rotation=10),
    ],
    ids=lambda recipe: " ".join(recipe.differences()),
)
def test_what_computes_more_costs_more(dearer):
    assert estimate(dearer) > estimate()


def test_plain_descent_is_cheaper_than_adam():
    assert estimate(replace(PLAIN, optimizer="sgd")) < estimate()


def test_ten_times_the_digits_take_about_ten_times_as_long():
    assert estimate(n_train=34_000) == pytest.approx(10 * estimate(), rel=0.3)


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


def test_a_speed_is_found_again_from_noisy_times():
    true, rng = Speed(5e-6, 3e-11, 2e-9, 5e-10), np.random.default_rng(0)
    works = [step_work(recipe, 2048) for recipe in SAMPLES]
    found = fit_speed([(w, true.seconds(w) * rng.uniform(0.9, 1.1)) for w in works])
    for recipe in (PLAIN, Recipe(hidden_sizes=(1024, 512)), Recipe(hidden_sizes=(), batch_size=1)):
        work = step_work(recipe, 3400)
        assert found.seconds(work) == pytest.approx(true.seconds(work), rel=0.4)


def test_no_part_of_a_speed_is_negative():
    falling = [(Work(1, 10, 1, 1), 1.0), (Work(1, 100, 1, 1), 0.5), (Work(1, 1000, 1, 1), 0.25)]
    assert min(fit_speed(falling)) >= 0


def test_measuring_the_speed_is_quick_and_gives_seconds():
    speed = measure_speed(seconds=0.06)
    assert 1e-6 < epoch_seconds(PLAIN, 3400, 600, speed) < 60


def test_what_was_spent_grows_with_every_epoch():
    history, recipe = History(), Recipe(hidden_sizes=(5,), batch_size=30)
    for epoch in (1, 2):
        history.add(Epoch(epoch, 3 * epoch, 0.5, 0, 0, 0, 0, 0, 0, 0, np.zeros((2, 2)), []))
    cost = spent(recipe, history, n_train=100)
    assert cost.images_seen.tolist() == [90, 180]  # ten digits make no whole batch
    assert cost.multiply_adds.tolist() == [90 * image_multiply_adds(recipe) * e for e in (1, 2)]
    assert cost.seconds.tolist() == [0.5, 1.0]
    assert step_work(recipe, 100).multiply_adds == 30 * image_multiply_adds(recipe)


def test_a_frontier_holds_what_no_other_beats_for_as_little():
    costs, scores = np.random.default_rng(0).random((2, 50))
    worth = frontier(costs, scores)
    for i in range(50):
        beaten = ((costs <= costs[i]) & (scores >= scores[i])).sum() > 1
        assert worth[i] == (not beaten)
    assert frontier([], []).tolist() == []
