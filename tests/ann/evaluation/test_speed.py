"""How long a training will take on this machine."""

from dataclasses import replace

import numpy as np
import pytest

from ann.evaluation.cost import Work, step_work
from ann.evaluation.speed import SAMPLES, Speed, epoch_seconds, fit_speed, measure_speed
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
def test_more_computing_costs_more(dearer):
    assert estimate(dearer) > estimate()


def test_sgd_is_cheaper_than_adam():
    assert estimate(replace(PLAIN, optimizer="sgd")) < estimate()


def test_ten_times_the_digits_take_about_ten_times_as_long():
    assert estimate(n_train=34_000) == pytest.approx(10 * estimate(), rel=0.3)


def test_a_speed_is_recovered_from_noisy_times():
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
