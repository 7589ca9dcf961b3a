"""Asking a network about slightly changed copies of a digit, and the mean of its answers."""

import numpy as np
import pytest

import data
from ann.evaluation.several_times import TIMES, answers, copies, predictions
from ann.history import History
from ann.recipe import Recipe
from ann.run import Run
from ann.state import Split, start
from ann.train import train

DIGITS = data.load("mnist-5k").split(0.12)


@pytest.fixture(scope="module")
def run():
    """A network after a single epoch, still unsure of many digits."""
    split = Split(*DIGITS)
    state = start(Recipe(hidden_sizes=(16,), epochs=1), split)
    for _ in train(state, split):
        pass
    return Run.of(state, History())


def test_the_first_copy_is_the_digit_itself_and_the_others_differ_a_little():
    x = DIGITS.validation_images[:50]
    first, *others = copies(x, 16)
    assert np.array_equal(first, x) and len(others) == 15
    for one in others:
        assert one.shape == x.shape and one.dtype == x.dtype
        change = np.abs(one.astype(float) - x).mean()
        elsewhere = np.abs(np.roll(x.astype(float), 2, axis=1) - x).mean()  # two pixels aside
        assert 0 < change < 0.6 * elsewhere
        assert 0.8 < one.mean() / x.mean() < 1.25
    assert len({one.tobytes() for one in others}) == 15


def test_a_copy_is_the_same_whatever_else_is_asked_and_another_seed_makes_others():
    x = DIGITS.validation_images[:600]  # more than one block
    many, few = list(copies(x, 4)), list(copies(x[300:310], 4))
    assert all(np.array_equal(a[300:310], b) for a, b in zip(many, few, strict=True))
    again = list(copies(x[300:310], 4, seed=1))
    assert not np.array_equal(few[1], again[1])


def test_the_digits_that_are_asked_about_stay_as_they_are():
    x = DIGITS.validation_images[:10].copy()
    before = x.copy()
    list(copies(x))
    assert np.array_equal(x, before)


def test_an_answer_is_the_networks_own_to_that_copy(run):
    x = DIGITS.validation_images[:20]
    found = answers(run, x)
    assert found.shape == (TIMES, 20, 10)
    for p, copy in zip(found, copies(x), strict=True):
        assert np.array_equal(p, run.predict_proba(copy))


def test_asked_once_it_predicts_as_ever_and_asked_more_often_by_the_mean(run):
    x = DIGITS.validation_images
    once = run.predict_proba(x).argmax(axis=1)
    assert np.array_equal(predictions(run, x, times=1), once)
    found = predictions(run, x)
    assert np.array_equal(found, answers(run, x).mean(axis=0, dtype=float).argmax(axis=1))
    assert found.dtype == np.uint8
    assert 0 < (found != once).sum() < 0.1 * len(x), "it changes its mind where it was unsure"


def test_no_digits_have_no_answers(run):
    assert answers(run, DIGITS.validation_images[:0]).shape == (TIMES, 0, 10)


@pytest.mark.parametrize(
    ("width", "times", "complaint"), [(783, 8, "783.*square"), (784, 0, "times: got 0.*1 or more")]
)
def test_what_cannot_be_asked_is_refused(width, times, complaint):
    with pytest.raises(ValueError, match=complaint):
        next(copies(np.zeros((2, width), np.uint8), times))
