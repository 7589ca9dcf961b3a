"""Lines are drawn as MNIST would hold them."""

import numpy as np

from data.writing.letters import CAPITALS, SIGNS, SMALL, letters
from data.writing.lines import picture, strokes


def test_a_picture_is_prepared_like_mnists_digits():
    every = letters(each=1)
    assert every.shape == (len(CAPITALS) + len(SMALL) + len(SIGNS), 28, 28)
    assert every.dtype == np.float32 and every.min() == 0 and every.max() == 1
    lit = np.stack([every.max(axis=2), every.max(axis=1)]) > 0.5
    longer = (28 - lit.argmax(axis=2) - lit[..., ::-1].argmax(axis=2)).max(axis=0)
    assert np.all(abs(longer - 20) <= 1)
    middle = (every.sum(axis=2) @ (np.arange(28) + 0.5)) / every.sum(axis=(1, 2))
    assert abs(middle - 14.5).mean() < 0.3 and abs(middle - 14.5).max() < 1.5


def test_no_two_drawings_of_a_letter_are_equal():
    one, two = letters(each=2)[:2]
    assert abs(one - two).sum() > 5


def test_a_stroke_without_a_curve_keeps_its_corners():
    (line,) = strokes([".5,0 .5,1"], np.random.default_rng(0), jitter=0)
    assert line.tolist() == [[0.5, 0], [0.5, 1]]
    assert picture([line])[:, :12].max() == 0


def test_a_curve_goes_through_its_points():
    (line,) = strokes(["~0,0 .5,1 1,0"], np.random.default_rng(0), jitter=0)
    for point in [(0, 0), (0.5, 1), (1, 0)]:
        assert np.hypot(*(line - point).T).min() < 1e-9
