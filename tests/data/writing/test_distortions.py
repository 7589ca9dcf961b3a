"""Digits are changed as each distortion says, and not at strength 0."""

import numpy as np
import pytest

import data
from data.writing.distortions import DISTORTIONS
from data.writing.drawing import stroke_width


@pytest.fixture(scope="module")
def images():
    return np.asarray(data.load("mnist-5k").images[:40])


@pytest.fixture
def dot():
    """A picture with one light pixel, at row 3, column 5."""
    picture = np.zeros((1, 14, 14), np.uint8)
    picture[0, 3, 5] = 200
    return picture.reshape(1, -1)


def at(versions, side=14):
    """Where the lightest pixel of each version is, (row, column)."""
    return [divmod(int(version[0].argmax()), side) for version in versions]


@pytest.mark.parametrize("distortion", DISTORTIONS.values(), ids=lambda one: one.name)
def test_strengths_hold_0_where_nothing_changes_and_elsewhere_something_does(distortion, images):
    assert 0 in distortion.strengths and list(distortion.strengths) == sorted(distortion.strengths)
    before = images.copy()
    for strength in distortion.strengths:
        for version in distortion.versions(images, strength):
            assert version.dtype == np.uint8 and version.shape == images.shape
            assert np.array_equal(version, images) == (strength == 0)
        again = distortion.versions(images, strength)
        for one, other in zip(distortion.versions(images, strength), again, strict=True):
            assert np.array_equal(one, other)
    assert np.array_equal(images, before)


@pytest.mark.parametrize("side", [8, 14, 28])
@pytest.mark.parametrize("distortion", DISTORTIONS.values(), ids=lambda one: one.name)
def test_any_square_picture_can_be_changed(distortion, side):
    pictures = np.random.default_rng(0).integers(0, 256, (3, side * side)).astype(np.uint8)
    for strength in distortion.strengths:
        assert all(v.shape == pictures.shape for v in distortion.versions(pictures, strength))


def test_other_pictures_are_refused():
    with pytest.raises(ValueError, match="20 pixels are not square"):
        DISTORTIONS["blur"].versions(np.zeros((1, 20), np.uint8), 1)


def test_a_shift_moves_the_digit_in_four_directions(dot):
    assert at(DISTORTIONS["shift"].versions(dot, 2)) == [(3, 7), (3, 3), (5, 5), (1, 5)]


def test_what_is_shifted_out_does_not_come_back(images):
    for version in DISTORTIONS["shift"].versions(np.full((1, 784), 255, np.uint8), 3):
        assert version.sum() == 255 * 28 * 25


def test_a_quarter_turn_is_clockwise(dot):
    (turned,) = DISTORTIONS["rotation"].versions(dot, 90)
    assert np.array_equal(turned.reshape(14, 14), np.rot90(dot.reshape(14, 14), -1))


def test_thickness_changes_the_strokes_width_by_its_strength(images):
    thicken = DISTORTIONS["thickness"]

    def width(strength):
        pictures = thicken.versions(images, strength)[0].reshape(-1, 28, 28) / 255
        return np.mean([stroke_width(p.astype(np.float32)) for p in pictures])

    assert width(-1) < width(0) - 0.3
    assert width(0) + 0.3 < width(1) < width(2) < width(3)


def test_blur_keeps_the_ink_and_spreads_it(dot):
    (blurred,) = DISTORTIONS["blur"].versions(dot, 1)
    picture = blurred.reshape(14, 14).astype(float)
    assert picture.sum() == pytest.approx(200, abs=8) and picture.max() < 40
    assert at([blurred]) == [(3, 5)]


def test_noise_has_the_standard_deviation_that_it_says():
    gray = np.full((20, 784), 128, np.uint8)
    (noisy,) = DISTORTIONS["noise"].versions(gray, 25)
    assert noisy.std() == pytest.approx(25, rel=0.05)
