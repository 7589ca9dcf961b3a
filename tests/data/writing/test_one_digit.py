"""A drawing that is not one digit is noticed, and a digit hardly ever is taken for none."""

from pathlib import Path

import numpy as np
import pytest

import data
from data.writing import letters, lines, one_digit
from data.writing.drawing import steps
from data.writing.one_digit import Doubt, doubt
from data.writing.resemblance import resemblance
from tests import not_digits, pen

SHARED = Path(__file__).parents[4] / "shared"
MOST_FALSE_ALARMS, LEAST_FOUND = 0.02, 0.8


def share(drawings) -> float:
    """The share of drawings that are doubted."""
    return float(np.mean([doubt(drawing) is not None for drawing in drawings]))


def some(kinds, each: int):
    """Some drawings of each kind, with any of the page's brushes."""
    random = np.random.default_rng(11)
    for draw in kinds.values():
        for _ in range(each):
            yield not_digits.drawn(draw(random), random.choice([10, 18, 30]))


def test_few_test_digits_are_doubted():
    digits = data.load("mnist-5k").test_images[::2].reshape(-1, 28, 28)
    assert share(digits) <= MOST_FALSE_ALARMS


def test_few_digits_drawn_on_the_canvas_are_doubted():
    random = np.random.default_rng(3)
    names = list(not_digits.DIGITS) * 6
    drawings = (not_digits.drawn(not_digits.digit(name, random)) for name in names)
    assert share(drawings) <= MOST_FALSE_ALARMS


def test_most_drawings_that_are_not_one_digit_are_doubted():
    assert share(some(not_digits.KINDS, 1)) >= LEAST_FOUND


def test_most_signs_that_it_does_not_compare_drawings_with_are_doubted_too():
    assert share(some(not_digits.HELD_OUT, 2)) >= 0.7


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.skipif(not (SHARED / "mnist").exists(), reason="needs ../shared/mnist")
def test_few_of_2500_test_digits_of_full_mnist_are_doubted():
    digits = data.load(SHARED / "mnist").test_images[::4].reshape(-1, 28, 28)
    assert share(digits) <= MOST_FALSE_ALARMS


@pytest.mark.slow
@pytest.mark.skipif(not (SHARED / "pen").exists(), reason="needs ../shared/pen")
@pytest.mark.parametrize("how", [{}, {"brush": 10}, {"brush": 30}, {"extent": 90}], ids=str)
def test_few_digits_drawn_with_a_pen_are_doubted(how):
    strokes, _ = pen.load(SHARED / "pen" / "dev.json")
    assert share(pen.render(s, **how) for s in strokes) <= MOST_FALSE_ALARMS


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("dot", Doubt.SMALL),
        ("short dash", Doubt.SMALL),
        ("minus", Doubt.WIDE),
        ("two digits", Doubt.MARKS),
        ("equals", Doubt.MARKS),
        ("smiley", Doubt.TANGLED),
        ("letter X", Doubt.LETTER),
        ("letter M", Doubt.LETTER),
        ("diamond", Doubt.STRANGE),
    ],
)
def test_the_doubt_says_what_is_seen(kind, expected):
    random, draw = np.random.default_rng(2), {**not_digits.KINDS, **not_digits.HELD_OUT}[kind]
    drawings = [not_digits.drawn(draw(random)) for _ in range(8)]
    found = [doubt(drawing) for drawing in drawings]
    assert found.count(expected) >= 5, found


def test_nothing_drawn_is_not_doubted():
    assert doubt(np.zeros((280, 280), np.uint8)) is None


def test_steps_that_are_at_hand_give_the_same():
    drawing = not_digits.drawn(not_digits.KINDS["two digits"](np.random.default_rng(0)))
    assert doubt(drawing, steps(drawing)) == doubt(drawing) == Doubt.MARKS


def test_where_a_drawing_lies_does_not_matter():
    ten = [[[0, 0], [0, 10]], [[5, 0], [9, 0], [9, 10], [5, 10], [5, 0]]]
    for shift in [(0, 0), (40, -30)]:
        assert doubt(pen.render(ten, extent=150, shift=shift)) == Doubt.MARKS


def test_a_digit_is_less_strange_than_noise():
    digits = data.load("mnist-5k").test_images[:30].reshape(-1, 28, 28) / np.float32(255)
    noise = np.random.default_rng(0).random((30, 28, 28))
    digit, other = resemblance(digits).strangeness, resemblance(noise).strangeness
    assert np.median(digit) < np.median(other)
    assert resemblance(digits[:0]).doubt.shape == (0,)


def test_a_letter_is_closer_to_letters_than_to_digits_and_a_digit_is_not():
    digits = data.load("mnist-5k").test_images[:30].reshape(-1, 28, 28) / np.float32(255)
    random = np.random.default_rng(1)
    drawn = [lines.by_hand(lines.strokes(k, random), random) for k in letters.CAPITALS.values()]
    assert np.median(resemblance(digits).letter) < 0.9
    assert np.median(resemblance(np.stack([lines.picture(one) for one in drawn])).letter) > 1.1


def test_a_digit_that_is_cut_in_two_is_still_one(monkeypatch):
    digits = data.load("mnist-5k")
    fives = digits.test_images[digits.test_labels == 5][:12].reshape(-1, 28, 28).copy()
    fives[:, 11:13] = 0
    assert share(fives) <= 0.1
    monkeypatch.setattr(one_digit, "ODD", 0)
    assert share(fives) >= 0.9
