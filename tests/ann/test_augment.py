"""Augmentation distorts digits exactly as described."""

import numpy as np
import pytest

from ann.augment import Augmenter, enlarge, side_of, warp_bank

SIDE = 28
NOTHING = {"shift": 0, "rotation": 0, "scale": 0, "shear": 0, "elastic": 0}


def bank(count=50, **amounts):
    return warp_bank(0, SIDE, **(NOTHING | amounts), count=count)


def bend(pictures, bank, warps):
    out = np.empty_like(pictures)
    return Augmenter(bank, len(pictures), pictures.dtype).augment(pictures, np.asarray(warps), out)


def blob(row, column):
    """A soft round spot around (row, column), uint8."""
    y, x = np.mgrid[:SIDE, :SIDE]
    spot = 255 * np.exp(-((y - row) ** 2 + (x - column) ** 2) / 8)
    return spot.astype(np.uint8).reshape(1, -1)


def center(picture):
    y, x = np.mgrid[:SIDE, :SIDE].reshape(2, -1)
    weight = picture.reshape(-1).astype(float)
    return np.array([(y * weight).sum(), (x * weight).sum()]) / weight.sum()


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_warps_without_any_amount_change_nothing(dtype):
    pictures = np.random.default_rng(0).integers(0, 256, (8, 784)).astype(dtype)
    assert np.array_equal(bend(pictures, bank(), range(8)), pictures)


def test_an_enlarged_digit_has_its_pixels_at_even_positions_and_means_between_them():
    picture = np.array([[[0, 100], [50, 200]]], np.uint8)
    large = enlarge(picture, np.zeros((1, 4, 4), np.uint8))
    assert large[0, :3, :3].tolist() == [[0, 50, 100], [25, 87, 150], [50, 125, 200]]


def test_a_shift_moves_a_digit_by_at_most_its_number_of_pixels():
    moved = bend(blob(13, 13).repeat(50, 0), bank(shift=3), range(50))
    distance = np.array([center(m) - center(blob(13, 13)) for m in moved])
    assert np.abs(distance).max() <= 3.3
    assert np.abs(distance).max() > 2
    assert abs(distance.mean()) < 0.6


def test_a_rotation_keeps_the_distance_from_the_center_and_changes_the_angle():
    moved = bend(blob(13.5, 21.5).repeat(50, 0), bank(rotation=20), range(50))
    arms = np.array([center(m) - 13.5 for m in moved])
    angles = np.degrees(np.arctan2(arms[:, 0], arms[:, 1]))
    assert np.allclose(np.hypot(*arms.T), 8, atol=0.4)
    assert 15 < np.abs(angles).max() <= 21


def test_a_scale_moves_pixels_toward_the_center_or_away_from_it():
    moved = bend(blob(13.5, 21.5).repeat(50, 0), bank(scale=0.2), range(50))
    arms = np.array([center(m) - 13.5 for m in moved])
    assert np.abs(arms[:, 0]).max() < 0.3
    assert 6.2 < arms[:, 1].min() < 7.2 < 8.8 < arms[:, 1].max() < 9.8


def test_a_shear_moves_rows_sideways_only():
    moved = bend(blob(21.5, 13.5).repeat(50, 0), bank(shear=0.3), range(50))
    arms = np.array([center(m) - 13.5 for m in moved])
    assert np.allclose(arms[:, 0], 8, atol=0.3)
    assert 1.5 < np.abs(arms[:, 1]).max() <= 2.8


def test_an_elastic_distortion_moves_neighbors_together_and_distant_pixels_independently():
    warps = bank(count=300, elastic=1.5)
    rows, columns = np.divmod(warps, 2 * SIDE)
    y, x = np.mgrid[:SIDE, :SIDE].reshape(2, -1)
    moves = ((rows / 2 - y).reshape(-1, SIDE, SIDE), (columns / 2 - x).reshape(-1, SIDE, SIDE))
    inner = np.stack(moves)[:, :, 8:20, 8:20]
    assert inner.std() == pytest.approx(1.5, rel=0.1)
    one, beside, far = inner[..., 0, 0], inner[..., 0, 1], inner[..., 11, 11]
    assert np.corrcoef(one.ravel(), beside.ravel())[0, 1] > 0.9
    assert abs(np.corrcoef(one.ravel(), far.ravel())[0, 1]) < 0.3


def test_the_same_seed_makes_the_same_bank():
    assert np.array_equal(bank(rotation=9.0), warp_bank.__wrapped__(0, SIDE, 0, 9.0, 0, 0, 0, 50))


def test_pictures_that_are_not_square_are_refused():
    with pytest.raises(ValueError, match="30 pixels are not square"):
        side_of(30)
